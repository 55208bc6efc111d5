using FastShard.Transport;

namespace FastShard.UnitTests.Transport;

public sealed class EpollReactorTests : ReactorContract
{
    private protected override TransportKind Kind => TransportKind.Epoll;
}
