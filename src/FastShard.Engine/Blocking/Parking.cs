// How a command waits. A blocking command is an ordinary handler over its declared keys, with the Blocking flag:
//
//   1. Look at the keys in order, those only that context.CanReach(index) allows. Something is there: answer it.
//   2. Nothing is there: `if (!context.TryPark(...)) context.Reply.NullArray();` and return.
//
// TryPark is true where the client may wait: the handler must have written nothing then, and has to return. When one of
// the keys it waits for changes into what it waits for, the handler runs again with the same arguments (copied; see
// ReplaceWhenParked), first come first served, on the shards that are held then, until it writes a reply. TryPark is
// false where nobody may wait: between MULTI and EXEC, in scripts, and where there is no server around the engine.
//
// A deadline that passes is no matter of the handler: the server answers a null array.

namespace FastShard.Engine.Blocking;

/// <summary>What one blocking command asks of the server around it. Reused from command to command.</summary>
public sealed class Parking
{
    private readonly List<Replacement> _replacements = [];

    /// <summary>The handler asked to wait.</summary>
    public bool IsParked { get; private set; }

    /// <summary>For what.</summary>
    public BlockKind Kind { get; private set; }

    /// <summary>Until when, milliseconds since 1970; 0 = for ever.</summary>
    public long DeadlineMillis { get; private set; }

    /// <summary>Argument index of the first key that is waited for.</summary>
    public int FirstKey { get; private set; }

    /// <summary>How many keys in a row are waited for.</summary>
    public int KeyCount { get; private set; }

    /// <summary>The shards whose keys may be looked at, as bits.</summary>
    public ulong ReachableShards { get; private set; }

    /// <summary>Arguments to keep in another form.</summary>
    public IReadOnlyList<Replacement> Replacements => _replacements;

    /// <summary>Begins the run of a command that may look at the keys of these shards.</summary>
    public void Begin(ulong reachableShards)
    {
        ReachableShards = reachableShards;
        IsParked = false;
        if (_replacements.Count > 0) _replacements.Clear();
    }

    internal void Park(BlockKind kind, long deadlineMillis, int firstKey, int keyCount)
    {
        IsParked = true;
        Kind = kind;
        DeadlineMillis = deadlineMillis;
        FirstKey = firstKey;
        KeyCount = keyCount;
    }

    internal void Replace(int index, ReadOnlySpan<byte> value) =>
        _replacements.Add(new Replacement(index, value.ToArray()));
}
