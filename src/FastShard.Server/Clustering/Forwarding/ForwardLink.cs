using System.Text;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.Configuration;
using FastShard.Server.Sharding;
using FastShard.Transport;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>
/// A connection of one shard to one node, over which the requests of many clients go in a row. Requests are queued as
/// soon as they are known, behind the greeting, and leave at the end of the turn in one send; replies come in the same
/// order. It says that it follows redirections by itself (CLIENT CAPA redirect), so the node never passes anything
/// on: one hop is the most.
///
/// It belongs to its shard and is touched by the holder of that shard's token; connecting and failing, after which
/// clients go on, happen in the shard's own turn only.
/// </summary>
internal sealed class ForwardLink : IDisposable
{
    private const int ReadsPerTurn = 16;
    private const long RetryMillis = 100;

    private readonly NodeLinks _links;
    private readonly ReplyBuffer _output = new();
    private readonly NativeBuffer _input = new(0);
    private readonly ReplyScanner _scanner = new();
    private readonly FlightQueue _flights = new();
    private readonly ConnectionQueue _waiting = new();
    private ByteChannel? _channel;
    private bool _isGreeted;
    private bool _isConnected;
    private bool _isSendBlocked;
    private bool _isReadable;
    private string? _failure;
    private string? _lastFailure;
    private long _retryAtMillis;
    private long _movedMillis;

    public ForwardLink(NodeLinks links, MapNode node, LinkKey key, bool isOwn)
    {
        _links = links;
        Node = node;
        Key = key;
        IsOwn = isOwn;
    }

    /// <summary>Where it goes.</summary>
    public MapNode Node { get; set; }

    public LinkKey Key { get; }

    /// <summary>One client has it to itself, because it may wait there.</summary>
    public bool IsOwn { get; }

    /// <summary>Which client it is at the node; 0 = not known yet.</summary>
    public long Id { get; private set; }

    /// <summary>Stands in the list of those to be looked after.</summary>
    public bool IsAttended { get; set; }

    /// <summary>Stands in the list of those with something to send.</summary>
    public bool IsUnflushed { get; set; }

    /// <summary>Nobody waits for anything of it.</summary>
    public bool IsIdle => _flights.Count == 0 && _waiting.Count == 0;

    /// <summary>It is of no use any more, and knows it.</summary>
    public bool IsBroken => _channel is null || _failure is not null;

    /// <summary>It takes no more for now: clients wait, so that a node that does not read costs no memory.</summary>
    public bool IsFull => _output.Length > Limits.LinkOutputBytes || _flights.Count > Limits.LinkFlights;

    /// <summary>Bytes that wait for the node.</summary>
    public long WaitingBytes => _output.Length;

    /// <summary>Queues a call's request.</summary>
    public void Send(ShardWorker worker, ForwardedCall call)
    {
        if (!_isGreeted) Greet(worker);
        if (_flights.Count == 0) _movedMillis = worker.NowMillis;
        if (call.IsAsking)
        {
            _output.Append("*1\r\n$6\r\nASKING\r\n"u8);
            Expect(FlightKind.Prelude, call);
        }
        int preludes = call.Kind == CallKind.Transaction ? call.Batch.Connection.Transaction.Count + 1 : 0;
        for (; preludes > 0; preludes--) Expect(FlightKind.Prelude, call);
        CallText.Write(call, _output);
        Expect(FlightKind.Reply, call);
        call.Copies++;
        _links.MarkUnflushed(this);
    }

    /// <summary>Queues words of the link's own (CLIENT UNBLOCK), whose answer does not matter.</summary>
    public void Say(ShardWorker worker, params ReadOnlySpan<string> words)
    {
        if (!_isGreeted) Greet(worker);
        if (_flights.Count == 0) _movedMillis = worker.NowMillis;
        RequestScribe.Words(_output, words);
        Expect(FlightKind.Courtesy, call: null);
        _links.MarkUnflushed(this);
    }

    /// <summary>A client goes on when there is room.</summary>
    public void Await(Connection client)
    {
        if (client.IsAwaitingRoom) return;
        client.IsAwaitingRoom = true;
        _waiting.Add(client);
    }

    /// <summary>Sends what the socket takes.</summary>
    public void Flush()
    {
        if (!_isConnected || _isSendBlocked || _failure is not null) return;
        while (_output.Length > 0)
        {
            ReadOnlySpan<byte> run = _output.Peek();
            int sent = _channel!.Send(run);
            if (sent > 0) _output.Consume(sent);
            if (sent == run.Length) continue;
            _isSendBlocked = sent != ChannelResult.Failed;
            if (!_isSendBlocked) Break(_channel.FailureText ?? "the connection broke");
            return;
        }
        if (_output.AllocatedBytes > Limits.PooledBufferBytes) _output.Shrink();
    }

    public void OnReadable(ShardWorker worker)
    {
        _isReadable = true;
        Read(worker);
    }

    public void OnWritable(ShardWorker worker)
    {
        if (_channel is null) return;
        if (!_isConnected && _channel.FailureText is { } error)
        {
            Break(error);
            return;
        }
        if (!_isConnected) _links.Counters.Connected++;
        _isConnected = true;
        _isSendBlocked = false;
        Flush();
        Release(worker);
    }

    /// <summary>In the shard's own turn: connects, fails, reads on.</summary>
    public void Attend(ShardWorker worker)
    {
        if (_failure is null && _channel is null && _flights.Count > 0) Connect(worker);
        if (_failure is null && _isReadable) Read(worker);
        if (_failure is not null) Fail(worker);
        Release(worker);
        if (IsOwn && IsBroken && IsIdle) _links.Drop(this);
    }

    /// <summary>Looks whether the node has been silent for too long.</summary>
    public void CheckTime(ShardWorker worker, long limitMillis)
    {
        if (_flights.Count == 0 || worker.NowMillis - _movedMillis <= limitMillis) return;
        if (IsOwn && _isConnected && _output.Length == 0) return;
        Break($"it has not answered for {worker.NowMillis - _movedMillis} ms");
    }

    /// <summary>It cannot be used any more; what waits for it is told so in the shard's own turn.</summary>
    public void Break(string why)
    {
        _failure ??= why;
        _links.Attend(this);
    }

    public void Dispose()
    {
        _channel?.Close();
        _channel = null;
        _output.Dispose();
        _input.Dispose();
    }

    private void Expect(FlightKind kind, ForwardedCall? call) =>
        _flights.Add(new Flight(kind, call, call?.Number ?? 0, _output.Mark().InlinePosition));

    private void Greet(ShardWorker worker)
    {
        _isGreeted = true;
        _movedMillis = worker.NowMillis;
        _links.Attend(this);
        ServerOptions options = worker.Server.Options;
        bool hasSecret = options.MasterAuth.Length > 0;
        string user = options.MasterUser.Length > 0 ? options.MasterUser : "default";
        if (Key.Version == RespVersion.Resp3 && hasSecret)
            Greet(FlightKind.Greeting, "HELLO", "3", "AUTH", user, options.MasterAuth);
        else if (Key.Version == RespVersion.Resp3)
            Greet(FlightKind.Greeting, "HELLO", "3");
        else if (hasSecret && options.MasterUser.Length > 0)
            Greet(FlightKind.Greeting, "AUTH", user, options.MasterAuth);
        else if (hasSecret)
            Greet(FlightKind.Greeting, "AUTH", options.MasterAuth);
        Greet(FlightKind.Courtesy, "CLIENT", "CAPA", "redirect");
        if (Key.IsReadOnly) Greet(FlightKind.Greeting, "READONLY");
        if (IsOwn) Greet(FlightKind.LinkId, "CLIENT", "ID");
    }

    private void Greet(FlightKind kind, params ReadOnlySpan<string> words)
    {
        RequestScribe.Words(_output, words);
        Expect(kind, call: null);
    }

    private void Connect(ShardWorker worker)
    {
        if (worker.NowMillis < _retryAtMillis)
        {
            _failure = _lastFailure;
            return;
        }
        if (Key.Ip.Length == 0)
        {
            _failure = "its address is not known";
            return;
        }
        _channel = worker.Home.Reactor.Connect(Key.Ip, Key.Port, sourceAddress: null, owner: this, out string? error);
        if (_channel is null) _failure = error ?? "it cannot be reached";
    }

    private void Read(ShardWorker worker)
    {
        for (int reads = 0; reads < ReadsPerTurn; reads++)
        {
            if (!_isReadable || _channel is not { } channel || _failure is not null) return;
            MakeRoom();
            Span<byte> room = _input.Free;
            int count = channel.Receive(room);
            if (count <= 0)
            {
                _isReadable = false;
                if (count != ChannelResult.WouldBlock) Break(channel.FailureText ?? "it closed the connection");
                return;
            }
            _isReadable = count == room.Length;
            _input.Commit(count);
            _movedMillis = worker.NowMillis;
            Take(worker);
        }
        if (_isReadable) _links.Attend(this);
    }

    private void MakeRoom()
    {
        int wanted = Math.Max(Limits.MinReceiveBytes, _scanner.MissingBytes);
        if (_input.Capacity - _input.End >= wanted) return;
        _ = _input.Compact();
        _input.EnsureFree(Math.Max(wanted, Limits.ReceiveBytes));
    }

    private void Take(ShardWorker worker)
    {
        while (_input.Length > 0 && _failure is null)
        {
            ReplyScan found = _scanner.Scan(_input.Bytes, out int length);
            if (found == ReplyScan.Broken) Break("what it sent is no reply");
            if (found != ReplyScan.Complete) return;
            // Messages that nobody asked for are no replies.
            bool isPush = _input.Bytes[0] == '>';
            if (!isPush && _flights.Count == 0) Break("it sent a reply that nobody waits for");
            else if (!isPush) Deliver(worker, _flights.Take(), _input.Bytes[..length]);
            _input.Consume(length);
        }
        if (_input.Length == 0 && _input.Capacity > Limits.PooledBufferBytes) _input.Shrink(Limits.ReceiveBytes);
        Release(worker);
    }

    private void Deliver(ShardWorker worker, Flight flight, ReadOnlySpan<byte> reply)
    {
        bool isError = reply[0] == '-';
        switch (flight.Kind)
        {
            case FlightKind.Greeting when isError:
                Break($"it answered {Encoding.Latin1.GetString(reply[1..^2])}");
                break;
            case FlightKind.LinkId when reply[0] == ':':
                if (Numbers.TryParseInt64(reply[1..^2], out long id)) Id = id;
                break;
            case FlightKind.Prelude when isError && flight.IsAwaited && Redirection.IsOne(reply):
                flight.Call!.QueueRedirect ??= reply.ToArray();
                break;
            case FlightKind.Reply when flight.IsAwaited:
                flight.Call!.Copies--;
                _links.Answer(worker, flight.Call, this, reply);
                break;
        }
    }

    // Those that wait for room go on; where there is still none they come back.
    private void Release(ShardWorker worker)
    {
        if (_output.Length > Limits.LinkOutputBytes / 2 || _flights.Count > Limits.LinkFlights / 2) return;
        for (int left = _waiting.Count; left > 0; left--)
        {
            Connection client = _waiting.Take();
            client.IsAwaitingRoom = false;
            if (!client.IsClosed) worker.MarkUnfinished(client);
        }
    }

    private void Fail(ShardWorker worker)
    {
        string why = _lastFailure = _failure!;
        bool wasConnected = _isConnected;
        long sent = wasConnected ? _output.Mark().InlinePosition - _output.Length : 0;
        _channel?.Close();
        _channel = null;
        _failure = null;
        _isGreeted = _isConnected = _isSendBlocked = _isReadable = false;
        Id = 0;
        _retryAtMillis = worker.NowMillis + (wasConnected ? 0 : RetryMillis);
        _output.Clear();
        _output.Shrink();
        _input.Clear();
        _input.Shrink(0);
        _scanner.Restart();
        // Clients go on at once, and may send more over this very link.
        for (int left = _flights.Count; left > 0; left--)
        {
            Flight flight = _flights.Take();
            if (flight.Kind != FlightKind.Reply || !flight.IsAwaited) continue;
            flight.Call!.Copies--;
            _links.Lose(worker, flight.Call, this, why, mayHaveRun: wasConnected && flight.End <= sent);
        }
    }
}
