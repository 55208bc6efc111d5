// The link of a replica to its primary, on the first shard's event loop. It is touched by whoever holds that shard,
// and moves on each turn of the shard: connects, goes through the handshake, hands a snapshot to the thread that takes
// it in, and applies the stream. When it breaks it is made anew and goes on where it was, if the primary can.

using System.Globalization;
using System.Text;
using FastShard.Replication.Failovers;
using FastShard.Replication.Replica;
using FastShard.Server.Clients;
using FastShard.Server.Logging;
using FastShard.Server.Sharding;
using FastShard.Transport;

namespace FastShard.Server.Replication;

/// <summary>The way to the primary.</summary>
internal sealed class PrimaryLink : IDisposable
{
    private const int ReadsPerTurn = 16;
    private const long RetryMillis = 1000;
    private const long AcknowledgeMillis = 1000;

    private readonly FastShardServer _server;
    private readonly StreamApplier _applier;
    private LinkHandshake? _handshake;
    private TransferReader? _transfer;
    private BytePipe? _pipe;
    private int _state;
    private string? _streamId;
    private long _nextTryMillis;
    private long _acknowledgedMillis;
    private bool _isReadable;
    private bool _isEnded;
    private readonly DiskProgress _disk = new();
    private bool _owesDisk;
    private volatile string? _loadFailure;

    /// <param name="server">The replica.</param>
    /// <param name="host">Address of the primary.</param>
    /// <param name="port">Its port.</param>
    /// <param name="streamId">The stream that is here; null = none.</param>
    /// <param name="offset">Bytes of it that are here.</param>
    public PrimaryLink(FastShardServer server, string host, int port, string? streamId, long offset)
    {
        _server = server;
        Host = host;
        Port = port;
        _streamId = streamId;
        _applier = new StreamApplier(server, this) { Offset = offset };
    }

    public string Host { get; }

    public int Port { get; }

    /// <summary>How far it is. Any thread.</summary>
    public LinkState State => (LinkState)Volatile.Read(ref _state);

    /// <summary>The stream comes. Any thread.</summary>
    public bool IsConnected => State == LinkState.Connected;

    /// <summary>The connection; null while there is none.</summary>
    public Connection? Client { get; private set; }

    /// <summary>The stream that is here; null = none.</summary>
    public string? StreamId => _streamId;

    /// <summary>Bytes of the stream that were applied.</summary>
    public long Offset => _applier.Offset;

    /// <summary>Bytes of the stream that have come.</summary>
    public long ReceivedOffset => _applier.Offset + (IsConnected ? _applier.Input.Length : 0);

    /// <summary>The database that the stream is at.</summary>
    public int Database => _applier.Database;

    /// <summary>When the primary was heard last; milliseconds since 1970, 0 = never.</summary>
    public long HeardMillis { get; private set; }

    /// <summary>Since when it is not connected; 0 = it is.</summary>
    public long DownSinceMillis { get; private set; }

    /// <summary>The snapshot that comes; null while none does.</summary>
    public TransferReader? Transfer => State == LinkState.Receiving ? _transfer : null;

    /// <summary>There is more to do at once.</summary>
    public bool HasMore { get; private set; }

    /// <summary>By the first shard's worker, each turn.</summary>
    public void Run(ShardWorker worker)
    {
        HasMore = false;
        if (_isEnded) return;
        if (DownSinceMillis == 0 && !IsConnected) DownSinceMillis = worker.NowMillis;
        if (Interlocked.Exchange(ref _loadFailure, null) is { } failure) Fail(worker, failure);
        if (State == LinkState.Idle) Connect(worker);
        else if (_isReadable) Read(worker);
        CheckTime(worker);
    }

    /// <summary>The connection has bytes, or its end.</summary>
    public void OnReadable(ShardWorker worker)
    {
        _isReadable = true;
        Read(worker);
    }

    /// <summary>The connection is established or has failed.</summary>
    public void OnWritable(ShardWorker worker)
    {
        if (State != LinkState.Connecting) return;
        if (Client!.Channel.FailureText is { } error)
        {
            Fail(worker, $"Error condition on socket for SYNC: {error}");
            return;
        }
        Log.Notice("Non blocking connect for SYNC fired the event.");
        Enter(LinkState.Greeting);
        _handshake = new LinkHandshake(Terms());
        _handshake.Begin();
        HeardMillis = worker.NowMillis;
        Send(worker, _handshake.TakeOutput());
    }

    /// <summary>Tells the primary how much was applied.</summary>
    public void Acknowledge(ShardWorker worker)
    {
        _acknowledgedMillis = worker.NowMillis;
        string offset = Offset.ToString(CultureInfo.InvariantCulture);
        string words = $"$8\r\nREPLCONF\r\n$3\r\nACK\r\n${offset.Length}\r\n{offset}\r\n";
        if (OffsetOnDisk(worker) is { } onDisk)
            Send(worker, Encoding.ASCII.GetBytes($"*5\r\n{words}$4\r\nFACK\r\n${onDisk.Length}\r\n{onDisk}\r\n"));
        else
            Send(worker, Encoding.ASCII.GetBytes($"*3\r\n{words}"));
    }

    /// <summary>The primary asks how much was applied. What is on the disk by then is told as soon as it is.</summary>
    public void Answer(ShardWorker worker)
    {
        Acknowledge(worker);
        _owesDisk = _disk.IsBehind;
    }

    /// <summary>Passes on what was applied; the first shard is held.</summary>
    public void PostApplied()
    {
        if (IsConnected) _applier.PostApplied();
    }

    /// <summary>The connection was closed, by whomever.</summary>
    public void NoteClosed(Connection client)
    {
        if (!ReferenceEquals(Client, client)) return;
        if (IsConnected)
        {
            _applier.PostApplied();
            _nextTryMillis = 0;
            Log.Notice("Connection with master lost.");
        }
        Client = null;
        _pipe?.Close();
        _pipe = null;
        _isReadable = false;
        _applier.Restart();
        if (!_isEnded) Enter(LinkState.Idle);
        else _applier.Input.Shrink(0);
    }

    /// <summary>The snapshot could not be taken in. On its thread.</summary>
    public void NoteLoadFailed(BytePipe pipe, string error)
    {
        if (pipe.IsClosed) return;
        _loadFailure = error;
        _server.Shards[0].Reactor.Wake();
    }

    /// <summary>The snapshot is what is here now; every shard is held.</summary>
    public void NoteLoaded(BytePipe pipe, long offset, int database)
    {
        _streamId = _server.Replication.Ids.Id;
        _applier.Offset = offset;
        _applier.Database = database;
        // The connection may have been lost meanwhile: then the next one goes on from here.
        if (!ReferenceEquals(pipe, _pipe) || pipe.IsClosed) return;
        _pipe = null;
        _applier.Begin();
        _disk.Restart();
        _acknowledgedMillis = 0;
        NoteConnected();
    }

    /// <summary>What was loaded at the start is of a place in the stream: it is asked for from there on.</summary>
    public void GoOnAt(StreamPlace place)
    {
        _streamId = place.Id;
        _applier.Offset = place.Offset;
        _applier.Database = place.Database;
    }

    /// <summary>It is over; every shard is held.</summary>
    public void End(ShardWorker worker)
    {
        _isEnded = true;
        if (Client is { } client) worker.Close(client);
    }

    public void Dispose() => _applier.Dispose();

    // Null where there is no file; 0 where nothing of the stream is known to be in it.
    private string? OffsetOnDisk(ShardWorker worker)
    {
        Journaling.JournalLog log = _server.Aof.Log;
        if (!_server.Aof.IsOn)
        {
            _disk.Restart();
            return null;
        }
        worker.PostOutgoing();
        PostApplied();
        _disk.NotePosted(log.PostedTicket, Offset);
        _ = _disk.NoteSynced(log.SyncedTicket);
        return Math.Max(0, _disk.Offset).ToString(CultureInfo.InvariantCulture);
    }

    private void Enter(LinkState state)
    {
        Volatile.Write(ref _state, (int)state);
        _server.Replication.UpdateRole();
    }

    private void NoteConnected()
    {
        DownSinceMillis = 0;
        Enter(LinkState.Connected);
    }

    private LinkTerms Terms()
    {
        Configuration.ServerOptions options = _server.Options;
        int port = options.ReplicaAnnouncePort > 0 ? options.ReplicaAnnouncePort : _server.Port;
        return new LinkTerms(
            options.MasterUser, options.MasterAuth, port, options.ReplicaAnnounceIp, _streamId, Offset,
            _server.Replication.Failover.State == FailoverState.InProgress);
    }

    private void Connect(ShardWorker worker)
    {
        if (worker.NowMillis < _nextTryMillis || _server.Gates.IsLoading) return;
        _nextTryMillis = worker.NowMillis + RetryMillis;
        Log.Notice($"Connecting to MASTER {Host}:{Port}");
        Reactor reactor = worker.Home.Reactor;
        ByteChannel? channel = reactor.Connect(Host, Port, sourceAddress: null, owner: null, out string? error);
        if (channel is null)
        {
            Log.Warning($"Unable to connect to MASTER: {error}");
            return;
        }
        Connection client = _server.Clients.Admit(worker.Home, worker.NowMillis);
        client.IsAuthenticated = true;
        client.IsPrimary = true;
        client.Attach(channel);
        channel.Owner = client;
        worker.Home.Connections.Reserve();
        worker.Home.Connections.Add(client);
        Client = client;
        HeardMillis = worker.NowMillis;
        Enter(LinkState.Connecting);
    }

    private void Read(ShardWorker worker)
    {
        for (int reads = 0; reads < ReadsPerTurn; reads++)
        {
            if (Client is not { } client || !_isReadable) return;
            bool isPaused = State is LinkState.Connecting or LinkState.Loading || _pipe is { HasRoom: false };
            if (isPaused || _server.Aof.Log.IsOverfull) return;
            _applier.MakeRoom();
            Span<byte> room = _applier.Input.Free;
            int count = client.Channel.Receive(room);
            if (count <= 0)
            {
                _isReadable = false;
                if (count != ChannelResult.WouldBlock) Fail(worker, "the primary has closed the connection");
                return;
            }
            _isReadable = count == room.Length;
            _applier.Input.Commit(count);
            client.BytesReceived += count;
            client.LastRequestMillis = HeardMillis = worker.NowMillis;
            worker.Home.Statistics.Counters.InputBytes += count;
            Take(worker);
        }
        HasMore = _isReadable;
    }

    private void Take(ShardWorker worker)
    {
        if (State == LinkState.Greeting) TakeGreeting(worker);
        if (State == LinkState.Receiving) TakeSnapshot(worker);
        if (State == LinkState.Connected && _applier.Apply(worker) is { } error) Fail(worker, error);
    }

    private void TakeGreeting(ShardWorker worker)
    {
        LinkEvent outcome = _handshake!.Read(_applier.Input.Bytes, out int read);
        _applier.Input.Consume(read);
        Send(worker, _handshake.TakeOutput());
        if (outcome != LinkEvent.None && _handshake.HasAsked)
            _server.Replication.Failover.NoteAnswer(outcome is LinkEvent.Full or LinkEvent.Partial);
        switch (outcome)
        {
            case LinkEvent.Full:
                Log.Notice($"Full resync from master: {_handshake.StreamId}:{_handshake.Offset}");
                _transfer = new TransferReader();
                _pipe = new BytePipe();
                new SyncLoad(_server, this, _pipe, _handshake.StreamId!, _handshake.Offset).Start();
                Enter(LinkState.Receiving);
                break;
            case LinkEvent.Partial:
                Log.Notice("Successful partial resynchronization with master.");
                _applier.Begin();
                _server.Replication.NoteResumed(_handshake.StreamId);
                _streamId = _server.Replication.Ids.Id;
                NoteConnected();
                Acknowledge(worker);
                break;
            case LinkEvent.Later or LinkEvent.Failed:
                Fail(worker, _handshake.Failure);
                break;
        }
    }

    private void TakeSnapshot(ShardWorker worker)
    {
        ReadOnlySpan<byte> payload = _transfer!.Read(_applier.Input.Bytes, out int done);
        _pipe!.Add(payload);
        _applier.Input.Consume(done);
        if (_transfer.Error is { } error)
        {
            Fail(worker, error);
        }
        else if (_transfer.IsComplete)
        {
            Enter(LinkState.Loading);
            _pipe.Complete();
        }
    }

    private void CheckTime(ShardWorker worker)
    {
        if (Client is null) return;
        if (State is LinkState.Loading or LinkState.Connected)
        {
            bool isOnDisk = _owesDisk && _disk.NoteSynced(_server.Aof.Log.SyncedTicket);
            if (!isOnDisk && worker.NowMillis - _acknowledgedMillis < AcknowledgeMillis) return;
            if (isOnDisk) _owesDisk = false;
            if (IsConnected) Acknowledge(worker);
            else Send(worker, "\n"u8);
            _acknowledgedMillis = worker.NowMillis;
            if (!IsConnected) return;
        }
        if (worker.NowMillis - HeardMillis > _server.Options.ReplicationTimeoutSeconds * 1000L)
            Fail(worker, TimeoutText);
    }

    private string TimeoutText => State switch
    {
        LinkState.Connecting or LinkState.Greeting => "Timeout connecting to the MASTER...",
        LinkState.Receiving => "Timeout receiving bulk data from MASTER...",
        _ => "MASTER timeout: no data nor PING received...",
    };

    private void Send(ShardWorker worker, ReadOnlySpan<byte> bytes)
    {
        if (Client is not { IsClosed: false } client || bytes.IsEmpty) return;
        client.Output.Append(bytes);
        worker.MarkUnflushed(client);
    }

    private void Fail(ShardWorker worker, string why)
    {
        Log.Warning($"Link to MASTER {Host}:{Port}: {why}");
        if (Client is { } client) worker.Close(client);
    }
}
