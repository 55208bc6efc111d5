// A key that is spread lies in no table while it is in use: its value is where all shards get at it (a counter's word),
// or it lies in its table and the others have a copy of it. Bringing it together puts the value back. Both are done
// while every shard is held; in between any shard's holder works with what is here.

using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Engine.Spreading;

/// <summary>One key that several shards work on.</summary>
public abstract class SpreadKey
{
    // Counts of one shard are a cache line apart from the next one's.
    private const int LineLongs = 8;

    // Near its end a key is left to its own shard: clocks of turns differ by this much at most.
    private const long DeadlineMarginMillis = 50;

    private readonly long[] _operations;
    private readonly int _home;
    private readonly int _shards;

    protected SpreadKey(byte[] name, int database, int lanes, Dataset dataset)
    {
        Name = name;
        Database = database;
        Slot = KeySlot.Of(name);
        Hash = KeyHash.Of(name);
        Lanes = lanes;
        _shards = dataset.ShardCount;
        _home = dataset.ShardOf(Slot);
        _operations = new long[(_shards + 1) * LineLongs];
    }

    public byte[] Name { get; }

    public int Database { get; }

    public int Slot { get; }

    public ulong Hash { get; }

    /// <summary>On how many shards it is worked on at most.</summary>
    public int Lanes { get; }

    /// <summary>The shard that its slot belongs to.</summary>
    public int Home => _home;

    public abstract SpreadKinds Kind { get; }

    /// <summary>
    /// True while it is spread; else it lies in its table like any other. Changed while all shards are held.
    /// </summary>
    public bool IsActive { get; private set; }

    /// <summary>Its deadline while it is spread, milliseconds since 1970; 0 = none.</summary>
    public long DeadlineMillis { get; protected set; }

    /// <summary>Bytes that it takes beside its table.</summary>
    public virtual long HeldBytes => 0;

    /// <summary>Commands that a shard has run on it since it was spread.</summary>
    public long OperationsOf(int shard) => Volatile.Read(ref _operations[(shard + 1) * LineLongs]);

    /// <summary>The same of all shards.</summary>
    public long Operations
    {
        get
        {
            long sum = 0;
            for (int shard = 0; shard < _shards; shard++) sum += OperationsOf(shard);
            return sum;
        }
    }

    /// <summary>A shard ran a command on it; by its holder.</summary>
    public void CountOperation(int shard) => _operations[(shard + 1) * LineLongs]++;

    /// <summary>The same of so many.</summary>
    public void CountOperations(int shard, int count) => _operations[(shard + 1) * LineLongs] += count;

    /// <summary>Whether a shard works on it itself: its own, and those behind it in turn.</summary>
    public bool TakesPart(int shard) => (shard - _home + _shards) % _shards < Lanes;

    /// <summary>Whether its time is over, or so near its end that clocks of shards could disagree.</summary>
    public bool IsDue(long nowMillis) => DeadlineMillis != 0 && nowMillis >= DeadlineMillis - DeadlineMarginMillis;

    /// <summary>Whether a command runs on it as it is.</summary>
    public virtual bool Accepts(CommandSpec spec, scoped in ArgumentView arguments) =>
        (spec.SpreadsOver & Kind) != 0;

    /// <summary>Whether a value of this type can be spread like this.</summary>
    public abstract bool Fits(in Entry entry);

    /// <summary>Spreads it, if its value allows that; every shard is held.</summary>
    public bool TryBegin(Dataset dataset)
    {
        Key key = KeyIn(dataset);
        if (!key.Home.Table.TryFind(Slot, Hash, Name, out Entry entry) || key.Home.IsExpired(entry)) return false;
        if (!Fits(entry)) return false;
        DeadlineMillis = entry.ExpiryMillis;
        if (IsDue(key.Home.Owner.NowMillis)) return false;
        return IsActive = Begin(key, ref entry);
    }

    /// <summary>Brings it together: its table has it again. Every shard is held.</summary>
    public void End(Dataset dataset)
    {
        if (!IsActive) return;
        IsActive = false;
        End(KeyIn(dataset));
    }

    /// <summary>
    /// Takes the value, and where it is to have one place only, out of its table; false where it cannot be spread.
    /// </summary>
    protected abstract bool Begin(in Key key, ref Entry entry);

    /// <summary>Gives it back.</summary>
    protected abstract void End(in Key key);

    private Key KeyIn(Dataset dataset) => new(Name, Slot, Hash, dataset.Home(Slot, Database));
}
