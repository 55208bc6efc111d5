using System.Numerics;
using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Engine.Effects;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Native.Clocks;
using FastShard.Native.Diagnostics;
using FastShard.Native.Sockets;
using FastShard.Server.Blocking;
using FastShard.Server.Clients;
using FastShard.Server.Clustering.Forwarding;
using FastShard.Server.Execution;
using FastShard.Server.PubSub;
using FastShard.Server.Saving;
using FastShard.Server.Threads;
using FastShard.Transport;

namespace FastShard.Server.Sharding;

/// <summary>
/// The worker of one shard, driven by a thread (Threads/ShardThread). A turn: poll, read and execute, drain the
/// mailbox, timers, flush writes, deliver what was posted to shards that sleep. It holds its own shard's token while
/// awake and lets go before it blocks.
///
/// Other shards' tokens: taken without waiting when free (the shard sleeps: its work is done here at once), kept until
/// their owner wants them or the turn ends. Waiting for a token is only ever done in ascending order with nothing above
/// it held, so no two workers can wait for each other.
/// </summary>
internal sealed class ShardWorker : IReactorHandler, IDisposable
{
    private readonly ShardTimers _timers;
    private readonly ReadyGroup _ready = new();
    private readonly BatchStock _batches;
    private readonly SnapshotPace _snapshotPace = new();
    private ulong _held;
    private ulong _posted;
    private ulong _withPushes; // let go with pushes that are not due: nobody else may be awake to send them
    private readonly EffectJournal _blockEffects = new();
    private readonly EffectJournal?[] _ownEffects;
    private bool _isDelivering;
    private int _snapshotWaitMillis;
    private ShardThread? _driver;

    public ShardWorker(FastShardServer server, Shard home)
    {
        Server = server;
        Home = home;
        _ownEffects = new EffectJournal?[server.Shards.Length];
        _timers = new ShardTimers(this);
        _batches = new BatchStock(server.Batches);
        Scratch = home.Inputs.Take();
    }

    public FastShardServer Server { get; }

    /// <summary>The shard whose worker this is.</summary>
    public Shard Home { get; }

    /// <summary>Wall clock of the turn, milliseconds since 1970.</summary>
    public long NowMillis { get; private set; }

    /// <summary>The receive buffer of connections that have none of their own.</summary>
    public NativeBuffer Scratch { get; private set; }

    /// <summary>Commands that came alone in their batch, counted for sampling their duration.</summary>
    public int LoneCommands { get; set; }

    /// <summary>Subscriptions of closed connections, to be ended at the end of turns.</summary>
    public Departures Departures { get; } = new();

    /// <summary>Reused while a command's keys are collected.</summary>
    public KeyPositions KeyPositions { get; } = new();

    /// <summary>What the blocking command that runs asks for.</summary>
    public Parking Parking { get; } = new();

    /// <summary>
    /// Held shards with keys that clients wait for and that have changed, as bits: to be served before the next command
    /// runs there.
    /// </summary>
    public ulong ReadyShards { get; private set; }

    /// <summary>The shards this worker may touch, as bits.</summary>
    public ulong Held => _held;

    /// <summary>True while this worker may touch the shard.</summary>
    public bool Holds(Shard shard) => (_held & shard.Bit) != 0;

    /// <summary>Takes over the driving of this worker if nobody drives it.</summary>
    public bool TryBeDrivenBy(ShardThread thread) =>
        Interlocked.CompareExchange(ref _driver, thread, null) is null;

    /// <summary>The driver is done with this worker; everything it wrote is seen by the next.</summary>
    public void LeaveDriver(ShardThread thread) => Interlocked.CompareExchange(ref _driver, null, thread);

    /// <summary>
    /// One turn with the shard's token, on what the event loop's last wait found. Returns for how many milliseconds
    /// nothing is to be done unless something happens.
    /// </summary>
    public int RunTurn()
    {
        TakeHome();
        _snapshotPace.BeginTurn(Home);
        DoTurn();
        int timeout = _timers.WaitMillis;
        if (Home.Pushed.Count > 0 || _withPushes != 0) timeout = Math.Min(timeout, 1);
        timeout = Math.Min(timeout, _snapshotWaitMillis);
        if (Home.Replicas.HasMore || (Home.Index == 0 && Server.Replication.Link is { HasMore: true })) timeout = 0;
        PostOutgoing();
        if (HasWorkLeft) timeout = Server.Aof.Log.IsOverfull ? 1 : 0;
        ReleaseHome();
        // Whoever posts looks at the token after posting; this looks at the mailbox after letting go.
        return Home.Mailbox.IsEmpty ? timeout : 0;
    }

    private bool HasWorkLeft =>
        Home.Unfinished.Count > 0 || (Home.Unsynced.HasAny && Server.Aof.Log.SyncedTicket != Home.Unsynced.SeenTicket)
        || _posted != 0 || Home.Mailbox.HasMail || !Departures.IsEmpty;

    private void DoTurn()
    {
        ReadClock();
        Home.Reactor.Dispatch(this);
        _ready.Run(this);
        ContinueUnfinished();
        PostOutgoing();
        Drain(Home);
        _timers.Run();
        SettleTurn();
        RelieveClientMemory();
        // What was evicted may be what somebody waits for.
        if (Server.Memory.RelieveGrowth(this)) SettleTurn();
        if (Home.Index == 0)
        {
            Server.SpreadClock.Tick(this);
            Server.Saver.Tick(this);
            Server.Aof.Tick(this);
            Server.Replication.Tick(this);
            Server.Cluster?.RunOrders(this);
            Server.Courier.RunNews(this);
            Server.Exports.Tick(this);
            Server.Imports.Tick(this);
        }
        if (Home.Replicas.IsAwaiting) Home.Replicas.Send(this);
        if (!Departures.IsEmpty) Departures.RunSome(this);
        DeliverPosted();
        ReleaseBorrowed();
        RecycleClosed();
        _snapshotWaitMillis = Math.Min(_snapshotPace.Run(Home), MoveSlots());
    }

    // Slots that go to other nodes, and what is left of those that have gone.
    private int MoveSlots()
    {
        int waitMillis = Home.Index == 0 && Server.Exports.IsActive ? 1 : int.MaxValue;
        if (Home.Exports.Count > 0)
        {
            // What changed before goes first.
            PostOutgoing(Home);
            foreach (Migration.ShardExport export in Home.Exports)
                waitMillis = Math.Min(waitMillis, export.Walk(Home));
        }
        return Home.Sweep.HasWork ? Math.Min(waitMillis, Home.Sweep.Run(Server, Home)) : waitMillis;
    }

    private void SettleTurn()
    {
        ServeWaiting();
        PostOutgoing();
        if (Home.Unsynced.HasAny) Home.Unsynced.Release(this, Server.Aof.Log);
        if (Home.Waits.IsAwaited) Home.Waits.Serve(this);
        FlushAll(Home);
    }

    /// <summary>Bytes of client buffers when <see cref="ShardMemory.RelieveGrowth"/> looked last.</summary>
    public long BufferBytesSeen { get; set; }

    /// <summary>Reads the wall clock once for everything that follows.</summary>
    public void ReadClock()
    {
        NowMillis = SystemClock.WallMillis();
        Home.Keyspace.NowMillis = NowMillis;
    }

    /// <summary>The same in the midst of a turn, for all shards that are held.</summary>
    public void RefreshClock()
    {
        ReadClock();
        for (ulong held = _held; held != 0; held &= held - 1)
            Server.Dataset[BitOperations.TrailingZeroCount(held)].NowMillis = NowMillis;
    }

    /// <summary>Between two commands nothing is half done: here tokens that others wait for change hands.</summary>
    public void SafePoint()
    {
        if ((_held == Home.Bit && !Home.Token.IsWanted) || _isDelivering) return;
        YieldWanted();
    }

    /// <summary>Makes a shard touchable if that needs no waiting.</summary>
    public bool TryHold(int shard)
    {
        if ((_held & (1UL << shard)) != 0) return true;
        Shard other = Server.Shards[shard];
        if (!other.Token.TryTake()) return false;
        NoteHeld(other);
        return true;
    }

    /// <summary>
    /// Makes all these shards touchable, waiting for their holders' next safe point. The own shard is let go meanwhile,
    /// so only what is true between two commands may be relied on across this call. What was held before is held after.
    /// </summary>
    public void HoldAll(ulong shards)
    {
        ulong missing = shards & ~_held;
        while (missing != 0 && TryHold(BitOperations.TrailingZeroCount(missing))) missing &= missing - 1;
        if (missing == 0) return;
        shards |= _held;
        ReleaseBorrowed();
        ReleaseHome();
        for (ulong left = shards; left != 0; left &= left - 1)
        {
            Shard shard = Server.Shards[BitOperations.TrailingZeroCount(left)];
            shard.Token.Take();
            NoteHeld(shard);
        }
    }

    /// <summary>A command ran on these shards: it may have made keys ready that clients wait for.</summary>
    public void NoteReady(ulong shards)
    {
        for (ulong left = shards & _held; left != 0; left &= left - 1)
        {
            ulong shard = left & (0 - left);
            if (Server.Dataset[BitOperations.TrailingZeroCount(left)].Waiters.HasReady) ReadyShards |= shard;
        }
    }

    /// <summary>No key of a shard is ready any more.</summary>
    public void NoteServed(Shard shard) => ReadyShards &= ~shard.Bit;

    /// <summary>
    /// Leaves mail for a shard; delivered by its own worker, or at the end of this turn if that sleeps.
    /// </summary>
    public void Post(Shard shard, Mail mail)
    {
        shard.Mailbox.Post(mail);
        _posted |= shard.Bit;
    }

    /// <summary>CLIENT NO-TOUCH: the shards' access clocks stand still while a command runs.</summary>
    public void SuppressTouch(ulong shards, bool isSuppressed)
    {
        for (ulong left = shards; left != 0; left &= left - 1)
            Server.Dataset[BitOperations.TrailingZeroCount(left)].SuppressTouch = isSuppressed;
    }

    /// <summary>A connection has replies to send at the end of the turn.</summary>
    public void MarkUnflushed(Connection client)
    {
        Invariant.Slow(Holds(client.Home));
        if (client.IsUnflushed) return;
        client.IsUnflushed = true;
        client.Home.Unflushed.Add(client);
    }

    /// <summary>A connection has more to do than this turn's share.</summary>
    public void MarkUnfinished(Connection client)
    {
        Invariant.Slow(Holds(client.Home));
        if (client.IsUnfinished) return;
        client.IsUnfinished = true;
        client.Home.Unfinished.Add(client);
        // Its own worker may sleep, and would not know.
        if (!ReferenceEquals(client.Home, Home)) client.Home.Reactor.Wake();
    }

    /// <summary>Sends what the socket takes; closes a connection whose last reply is out.</summary>
    public void Flush(Connection client) => ReplySender.Flush(this, client);

    /// <summary>
    /// What was answered to a client is posted before it can hear of it; the last ticket then covers it.
    /// </summary>
    public void NoteEffects(Connection client)
    {
        PostOutgoing();
        client.HasEffects = false;
        client.SyncTicket = Server.Aof.Log.PostedTicket;
    }

    /// <summary>Takes a connection off the air; its object is recycled when nothing refers to it any more.</summary>
    public void Close(Connection client)
    {
        if (client.IsClosed) return;
        client.IsClosed = true;
        client.Channel.Close();
        client.Home.Connections.Remove(client);
        client.Home.Closed.Add(client);
        Server.Clients.Forget(this, client);
    }

    /// <summary>A client sent more than client-query-buffer-limit without completing a request.</summary>
    public void CloseOverQueryLimit(Connection client)
    {
        ClientRegistry.NoteOverQueryLimit(client);
        Close(client);
    }

    /// <summary>A batch for a connection.</summary>
    public Batch RentBatch(Connection client)
    {
        Batch batch = _batches.Take();
        batch.Connection = client;
        return batch;
    }

    public void ReturnBatch(Batch batch)
    {
        batch.Connection = null!;
        batch.Input = null!;
        _batches.Return(batch);
    }

    /// <summary>Gives the scratch buffer, with what is in it, to a connection.</summary>
    public void GiveScratch(Connection client)
    {
        client.Input = Scratch;
        Scratch = client.Home.Inputs.Take();
    }

    public void OnReadable(ByteChannel channel)
    {
        if (channel.Owner is ForwardLink link) link.OnReadable(this);
        if (channel.Owner is not Connection client) return;
        if (client.IsPrimary)
        {
            Server.Replication.Link?.OnReadable(this);
            return;
        }
        client.IsReadable = true;
        if (_ready.Add(client)) _ready.Run(this);
    }

    public void OnWritable(ByteChannel channel)
    {
        if (channel.Owner is ForwardLink link) link.OnWritable(this);
        if (channel.Owner is not Connection client) return;
        if (client.IsPrimary) Server.Replication.Link?.OnWritable(this);
        if (!client.IsSendBlocked) return;
        // This is said once: where replies wait for the disk instead, whoever releases them has to send.
        client.IsSendBlocked = false;
        Flush(client);
        if (!client.IsSendBlocked && client.IsReadable && !client.IsPrimary) ConnectionPump.Run(this, client);
        SafePoint();
    }

    public void OnAccept(Listener listener, IncomingSocket socket) => Server.Acceptor.Accept(this, listener, socket);

    public void Dispose()
    {
        _blockEffects.Dispose();
        Scratch.Dispose();
        _batches.Dispose();
    }

    private void RelieveClientMemory()
    {
        if (!Server.ClientMemory.IsOver(NowMillis)) return;
        HoldAll(Server.AllShards);
        Server.ClientMemory.Relieve(this, self: null);
    }

    private void ContinueUnfinished()
    {
        for (int left = Home.Unfinished.Count; left > 0; left--)
        {
            Connection client = Home.Unfinished.Take();
            client.IsUnfinished = false;
            ConnectionPump.Run(this, client);
            SafePoint();
        }
    }

    private void Drain(Shard shard)
    {
        shard.Mailbox.Collect();
        while (shard.Mailbox.Take() is { } mail) mail.Deliver(this, shard);
    }

    // What was published on the shards that are held is on its way before replies say so.
    public void PostOutgoing()
    {
        for (ulong held = _held; held != 0; held &= held - 1)
            PostOutgoing(Server.Shards[BitOperations.TrailingZeroCount(held)]);
    }

    /// <summary>Only what was changed there: it is on its way to the log.</summary>
    public void PostEffects()
    {
        for (ulong held = _held; held != 0; held &= held - 1)
        {
            Keyspace keyspace = Server.Dataset[BitOperations.TrailingZeroCount(held)];
            if (!keyspace.Effects.IsEmpty) Server.Aof.Log.Post(keyspace.Effects);
        }
    }

    /// <summary>
    /// What a shard published and changed is on its way before anybody can hear of it: before its replies leave, and
    /// before the shard is let go.
    /// </summary>
    public void PostOutgoing(Shard shard)
    {
        shard.PubSub.PostOutgoing(this);
        if (shard.Tracking.HasOutgoing) shard.Tracking.PostOutgoing(this);
        if (!shard.Keyspace.Effects.IsEmpty) Server.Aof.Log.Post(shard.Keyspace.Effects);
    }

    /// <summary>
    /// A command of several shards begins: what it changes is posted as one, behind what each of them changed before.
    /// </summary>
    public void BeginBlock(ulong shards)
    {
        for (ulong left = shards; left != 0; left &= left - 1)
        {
            Keyspace keyspace = Server.Dataset[BitOperations.TrailingZeroCount(left)];
            if (!keyspace.Effects.IsEmpty) Server.Aof.Log.Post(keyspace.Effects);
            _ownEffects[keyspace.ShardIndex] = keyspace.Effects;
            keyspace.Effects = _blockEffects;
        }
        _blockEffects.IsOn = true;
    }

    /// <summary>It has run.</summary>
    public void EndBlock(ulong shards)
    {
        for (ulong left = shards; left != 0; left &= left - 1)
        {
            Keyspace keyspace = Server.Dataset[BitOperations.TrailingZeroCount(left)];
            keyspace.Effects = _ownEffects[keyspace.ShardIndex]!;
            keyspace.Effects.IsOn = Server.Dataset.IsJournalled;
        }
        if (!_blockEffects.IsEmpty) Server.Aof.Log.Post(_blockEffects);
    }

    private void FlushAll(Shard shard) => ReplySender.FlushAll(this, shard);

    // A shard that sleeps does not look at its mailbox: whoever posted works for it. One round a turn, so that two
    // workers cannot keep each other from their own sockets.
    private void DeliverPosted()
    {
        ulong posted = _posted | _withPushes;
        _posted = _withPushes = 0;
        for (; posted != 0; posted &= posted - 1)
        {
            int index = BitOperations.TrailingZeroCount(posted);
            if (!TryHold(index)) continue; // awake: it looks itself before it sleeps
            Shard shard = Server.Shards[index];
            _isDelivering = true; // in the midst of another shard's mail there is no safe point
            Drain(shard);
            PostOutgoing();
            FlushAll(shard);
            _isDelivering = false;
        }
        FlushAll(Home);
    }

    private void ReleaseBorrowed()
    {
        for (ulong borrowed = _held & ~Home.Bit; borrowed != 0; borrowed &= borrowed - 1)
            LetGo(Server.Shards[BitOperations.TrailingZeroCount(borrowed)]);
    }

    private void LetGo(Shard shard)
    {
        // Its connections may have changed what is on other shards that are held.
        PostOutgoing();
        FlushAll(shard);
        _held &= ~shard.Bit;
        ReadyShards &= ~shard.Bit;
        // Something expired or was evicted that somebody waits for: its own worker looks at the end of its turn.
        if (shard.Keyspace.Waiters.HasReady) shard.Reactor.Wake();
        if (shard.Pushed.Count > 0) _withPushes |= shard.Bit;
        // Replies that wait for the disk: the log may have caught up before it could know of them.
        if (shard.Unsynced.HasAny) shard.Reactor.Wake();
        shard.Token.Release();
        // Mail that came while the token was held here was left to the holder.
        if (!shard.Mailbox.IsEmpty) _posted |= shard.Bit;
    }

    private void YieldWanted()
    {
        for (ulong borrowed = _held & ~Home.Bit; borrowed != 0; borrowed &= borrowed - 1)
        {
            Shard shard = Server.Shards[BitOperations.TrailingZeroCount(borrowed)];
            if (shard.Token.IsWanted) LetGo(shard);
        }
        if (!Home.Token.IsWanted) return;
        ReleaseBorrowed();
        PostOutgoing(Home);
        Home.Token.Yield();
        NoteReady(Home.Bit);
    }

    private void TakeHome()
    {
        Home.Token.Take();
        _held = Home.Bit;
        NoteReady(Home.Bit);
    }

    private void ReleaseHome()
    {
        PostOutgoing(Home);
        _held = 0;
        ReadyShards = 0;
        Home.Token.Release();
    }

    private void NoteHeld(Shard shard)
    {
        _held |= shard.Bit;
        shard.Keyspace.NowMillis = NowMillis;
        if (shard.Keyspace.Waiters.HasReady) ReadyShards |= shard.Bit;
    }

    // What expiry and reads removed, and what others left to serve.
    private void ServeWaiting()
    {
        Blocker.EndOverdue(this);
        NoteReady(Home.Bit);
        if (ReadyShards != 0) Serving.Run(this);
    }

    private void RecycleClosed()
    {
        for (int left = Home.Closed.Count; left > 0; left--)
        {
            Connection client = Home.Closed.Take();
            if (client.IsReferred) Home.Closed.Add(client);
            else Server.Clients.Recycle(this, client);
        }
    }
}
