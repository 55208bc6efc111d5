using FastShard.Transport;

namespace FastShard.UnitTests.Transport;

public sealed class PipelinesTransportTests : TransportContract
{
    private protected override TransportKind Kind => TransportKind.Pipelines;
}
