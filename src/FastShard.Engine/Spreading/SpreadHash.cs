using FastShard.Engine.Collections;
using FastShard.Engine.Hashes;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Spreading;

/// <summary>A hash whose fields all hold integers.</summary>
public sealed class SpreadHash(byte[] name, int database, int lanes, Dataset dataset)
    : SpreadElements(name, database, lanes, dataset)
{
    private readonly EncodingLimits _limits = dataset.Encodings;

    public override SpreadKinds Kind => SpreadKinds.Hash;

    protected override int ElementArgument => 2;

    protected override int IncrementArgument => 3;

    protected override long Bound => long.MaxValue;

    public override bool Fits(in Entry entry) => entry.Type == Memory.ValueType.Hash;

    protected override bool TryGather(in Key key, in Entry entry)
    {
        var hash = new HashValue(key.Home, entry);
        if (hash.Count > CountMax) return false;
        Span<byte> scratch = stackalloc byte[Listpack.ScratchBytes];
        var walk = new HashWalk(hash);
        while (walk.MoveNext())
        {
            PackElement value = walk.Value;
            long integer = value.Integer;
            bool isCounter = value.IsInteger || Numbers.TryParseInt64(value.Text, out integer);
            if (walk.DeadlineMillis != 0 || !isCounter || !TryGather(walk.Field.Bytes(scratch), integer)) return false;
        }
        return true;
    }

    protected override void Store(in Key key, ref Entry entry, ReadOnlySpan<byte> element, long value)
    {
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        digits = digits[..Numbers.FormatInt64(value, digits)];
        var hash = new HashValue(key.Home, entry);
        hash.Set(new Member(element), digits, keepsDeadline: true, _limits);
        entry = hash.Entry;
    }
}
