using System.Text;
using FastShard.Memory;
using FastShard.Transport;

namespace FastShard.Server.Migration;

/// <summary>
/// The connection to one server that keys are moved to: kept for some seconds, and used by one MIGRATE at a time, in
/// the order in which they came.
/// </summary>
internal sealed class KeyMoveLink(KeyMover mover, Courier courier, string host, int port)
    : CourierLink, IDisposable
{
    private const long KeptMillis = 10_000;
    private const int ReceiveBytes = 16 * 1024;

    private readonly Queue<KeyMove> _waiting = new();
    private readonly NativeBuffer _preface = new(0);
    private readonly NativeBuffer _input = new(0);
    private KeyMove? _move;
    private bool _isOpen;
    private int _database; // that the connection is at
    private int _prefaceReplies;
    private int _replies;
    private int _sentBytes;
    private long _nowMillis;
    private long _movedMillis; // when something came or went last
    private string? _refusal;

    public override bool IsBusy => _move is not null;

    /// <summary>Adds one more.</summary>
    public void Begin(KeyMove move, long nowMillis)
    {
        _nowMillis = nowMillis;
        _waiting.Enqueue(move);
        if (_move is null) Next();
    }

    public override bool Tick(long nowMillis)
    {
        _nowMillis = nowMillis;
        if (_move is { } move)
        {
            if (nowMillis - _movedMillis > move.Options.TimeoutMillis) TimeOut(move);
        }
        else if (nowMillis - _movedMillis > KeptMillis)
        {
            Dispose();
            mover.Forget(host, port);
            return false;
        }
        return true;
    }

    public void Dispose()
    {
        Close();
        _preface.Dispose();
        _input.Dispose();
    }

    protected override void Write(ByteChannel channel)
    {
        if (!_isOpen)
        {
            if (channel.FailureText is not null)
            {
                Close();
                if (_move is not null) End(KeyMover.CannotConnect);
                return;
            }
            _isOpen = true;
            _movedMillis = _nowMillis;
        }
        if (_move is not null) Send(channel);
    }

    protected override void Read(ByteChannel channel)
    {
        while (true)
        {
            _input.EnsureFree(ReceiveBytes);
            int count = channel.Receive(_input.Free);
            if (count == ChannelResult.WouldBlock) return;
            if (count <= 0)
            {
                Break("reading");
                return;
            }
            _input.Commit(count);
            _movedMillis = _nowMillis;
            TakeReplies();
            if (!ReferenceEquals(channel, Channel)) return;
        }
    }

    private void Next()
    {
        if (!_waiting.TryDequeue(out KeyMove? move)) return;
        _move = move;
        Start();
    }

    private void Start()
    {
        KeyMove move = _move!;
        _movedMillis = _nowMillis;
        _replies = _sentBytes = 0;
        _refusal = null;
        _input.Clear();
        if (Channel is null)
        {
            _isOpen = false;
            _database = 0;
            Channel = port == 0 ? null : courier.Connect(host, port, this, out _);
            if (Channel is null)
            {
                End(KeyMover.CannotConnect);
                return;
            }
        }
        _preface.Clear();
        _prefaceReplies = move.WritePreface(_preface, _database);
        if (_isOpen) Send(Channel);
    }

    private void Send(ByteChannel channel)
    {
        KeyMove move = _move!;
        while (true)
        {
            bool isPreface = _sentBytes < _preface.Length;
            ReadOnlySpan<byte> left = isPreface
                ? _preface.Bytes[_sentBytes..] : move.Requests.Bytes[(_sentBytes - _preface.Length)..];
            if (left.IsEmpty) return;
            int sent = channel.Send(left);
            if (sent == ChannelResult.Failed)
            {
                Break("writing");
                return;
            }
            if (sent <= 0) return;
            _sentBytes += sent;
            _movedMillis = _nowMillis;
        }
    }

    private void TakeReplies()
    {
        while (_move is { } move)
        {
            ReadOnlySpan<byte> bytes = _input.Bytes;
            int end = bytes.IndexOf("\r\n"u8);
            if (end < 0) return;
            Take(move, bytes[..end]);
            _input.Consume(end + 2);
            if (_replies == _prefaceReplies + move.Keys.Count) End(move.Error);
        }
        _input.Clear(); // nobody has asked for it
    }

    // When the target does not know who asks, it says so to everything that follows, too.
    private void Take(KeyMove move, ReadOnlySpan<byte> line)
    {
        int index = _replies++ - _prefaceReplies;
        string? refusal = line.StartsWith("-"u8) ? Encoding.Latin1.GetString(line[1..]) : null;
        if (index < 0) _refusal ??= refusal;
        if ((refusal ?? _refusal) is { } why && index >= 0)
            move.Error ??= "ERR Target instance replied with error: " + (_refusal ?? why);
        else if (index >= 0)
            move.Moved.Add(index);
    }

    private void TimeOut(KeyMove move)
    {
        bool isWriting = _isOpen && _sentBytes < _preface.Length + move.Requests.Length;
        Close();
        End(!_isOpen ? KeyMover.CannotConnect : KeyMover.Silent(isWriting ? "writing" : "reading"));
    }

    private void Break(string doing)
    {
        Close();
        if (_move is not { } move) return;
        if (_replies == 0 && !move.HasRetried)
        {
            // A connection that was kept may have been closed by the target long ago.
            move.HasRetried = true;
            Start();
            return;
        }
        End(move.Error ?? KeyMover.Silent(doing));
    }

    private void End(string? error)
    {
        KeyMove move = _move!;
        _move = null;
        move.Error = error;
        _movedMillis = _nowMillis;
        // Where anything went wrong nobody knows which database the connection is at.
        if (error is null) _database = move.Options.Database;
        else Close();
        mover.Tell(move);
        Next();
    }
}
