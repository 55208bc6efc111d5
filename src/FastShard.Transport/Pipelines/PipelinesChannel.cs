using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using FastShard.Native.Diagnostics;
using FastShard.Native.Sockets;

namespace FastShard.Transport.Pipelines;

/// <summary>
/// A connection as two pipes. The shard's side is this class: it copies out of what was received and into what will be
/// sent, and never waits. The socket's side is <see cref="SocketPump"/>, on the pool.
///
/// <para>Each direction is in one of two states: flowing, or armed, which means that a pipe operation is pending whose
/// continuation comes through the reactor's queue. Armed answers would-block; the continuation's event disarms.</para>
/// </summary>
internal sealed class PipelinesChannel : ByteChannel, IReadySource
{
    private readonly PipelinesReactor _reactor;
    private readonly SocketName _peer;
    private readonly string? _unixName;
    private readonly ReadyNode _node;
    private readonly ReactorScheduler _readScheduler;
    private readonly ReactorScheduler _flushScheduler;
    private readonly SocketPump _pump;
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly Action _onReadPossible;
    private readonly Action _onFlushed;
    private ValueTaskAwaiter<ReadResult> _pendingRead;
    private ValueTaskAwaiter<FlushResult> _pendingFlush;
    private string? _localAddress;
    private bool _isReadArmed;
    private bool _isFlushArmed;
    private bool _wantsToSend;
    private bool _isOutputCompleted;

    internal PipelinesChannel(PipelinesReactor reactor, Socket socket, SocketName peer, string? unixName)
    {
        _reactor = reactor;
        _peer = peer;
        _unixName = unixName;
        _node = new ReadyNode(reactor.Queue, this);
        _readScheduler = new ReactorScheduler(_node, ReadyEvents.Readable);
        _flushScheduler = new ReactorScheduler(_node, ReadyEvents.Writable);
        _pump = new SocketPump(socket, _readScheduler, _flushScheduler);
        _input = _pump.Received;
        _output = _pump.ToSend;
        _onReadPossible = OnReadPossible;
        _onFlushed = OnFlushed;
    }

    public override string PeerAddress => _unixName ?? _peer.ToString();

    public override string LocalAddress => _localAddress ??= _unixName ?? _pump.LocalName().ToString();

    public override int Descriptor => -1;

    public override bool IsUnixSocket => _unixName is not null;

    public override bool IsLoopback => _peer.IsLoopback;

    public override string? FailureText => _pump.FailureText;

    public override int Receive(Span<byte> into)
    {
        Invariant.Slow(!into.IsEmpty);
        if (IsClosed) return ChannelResult.Failed;
        if (_isReadArmed) return ChannelResult.WouldBlock;

        if (!_input.TryRead(out ReadResult result))
        {
            ArmRead();
            return ChannelResult.WouldBlock;
        }

        ReadOnlySequence<byte> buffer = result.Buffer;
        if (buffer.IsEmpty && result.IsCompleted)
        {
            _input.AdvanceTo(buffer.Start);
            return _pump.FailureText is null ? ChannelResult.End : ChannelResult.Failed;
        }

        int count = (int)Math.Min(buffer.Length, into.Length);
        buffer.Slice(0, count).CopyTo(into);
        _input.AdvanceTo(buffer.GetPosition(count));

        // A short read tells the caller that the next event comes, so it has to be asked for now.
        if (count < into.Length) ArmRead();
        return count == 0 ? ChannelResult.WouldBlock : count;
    }

    public override int Send(ReadOnlySpan<byte> bytes)
    {
        int sent = 0;
        while (sent < bytes.Length && !_isFlushArmed)
        {
            if (IsClosed || _isOutputCompleted || _pump.HasFailed) return ChannelResult.Failed;

            int chunk = Math.Min(bytes.Length - sent, SocketPump.SendBufferBytes);
            _output.Write(bytes.Slice(sent, chunk));
            sent += chunk;
            if (!Flush()) return ChannelResult.Failed;
        }

        if (sent < bytes.Length) _wantsToSend = true;
        return sent > 0 || bytes.IsEmpty ? sent : ChannelResult.WouldBlock;
    }

    public override void ShutdownWrites()
    {
        if (_isOutputCompleted) return;

        _isOutputCompleted = true;
        _output.Complete();
    }

    public override void Close()
    {
        if (IsClosed) return;

        IsClosed = true;
        Action onClosed = _reactor.Forget(this);
        ShutdownWrites();
        _input.Complete();
        _pump.CloseWhenSent(onClosed);
    }

    public void Deliver(ReadyEvents events, IReactorHandler handler)
    {
        if (IsClosed) return;

        _flushScheduler.Run();
        if ((events & ReadyEvents.Writable) != 0 && _wantsToSend && !_isFlushArmed)
        {
            _wantsToSend = false;
            handler.OnWritable(this);
        }

        if ((events & ReadyEvents.Readable) == 0 || IsClosed) return;

        _readScheduler.Run();
        if (!_isReadArmed) handler.OnReadable(this);
    }

    internal void Start()
    {
        ArmRead();
        _pump.Start(connectTo: null);
    }

    internal void StartConnecting(IPEndPoint to)
    {
        ArmRead();
        _wantsToSend = true;

        // As if a flush were pending until the connection stands, so that a send answers would-block.
        _isFlushArmed = true;
        _pump.Connected = () =>
        {
            _isFlushArmed = false;
            _node.Raise(ReadyEvents.Writable);
        };
        _pump.Start(to);
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "Its result is taken exactly once, by GiveBack.")]
    private void ArmRead()
    {
        _pendingRead = _input.ReadAsync().GetAwaiter();
        if (_pendingRead.IsCompleted)
        {
            GiveBack();
            _node.Raise(ReadyEvents.Readable);
            return;
        }

        _isReadArmed = true;
        _pendingRead.UnsafeOnCompleted(_onReadPossible);
    }

    private void OnReadPossible()
    {
        _isReadArmed = false;
        if (!IsClosed) GiveBack();
    }

    // Nothing is consumed and nothing counts as examined, so the next look finds all of it at once.
    private void GiveBack() => _input.AdvanceTo(_pendingRead.GetResult().Buffer.Start);

    // False when nobody reads the other end any more.
    [SuppressMessage("Reliability", "CA2012", Justification = "Its result is taken exactly once.")]
    private bool Flush()
    {
        _pendingFlush = _output.FlushAsync().GetAwaiter();
        if (_pendingFlush.IsCompleted) return !_pendingFlush.GetResult().IsCompleted;

        _isFlushArmed = true;
        _pendingFlush.UnsafeOnCompleted(_onFlushed);
        return true;
    }

    private void OnFlushed()
    {
        _isFlushArmed = false;
        if (!_isOutputCompleted) _pendingFlush.GetResult();
    }
}
