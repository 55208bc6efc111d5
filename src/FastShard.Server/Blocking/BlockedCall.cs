using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.Execution;
using FastShard.Server.Sharding;

namespace FastShard.Server.Blocking;

/// <summary>
/// A parked command of a connection, with its own copy of the arguments (the receive buffer goes on to other uses).
/// Belongs to the connection's shard; what the queues' shards read of it stands still until it has left them all.
/// </summary>
internal sealed class BlockedCall : Waiter
{
    // About what its objects take.
    private const int ObjectBytes = 400;

    // Longer arguments do not keep their room for the next wait.
    private const int KeptBytes = 1024;

    private readonly ArgList _args = new();
    private ReplyBuffer? _reply;
    private int _references;

    public BlockedCall(Connection client)
    {
        Client = client;
        Mail = new ServedMail(this);
    }

    // The copied arguments; given back when the client goes.
    private NativeBuffer Bytes { get; } = new(0);

    /// <summary>Whose it is.</summary>
    public Connection Client { get; }

    public CommandSpec Spec { get; private set; } = null!;

    /// <summary>The client's database: its own may be another when queues still know of a wait that is over.</summary>
    public int Database { get; private set; }

    /// <summary>Its arguments, as later runs see them.</summary>
    public ArgumentView Arguments => new(Bytes.All, _args, 0, _args.Count);

    /// <summary>Shards in whose queues it stands, as bits.</summary>
    public ulong WaitShards { get; private set; }

    /// <summary>Shards that every run needs, whichever key it is served from.</summary>
    public ulong RequiredShards { get; private set; }

    /// <summary>When the wait ends, milliseconds since 1970; 0 = never.</summary>
    public long DeadlineMillis { get; set; }

    /// <summary>Its place in the shard's deadlines; -1 = none.</summary>
    public int DeadlineIndex { get; set; } = -1;

    /// <summary>CLIENT REPLY OFF or SKIP was in force when it was sent.</summary>
    public bool DropsReply { get; private set; }

    /// <summary>Time spent running it so far; the time it waits does not count.</summary>
    public long Nanos { get; set; }

    /// <summary>Carries the reply to the connection's shard; used once a wait at most.</summary>
    public ServedMail Mail { get; }

    /// <summary>The reply on its way to the connection's shard.</summary>
    public ReplyBuffer Reply => _reply ??= new ReplyBuffer();

    /// <summary>Bytes held for it.</summary>
    public long AllocatedBytes => ObjectBytes + Bytes.Capacity + _args.AllocatedBytes + _args.BlobBytes;

    /// <summary>True when nobody but the connection knows of it, so that it may begin another wait.</summary>
    public bool IsFree => Volatile.Read(ref _references) == 1;

    public override ReadOnlySpan<byte> KeyAt(int index) => _args.Bytes(Bytes.All, index);

    /// <summary>Begins a wait with a copy of the arguments.</summary>
    public void Begin(ShardWorker worker, CommandSpec spec, in ArgumentView arguments, Parking parking, bool dropsReply)
    {
        Spec = spec;
        Database = Client.Db;
        _references = 1;
        DropsReply = dropsReply;
        Nanos = 0;
        DeadlineMillis = parking.DeadlineMillis;
        CopyArguments(arguments, parking);
        Begin(parking.Kind);
        WaitShards = RequiredShards = 0;
        int last = parking.FirstKey + parking.KeyCount - 1;
        KeyPositions positions = worker.KeyPositions;
        _ = KeyExtraction.TryCollect(spec, Arguments, positions);
        for (int key = 0; key < positions.Count; key++)
        {
            int index = positions[key];
            ulong shard = 1UL << worker.Server.Dataset.ShardOf(KeySlot.Of(KeyAt(index)));
            if (index >= parking.FirstKey && index <= last) WaitShards |= shard;
            else RequiredShards |= shard;
        }
    }

    /// <summary>The wait is over, and another may begin: what was large is given back.</summary>
    public void Empty()
    {
        _args.Clear();
        Bytes.Clear();
        if (Bytes.Capacity > KeptBytes) Bytes.Shrink(0);
    }

    /// <summary>A mail about the end of the wait refers to it too.</summary>
    public void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>The connection or a mail refers to it no more; the last one gives the memory back.</summary>
    public void DropReference()
    {
        if (Interlocked.Decrement(ref _references) == 0) Release();
    }

    /// <summary>Gives the memory of the arguments and the reply back; nobody else knows of it.</summary>
    public void Release()
    {
        _args.Clear();
        Bytes.Dispose();
        _reply?.Dispose();
        _reply = null;
    }

    private void CopyArguments(in ArgumentView arguments, Parking parking)
    {
        _args.Clear();
        Bytes.Clear();
        for (int index = 0; index < arguments.Count; index++)
        {
            if (arguments.IsBlob(index)) _args.AddBlob(arguments.TakeBlob(index));
            else Add(Replaced(parking, index) is { } value ? value : arguments[index]);
        }
    }

    private void Add(ReadOnlySpan<byte> value)
    {
        Bytes.EnsureFree(value.Length);
        value.CopyTo(Bytes.Free);
        _args.Add(Bytes.End, value.Length);
        Bytes.Commit(value.Length);
    }

    private static byte[]? Replaced(Parking parking, int index)
    {
        for (int position = 0; position < parking.Replacements.Count; position++)
        {
            if (parking.Replacements[position].Index == index) return parking.Replacements[position].Value;
        }
        return null;
    }
}
