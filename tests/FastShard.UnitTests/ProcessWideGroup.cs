using Xunit;

namespace FastShard.UnitTests;

/// <summary>Tests that read counts of the whole process (live blobs, used memory) run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessWideGroup
{
    public const string Name = "process-wide counts";
}
