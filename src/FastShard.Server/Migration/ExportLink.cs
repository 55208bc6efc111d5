using System.Text;
using FastShard.Cluster.Migrations;
using FastShard.Memory;
using FastShard.Transport;

namespace FastShard.Server.Migration;

/// <summary>The connection that slots are sent down. Its replies say how far the target is.</summary>
internal sealed class ExportLink(SlotExport export, Courier courier) : CourierLink, IDisposable
{
    private const int ReceiveBytes = 64 * 1024;
    private const long PingMillis = 500;

    private readonly ReplyCounter _replies = new();
    private readonly Queue<(long Requests, long Bytes)> _sent = new();
    private readonly byte[] _room = new byte[ReceiveBytes];
    private NativeBuffer? _preface = new(0);
    private ExportChunk? _chunk;
    private int _sentOfChunk;
    private long _prefaceReplies;
    private long _sentRequests;
    private long _sentBytes;
    private long _sentMillis;
    private long _nowMillis;
    private bool _isOpen;
    private bool _isEstablished;
    private bool _isOver;

    public override bool IsBusy => !_isOver;

    /// <summary>Begins to connect.</summary>
    public void Open(string host, int port)
    {
        Channel = courier.Connect(host, port, this, out string? error);
        if (Channel is null) Lose($"Failed to connect to the target: {error}");
    }

    /// <summary>Who this is, and which slots it brings.</summary>
    public void Establish()
    {
        if (_preface is null) return;
        if (export.Password is { Length: > 0 } password)
        {
            bool hasUser = export.User.Length > 0;
            KeyMove.WriteHead(_preface, hasUser ? 3 : 2);
            KeyMove.WriteWord(_preface, "AUTH"u8);
            if (hasUser) KeyMove.WriteWord(_preface, Encoding.UTF8.GetBytes(export.User));
            KeyMove.WriteWord(_preface, Encoding.UTF8.GetBytes(password));
            _prefaceReplies++;
        }
        export.WriteEstablish(_preface);
        _prefaceReplies++;
        Send();
    }

    /// <summary>It is over.</summary>
    public void Dispose()
    {
        _isOver = true;
        Close();
        _preface?.Dispose();
        _preface = null;
        _chunk?.Dispose();
        _chunk = null;
        export.Queue.Empty();
    }

    public override bool Tick(long nowMillis)
    {
        _nowMillis = nowMillis;
        if (_isOver) return false;
        if (!_isOpen) return true;
        bool isSilent = _isEstablished && nowMillis - _sentMillis > PingMillis && export.Queue.WaitingBytes == 0;
        if (isSilent) export.Ping();
        Send();
        return true;
    }

    protected override void Write(ByteChannel channel)
    {
        if (!_isOpen)
        {
            if (channel.FailureText is { } error)
            {
                Lose($"Failed to connect to the target: {error}");
                return;
            }
            _isOpen = true;
            courier.Tell(worker => export.NoteConnected(worker));
            return;
        }
        Send();
    }

    protected override void Read(ByteChannel channel)
    {
        while (true)
        {
            int count = channel.Receive(_room);
            if (count == ChannelResult.WouldBlock) return;
            if (count <= 0)
            {
                Lose("Connection lost to the target");
                return;
            }
            _replies.Add(_room.AsSpan(0, count));
            if (!TakeReplies()) return;
        }
    }

    private bool TakeReplies()
    {
        if (_replies.IsBroken)
        {
            Lose("The target sent what is no reply");
            return false;
        }
        if (_replies.TakeError() is { } error)
        {
            courier.Tell(worker => export.NoteRefused(worker, error));
            return true;
        }
        if (!_isEstablished && _prefaceReplies > 0 && _replies.Count >= _prefaceReplies)
        {
            _isEstablished = true;
            courier.Tell(worker => export.NoteEstablished(worker));
        }
        long taken = -1;
        while (_sent.TryPeek(out (long Requests, long Bytes) piece)
            && piece.Requests <= _replies.Count - _prefaceReplies)
        {
            taken = piece.Bytes;
            _sent.Dequeue();
        }
        if (taken < 0) return true;
        export.Queue.NoteTaken(taken);
        if (export.Queue.WaitingBytes == 0) courier.Tell(worker => export.Tick(worker));
        return true;
    }

    private void Send()
    {
        while (Channel is { } channel && _isOpen)
        {
            ReadOnlySpan<byte> left = Next();
            if (left.IsEmpty) return;
            int sent = channel.Send(left);
            if (sent == ChannelResult.Failed)
            {
                Lose("Connection lost to the target");
                return;
            }
            if (sent <= 0) return;
            _sentMillis = _nowMillis;
            if (_preface is { Length: > 0 }) _preface.Consume(sent);
            else Sent(sent);
        }
    }

    private ReadOnlySpan<byte> Next()
    {
        if (_preface is { Length: > 0 }) return _preface.Bytes;
        if (!_isEstablished) return default;
        if (_chunk is null)
        {
            _chunk = export.Queue.Take();
            _sentOfChunk = 0;
        }
        return _chunk is null ? default : _chunk.Bytes.Bytes[_sentOfChunk..];
    }

    private void Sent(int count)
    {
        _sentOfChunk += count;
        if (_sentOfChunk < _chunk!.Bytes.Length) return;
        _sentRequests += _chunk.Requests;
        _sentBytes += _chunk.Bytes.Length;
        _sent.Enqueue((_sentRequests, _sentBytes));
        export.Queue.Return(_chunk);
        _chunk = null;
    }

    private void Lose(string why)
    {
        if (_isOver) return;
        Close();
        _isOpen = false;
        courier.Tell(worker => export.NoteLost(worker, why));
    }
}
