using FastShard.Engine.Keyspaces;
using FastShard.Engine.SortedSets;
using FastShard.Memory;

namespace FastShard.Engine.Spreading;

/// <summary>
/// A sorted set whose scores are all whole numbers that doubles hold exactly, so that their sums do not depend on the
/// order of the additions.
/// </summary>
public sealed class SpreadScores(byte[] name, int database, int lanes, Dataset dataset)
    : SpreadElements(name, database, lanes, dataset)
{
    private const long WholeMax = 1L << 53;

    private readonly EncodingLimits _limits = dataset.Encodings;

    public override SpreadKinds Kind => SpreadKinds.Scores;

    protected override int ElementArgument => 3;

    protected override int IncrementArgument => 2;

    protected override long Bound => WholeMax - 1;

    public override bool Fits(in Entry entry) => entry.Type == Memory.ValueType.SortedSet;

    protected override bool TryGather(in Key key, in Entry entry)
    {
        SortedSetValue set = SortedSetValue.Of(key.Home.Table, entry);
        if (set.Count > CountMax) return false;
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        SortedWalk walk = set.Walk(0, backwards: false, scratch);
        while (walk.MoveNext())
        {
            double score = walk.Score;
            // Minus zero would come back as zero.
            bool isWhole = score == Math.Floor(score) && Math.Abs(score) < WholeMax
                && !(score == 0 && double.IsNegative(score));
            if (!isWhole || !TryGather(walk.Member, (long)score)) return false;
        }
        return true;
    }

    protected override void Store(in Key key, ref Entry entry, ReadOnlySpan<byte> element, long value)
    {
        SortedSetValue set = SortedSetValue.Of(key.Home.Table, entry);
        set.Put(set.Find(element), element, value, _limits);
        // The set may have grown out of its block.
        _ = key.Home.Table.TryFind(key.Slot, key.Hash, key.Bytes, out entry);
    }
}
