namespace FastShard.Engine.SortedSets;

/// <summary>How sets are put together.</summary>
internal enum SetOperation
{
    Union,
    Inter,
    Diff,
}
