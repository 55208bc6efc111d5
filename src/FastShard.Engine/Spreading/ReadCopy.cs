using FastShard.Engine.Keyspaces;
using FastShard.Engine.Strings;
using FastShard.Memory;

namespace FastShard.Engine.Spreading;

/// <summary>
/// A string that is read so often that every shard answers from a copy. The key stays in its table; whoever wants to
/// change it takes the copy away first, while all shards are held.
/// </summary>
public sealed class ReadCopy(byte[] name, int database, int lanes, Dataset dataset)
    : SpreadKey(name, database, lanes, dataset)
{
    /// <summary>The longest value that is copied.</summary>
    public const int BytesMax = 1 << 20;

    private byte[] _bytes = [];

    public override SpreadKinds Kind => SpreadKinds.Copy;

    public override long HeldBytes => _bytes.Length;

    /// <summary>The value.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    public override bool Fits(in Entry entry) =>
        entry.Type == Memory.ValueType.String && entry.ValueLength <= BytesMax;

    protected override bool Begin(in Key key, ref Entry entry)
    {
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        _bytes = StringValue.Bytes(entry, scratch).ToArray();
        return true;
    }

    protected override void End(in Key key)
    {
        _bytes = [];
        // It was used all the time: what looks for keys to evict is to know.
        if (key.Home.Table.TryFind(key.Slot, key.Hash, key.Bytes, out Entry entry))
            key.Home.Owner.AccessClock.Touch(entry, key.Home.Owner.AccessMillis);
    }
}
