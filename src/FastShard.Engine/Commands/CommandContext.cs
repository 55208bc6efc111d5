using FastShard.Engine.Blocking;
using FastShard.Engine.Collections;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Sessions;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Commands;

/// <summary>
/// One command in execution: its arguments, the client, the data it may touch, and where its one reply goes. Lives on
/// the stack of the executing shard; everything it hands out is a borrow until the handler returns.
/// </summary>
public ref struct CommandContext
{
    /// <summary>The reply. Every handler writes exactly one.</summary>
    public ReplyWriter Reply;

    private readonly int _firstKeyIndex;
    private readonly int _firstSlot;
    private readonly ulong _firstHash;

    /// <summary>
    /// A context whose first key is hashed already (<paramref name="firstKeyIndex"/> 0 = it has none).
    /// </summary>
    public CommandContext(
        CommandSpec spec,
        scoped in ArgumentView arguments,
        Session session,
        Dataset dataset,
        ReplyWriter reply,
        long nowMillis,
        int firstKeyIndex,
        int firstSlot,
        ulong firstHash)
    {
        Spec = spec;
        Arguments = arguments;
        Session = session;
        Dataset = dataset;
        Reply = reply;
        NowMillis = nowMillis;
        _firstKeyIndex = firstKeyIndex;
        _firstSlot = firstSlot;
        _firstHash = firstHash;
    }

    /// <summary>The declaration that is running.</summary>
    public CommandSpec Spec { get; }

    /// <summary>Arguments; 0 is the command's name (1 the subcommand's, for containers).</summary>
    public ArgumentView Arguments { get; }

    /// <summary>Who sent it.</summary>
    public Session Session { get; }

    /// <summary>The data; only shards of the declared keys (or all, for Placement.AllShards) may be touched.</summary>
    public Dataset Dataset { get; }

    /// <summary>Wall clock of the turn in milliseconds since 1970.</summary>
    public long NowMillis { get; }

    /// <summary>How the command may wait; null where it may not (MULTI, scripts, no server around).</summary>
    public Parking? Parking { get; init; }

    /// <summary>
    /// <see cref="KeyHash"/> of the argument at <see cref="CommandSpec.ElementIndex"/> where somebody has computed it,
    /// else 0.
    /// </summary>
    public ulong ElementHash { get; init; }

    /// <summary>
    /// The reply has become too long to be sent, and its client will be cut off: a handler whose reply is bounded by
    /// neither request nor data looks at this, and stops.
    /// </summary>
    public readonly bool IsReplyInVain => Reply.Buffer.Length > Session.ReplyCeilingBytes;

    /// <summary>Number of arguments with the name.</summary>
    public readonly int ArgCount => Arguments.Count;

    /// <summary>An argument's bytes.</summary>
    public readonly ReadOnlySpan<byte> Arg(int index) => Arguments[index];

    /// <summary>The argument as a member or field to look for.</summary>
    internal readonly Member Element(int index) =>
        new(Arguments[index], index == Spec.ElementIndex ? ElementHash : 0);

    /// <summary>The argument as a key of the selected database.</summary>
    public readonly Key Key(int index) => Key(index, Session.Db);

    /// <summary>The argument as a key of a given database (COPY ... DB, MOVE).</summary>
    public readonly Key Key(int index, int database)
    {
        ReadOnlySpan<byte> bytes = Arguments[index];
        return index == _firstKeyIndex
            ? new Key(bytes, _firstSlot, _firstHash, Dataset.Home(_firstSlot, database))
            : KeyOf(bytes, database);
    }

    /// <summary>Any bytes as a key; its shard must be held.</summary>
    public readonly Key KeyOf(ReadOnlySpan<byte> bytes, int database)
    {
        int slot = KeySlot.Of(bytes);
        return new Key(bytes, slot, KeyHash.Of(bytes), Dataset.Home(slot, database));
    }

    /// <summary>True when the argument equals an upper-case token in any case.</summary>
    public readonly bool ArgIs(int index, ReadOnlySpan<byte> token) =>
        System.Text.Ascii.EqualsIgnoreCase(Arguments[index], token);

    /// <summary>Reads an integer argument; on failure the reply is written already.</summary>
    public bool TryGetInteger(int index, out long value)
    {
        if (Numbers.TryParseInt64(Arguments[index], out value)) return true;
        Reply.Error(Errors.NotAnInteger);
        return false;
    }

    /// <summary>
    /// Makes the client wait for one of <paramref name="keyCount"/> keys from argument <paramref name="firstKey"/> on:
    /// the handler writes nothing and returns, and runs again when it can be served. False where nobody may wait: the
    /// handler answers at once that there is nothing. See <see cref="Blocking.Parking"/>.
    /// </summary>
    public readonly bool TryPark(BlockKind kind, long deadlineMillis, int firstKey, int keyCount)
    {
        if (Parking is null) return false;
        Parking.Park(kind, deadlineMillis, firstKey, keyCount);
        return true;
    }

    /// <summary>
    /// Before <see cref="TryPark"/>: when the handler runs again it sees this value instead of the argument, because
    /// its meaning is that of now (XREAD's $).
    /// </summary>
    public readonly void ReplaceWhenParked(int index, ReadOnlySpan<byte> value) => Parking?.Replace(index, value);

    /// <summary>
    /// False for a key of a shard that is not held: one of several that a blocking command waits for, while it is
    /// served from another shard. The handler passes over it.
    /// </summary>
    public readonly bool CanReach(int keyIndex) =>
        Parking is null || (Parking.ReachableShards >> Dataset.ShardOf(KeySlot.Of(Arguments[keyIndex])) & 1) != 0;
}
