using FastShard.Engine.Commands;
using FastShard.Engine.Sessions;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Blocking;
using FastShard.Server.Clustering.Forwarding;
using FastShard.Server.Execution;
using FastShard.Server.Migration;
using FastShard.Server.PubSub;
using FastShard.Server.Tracking;
using FastShard.Server.Replication;
using FastShard.Server.Sharding;
using FastShard.Server.Transactions;
using FastShard.Transport;

namespace FastShard.Server.Clients;

/// <summary>
/// A client: its byte channel, what was received and not run, what was answered and not sent, and the state that
/// commands see. Belongs to one shard, and is touched only by the holder of that shard's token.
/// </summary>
internal sealed class Connection : Session
{
    // About what its objects take.
    private const int ObjectBytes = 1024;

    private long _waitTicket;

    public Connection(FastShardServer server) => Server = server;

    public FastShardServer Server { get; }

    /// <summary>The shard that serves it.</summary>
    public Shard Home { get; private set; } = null!;

    /// <summary>The transport's end.</summary>
    public ByteChannel Channel { get; private set; } = null!;

    /// <summary>
    /// Received bytes that are not run yet; null while there are none (the worker's own buffer is read into).
    /// </summary>
    public NativeBuffer? Input { get; set; }

    /// <summary>The request parser's place.</summary>
    public RequestReader Reader { get; } = new();

    /// <summary>A large value on its way in, received straight into its final memory.</summary>
    public IncomingBlob Incoming { get; } = new();

    /// <summary>Replies on their way out.</summary>
    public ReplyBuffer Output { get; } = new();

    /// <summary>Requests read and not finished, parcels under way included; null when there are none.</summary>
    public Batch? Batch { get; set; }

    /// <summary>The transport has bytes (or an end) that were not read.</summary>
    public bool IsReadable { get; set; }

    /// <summary>A pump is at work on it, possibly on a thread that has let its shard go for a moment.</summary>
    public bool IsRunning { get; set; }

    /// <summary>Stands in its shard's list of connections to flush.</summary>
    public bool IsUnflushed { get; set; }

    /// <summary>Stands in its shard's list of connections whose replies wait for the disk.</summary>
    public bool IsUnsynced { get; set; }

    /// <summary>It was answered what it wrote, and the ticket of that is not known yet.</summary>
    public bool HasEffects { get; set; }

    /// <summary>
    /// The log's ticket that has to be on the disk before its replies are sent; matters with appendfsync always.
    /// </summary>
    public long SyncTicket { get; set; }

    /// <summary>
    /// Where what it wrote ends in the replicas' stream, and the ticket of which that is true (WAIT).
    /// </summary>
    public long WaitOffset { get; set; }

    public long WaitTicket
    {
        get => Volatile.Read(ref _waitTicket);
        set => Volatile.Write(ref _waitTicket, value);
    }

    /// <summary>It is a replica, or about to be one; null for clients.</summary>
    public Replica? Replica { get; set; }

    /// <summary>It is the link to the primary.</summary>
    public bool IsPrimary { get; set; }

    /// <summary>Stands in its shard's list of connections with pushes to send.</summary>
    public bool IsPushed { get; set; }

    /// <summary>Stands in its shard's list of connections to go on with.</summary>
    public bool IsUnfinished { get; set; }

    /// <summary>A send was refused by a full socket: the transport will say when there is room.</summary>
    public bool IsSendBlocked { get; set; }

    /// <summary>Close as soon as the replies are out; no request is read any more.</summary>
    public bool ClosesAfterReply { get; set; }

    /// <summary>Off the air: channel closed, waiting to be recycled.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Requests wait (CLIENT PAUSE): what was read stays unrun until the pause ends.</summary>
    public bool IsHeldBack { get; set; }

    /// <summary>The command it waits in: no request is run until that is over; null = it does not wait.</summary>
    public BlockedCall? Blocked { get; set; }

    /// <summary>A call that is over and can be used for the next wait.</summary>
    public BlockedCall? SpareCall { get; set; }

    /// <summary>It waits for room on the way to another node.</summary>
    public bool IsAwaitingRoom { get; set; }

    /// <summary>The command that waits at another node (BLPOP): nothing else is run until that is over.</summary>
    public ForwardedCall? AwaitedCall { get; set; }

    /// <summary>Somebody still has it in a list, or works for it: its object cannot be another client's yet.</summary>
    public bool IsReferred =>
        IsUnfinished || IsUnflushed || IsUnsynced || IsPushed || IsRunning || IsAwaitingRoom || Blocked is not null
        || Batch is { Outstanding: > 0 };

    /// <summary>Keys that its command has written down, to be sent as soon as it waits.</summary>
    public KeyMove? Move { get; set; }

    /// <summary>The slots whose keys it brings here; null for all others.</summary>
    public SlotImport? Import { get; set; }

    /// <summary>AUTH succeeded, or none is needed.</summary>
    public bool IsAuthenticated { get; set; }

    /// <summary>CLIENT REPLY.</summary>
    public ReplyMode ReplyMode { get; set; }

    /// <summary>MULTI and WATCH.</summary>
    public Transaction Transaction { get; } = new();

    /// <summary>Its subscriptions; null until the first.</summary>
    public Subscriber? Subscriber { get; set; }

    /// <summary>Listens to any channel or pattern.</summary>
    public bool IsSubscribed => Subscriber is { IsSubscribed: true };

    /// <summary>
    /// Subscribed in RESP2, where messages and replies cannot be told apart: few commands are allowed.
    /// </summary>
    public bool IsInPubSubMode => Subscriber is not null && Version == RespVersion.Resp2 && IsSubscribed;

    /// <summary>Who is executing it right now; valid while a command of it runs.</summary>
    public ShardWorker Worker { get; set; } = null!;

    /// <summary>Index in its shard's set.</summary>
    public int SetIndex { get; set; } = -1;

    /// <summary>CLIENT SETNAME, SETINFO.</summary>
    public string Name { get; set; } = "";

    public string LibraryName { get; set; } = "";

    public string LibraryVersion { get; set; } = "";

    /// <summary>CLIENT NO-EVICT.</summary>
    public bool NoEvict { get; set; }

    /// <summary>CLIENT CAPA redirect: a replica sends it to its primary instead of serving it.</summary>
    public bool FollowsRedirects { get; set; }

    /// <summary>CLIENT IMPORT-SOURCE: what it looks for has not expired, as long as the server imports.</summary>
    public bool IsImportSource { get; set; }

    /// <summary>Its commands see keys otherwise than those of others, or leave less or more behind.</summary>
    public bool RunsApart => NoTouch || IsImportSource || Tracker is not null;

    /// <summary>CLIENT TRACKING; null = it does not track.</summary>
    public Tracker? Tracker { get; set; }

    /// <summary>Gets a copy of every command (MONITOR).</summary>
    public bool IsMonitor { get; set; }

    /// <summary>Wall clock at its beginning and at its last request, milliseconds.</summary>
    public long CreatedMillis { get; private set; }

    public long LastRequestMillis { get; set; }

    /// <summary>The last command it ran.</summary>
    public CommandSpec? LastCommand { get; set; }

    /// <summary>Totals for CLIENT LIST.</summary>
    public long BytesReceived { get; set; }

    public long BytesSent { get; set; }

    public long CommandsRun { get; set; }

    /// <summary>Since when the output has been over its soft limit, milliseconds; 0 = it is not.</summary>
    public long OverSoftLimitSince { get; set; }

    /// <summary>True when a gate beyond the ordinary must be asked for each command.</summary>
    public bool NeedsGate =>
        !IsAuthenticated || Transaction.IsOpen || ReplyMode != ReplyMode.On || IsInPubSubMode || IsAsking
        || (FollowsRedirects && !Server.Gates.IsClustered);

    /// <summary>ASKING: the next command may reach for a slot that is on its way here.</summary>
    public bool IsAsking { get; set; }

    /// <summary>Hands what its command has written down to whoever sends it.</summary>
    public KeyMove TakeMove()
    {
        KeyMove move = Move!;
        Move = null;
        return move;
    }

    /// <summary>READONLY: reads of the primary's slots are answered by a replica.</summary>
    public bool ReadsFromReplica { get; set; }

    /// <summary>
    /// Bytes held for it: requests, queued commands, replies that wait. Room that an emptied buffer keeps for a
    /// moment is not held against the client.
    /// </summary>
    public long MemoryBytes =>
        ObjectBytes + (Input?.Capacity ?? 0) + Incoming.AllocatedBytes + (Batch?.Args.BlobBytes ?? 0)
        + Transaction.AllocatedBytes + (Blocked?.AllocatedBytes ?? 0) + (Subscriber?.AllocatedBytes ?? 0)
        + (FieldSets?.AllocatedBytes ?? 0) + (Tracker?.AllocatedBytes ?? 0) + Output.Length;

    public override long ReplyCeilingBytes => OutputLimits.CeilingOf(this);

    /// <summary>What of it is in the sum of all clients; 0 while that is not kept.</summary>
    public long CountedBytes { get; set; }

    /// <summary>Begins a new life on a shard.</summary>
    public void Open(long id, Shard home, long nowMillis)
    {
        Id = id;
        Home = home;
        CreatedMillis = LastRequestMillis = nowMillis;
        Reader.Begin(0);
    }

    /// <summary>Connects the transport's end.</summary>
    public void Attach(ByteChannel channel) => Channel = channel;

    /// <summary>RESET and a new life: back to what a fresh client has.</summary>
    public void ResetState()
    {
        Db = 0;
        Version = RespVersion.Resp2;
        NoTouch = false;
        NoEvict = false;
        FollowsRedirects = IsImportSource = false;
        IsMonitor = false;
        ReplyMode = ReplyMode.On;
        IsAsking = ReadsFromReplica = false;
        Name = "";
        FieldSets = null;
    }

    /// <summary>Back to a blank for the pool.</summary>
    public void Recycle()
    {
        ResetState();
        Input?.Dispose();
        Input = null;
        Incoming.Drop();
        Output.Clear();
        Output.Shrink();
        Batch = null;
        Channel = null!;
        LibraryName = LibraryVersion = "";
        SyncTicket = 0;
        WaitOffset = WaitTicket = 0;
        Replica = null;
        Move = null;
        Import = null;
        HasEffects = IsUnsynced = IsPrimary = false;
        IsReadable = IsUnflushed = IsPushed = IsUnfinished = IsSendBlocked = false;
        ClosesAfterReply = IsClosed = IsHeldBack = IsAuthenticated = false;
        LastCommand = null;
        AwaitedCall = null;
        SpareCall?.Release();
        BytesReceived = BytesSent = CommandsRun = OverSoftLimitSince = CountedBytes = 0;
        WatchBroken = false;
        Subscriber = null;
        Transaction.Clear();
    }
}
