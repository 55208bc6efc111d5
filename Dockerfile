# The image of the server: one native binary on a slim Debian, run by a user without rights.
#
#   docker build -t fastshard .
#   docker run --rm -p 127.0.0.1:6379:6379 -v fastshard-data:/data fastshard
#
# Every directive can be given as an option after the image's name (--maxmemory 1gb) or as an environment variable
# (FASTSHARD_MAXMEMORY=1gb). The health check asks the port of FASTSHARD_PORT: move the port by the variable.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS sdk

# Compiled on the Debian that the image runs on, so that the binary meets the C library that it was linked against.
FROM debian:bookworm-slim AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates gcc libc6-dev libssl3 libstdc++6 zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
COPY --from=sdk /usr/share/dotnet /usr/share/dotnet
ENV PATH=/usr/share/dotnet:$PATH DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
WORKDIR /source
COPY . .
# net10.0 where the package feed carries its AOT compiler.
ARG NATIVE_FRAMEWORK=net9.0
RUN ./tools/build.sh --force -p:NativeTargetFramework=$NATIVE_FRAMEWORK

FROM debian:bookworm-slim
RUN groupadd --system --gid 999 fastshard \
    && useradd --system --uid 999 --gid fastshard --home-dir /data --no-create-home --shell /usr/sbin/nologin fastshard \
    && install -d -o fastshard -g fastshard -m 0750 /data
COPY --from=build /source/out/fastshard /usr/local/bin/fastshard
USER fastshard
WORKDIR /data
VOLUME /data
# In a container all interfaces are the container's own; which of them the world sees is decided by 'docker run -p'.
ENV FASTSHARD_BIND="0.0.0.0" FASTSHARD_PORT="6379" FASTSHARD_PROTECTED_MODE="no" FASTSHARD_DIR="/data"
EXPOSE 6379
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=2s --retries=3 CMD ["fastshard", "--health-check"]
ENTRYPOINT ["fastshard"]
