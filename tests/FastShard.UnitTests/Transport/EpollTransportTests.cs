using FastShard.Transport;

namespace FastShard.UnitTests.Transport;

public sealed class EpollTransportTests : TransportContract
{
    private protected override TransportKind Kind => TransportKind.Epoll;
}
