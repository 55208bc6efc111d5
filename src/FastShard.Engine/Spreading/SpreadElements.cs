// A hash or sorted set whose elements are counters: one word for each element, as in SpreadCounter. Which elements
// there are stands still while it is spread: a new one is put in when it is together.

using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Spreading;

/// <summary>A collection of counters that every shard adds to by itself.</summary>
public abstract class SpreadElements(byte[] name, int database, int lanes, Dataset dataset)
    : SpreadKey(name, database, lanes, dataset)
{
    /// <summary>Elements at most.</summary>
    public const int CountMax = 1024;

    // Each word has a cache line of its own.
    private const int LineLongs = 8;

    private readonly Dictionary<ulong, int> _places = [];
    private readonly List<byte[]> _names = [];
    private readonly List<long> _before = [];
    private long[] _words = [];

    /// <summary>How many elements there are.</summary>
    public int Count => _names.Count;

    /// <summary>Argument of the element, and of what is added, in the command that adds.</summary>
    protected abstract int ElementArgument { get; }

    protected abstract int IncrementArgument { get; }

    /// <summary>The greatest sum, and the least below zero.</summary>
    protected abstract long Bound { get; }

    public override bool Accepts(CommandSpec spec, scoped in ArgumentView arguments) =>
        base.Accepts(spec, arguments) && (!spec.Is(CommandFlags.Write) || MayAdd(arguments));

    /// <summary>The element's place; negative when it is not there.</summary>
    public int Find(ReadOnlySpan<byte> element) =>
        _places.TryGetValue(KeyHash.Of(element), out int place) && element.SequenceEqual(_names[place]) ? place : -1;

    /// <summary>What the element counts.</summary>
    public long ValueAt(int place) => Volatile.Read(ref _words[place * LineLongs]);

    /// <summary>Adds; false where the sum would be out of bounds, and then nothing has changed.</summary>
    public bool TryAdd(int place, long increment, out long sum)
    {
        ref long word = ref _words[place * LineLongs];
        long seen = Volatile.Read(ref word);
        while (true)
        {
            sum = unchecked(seen + increment);
            bool overflows = ((seen ^ sum) & (increment ^ sum)) < 0;
            if (overflows || sum > Bound || sum < -Bound - 1) return false;
            long before = Interlocked.CompareExchange(ref word, sum, seen);
            if (before == seen) return true;
            seen = before;
        }
    }

    /// <summary>Finds all elements; false where one of them is no counter.</summary>
    protected abstract bool TryGather(in Key key, in Entry entry);

    /// <summary>Gives an element its new count.</summary>
    protected abstract void Store(in Key key, ref Entry entry, ReadOnlySpan<byte> element, long value);

    /// <summary>One element; false where it has no place.</summary>
    protected bool TryGather(ReadOnlySpan<byte> element, long value)
    {
        if (_names.Count == CountMax || !_places.TryAdd(KeyHash.Of(element), _names.Count)) return false;
        _names.Add(element.ToArray());
        _before.Add(value);
        return true;
    }

    protected override bool Begin(in Key key, ref Entry entry)
    {
        Clear();
        Key hidden = HiddenOf(key);
        bool isFree = !hidden.Home.Table.TryFind(hidden.Slot, hidden.Hash, hidden.Bytes, out _);
        if (!isFree || !TryGather(key, entry))
        {
            Clear();
            return false;
        }
        _words = new long[_names.Count * LineLongs];
        for (int place = 0; place < _names.Count; place++) _words[place * LineLongs] = _before[place];
        key.Home.Table.TakeBeforeChange(entry);
        hidden.Home.ExpectReplacement();
        EntryTransfer.Move(key, entry, hidden);
        return true;
    }

    protected override void End(in Key key)
    {
        Key hidden = HiddenOf(key);
        if (!hidden.Home.Table.TryFind(hidden.Slot, hidden.Hash, hidden.Bytes, out Entry kept)) return;
        key.Home.ExpectReplacement();
        EntryTransfer.Move(hidden, kept, key);
        if (!key.Home.Table.TryFind(key.Slot, key.Hash, key.Bytes, out Entry entry)) return;
        key.Home.Table.TakeBeforeChange(entry);
        for (int place = 0; place < _names.Count; place++)
        {
            if (ValueAt(place) != _before[place]) Store(key, ref entry, _names[place], ValueAt(place));
        }
        Clear();
    }

    private bool MayAdd(scoped in ArgumentView arguments) =>
        Find(arguments[ElementArgument]) >= 0
        && Numbers.TryParseInt64(arguments[IncrementArgument], out long increment)
        && increment <= Bound && increment >= -Bound;

    private void Clear()
    {
        _places.Clear();
        _names.Clear();
        _before.Clear();
        _words = [];
    }

    private static Key HiddenOf(in Key key) => new(key.Bytes, key.Slot, key.Hash, key.Home.Owner.SpreadParts);
}
