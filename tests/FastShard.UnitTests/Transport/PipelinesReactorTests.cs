using FastShard.Transport;

namespace FastShard.UnitTests.Transport;

public sealed class PipelinesReactorTests : ReactorContract
{
    private protected override TransportKind Kind => TransportKind.Pipelines;
}
