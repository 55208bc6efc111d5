namespace FastShard.Server.Configuration;

/// <summary>client-output-buffer-limit: one limit for each class of clients.</summary>
public sealed record OutputBufferLimits(OutputBufferLimit Normal, OutputBufferLimit Replica, OutputBufferLimit PubSub)
{
    internal static OutputBufferLimits Default { get; } = new(
        Normal: default,
        Replica: new OutputBufferLimit(256 << 20, 64 << 20, 60),
        PubSub: new OutputBufferLimit(32 << 20, 8 << 20, 60));
}
