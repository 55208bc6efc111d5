using Xunit;

namespace FastShard.SystemTests.Harness;

/// <summary>
/// Tests that take the whole machine (ten thousand connections, load generators) run one after the other.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SequentialGroup
{
    public const string Name = "whole machine";
}
