using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using FastShard.Native.Sockets;

namespace FastShard.Transport.Pipelines;

/// <summary>
/// The socket's side of a channel: two loops on the pool, one from the socket into a pipe and one from a pipe to the
/// socket. Backpressure is the pipes' thresholds: a shard that does not receive stops the receiving loop, a peer that
/// does not read stops the sending loop and then the shard.
/// </summary>
internal sealed class SocketPump
{
    /// <summary>Sent bytes that may wait in the pipe; beyond that a send would block.</summary>
    public const int SendBufferBytes = 256 * 1024;

    private const int ReceiveBufferBytes = 256 * 1024;
    private const int SegmentBytes = 4096;

    // The time that the last bytes of a closed connection have to reach a peer that reads slowly, or not at all.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly Pipe _input;
    private readonly Pipe _output;
    private Task _sending = Task.CompletedTask;
    private volatile string? _failureText;
    private volatile bool _isClosing;

    public SocketPump(Socket socket, PipeScheduler readScheduler, PipeScheduler flushScheduler)
    {
        _socket = socket;
        _input = new Pipe(new PipeOptions(
            readerScheduler: readScheduler, writerScheduler: PipeScheduler.ThreadPool,
            pauseWriterThreshold: ReceiveBufferBytes, resumeWriterThreshold: ReceiveBufferBytes / 2,
            minimumSegmentSize: SegmentBytes, useSynchronizationContext: false));
        _output = new Pipe(new PipeOptions(
            readerScheduler: PipeScheduler.ThreadPool, writerScheduler: flushScheduler,
            pauseWriterThreshold: SendBufferBytes, resumeWriterThreshold: SendBufferBytes / 2,
            minimumSegmentSize: SegmentBytes, useSynchronizationContext: false));
    }

    public PipeReader Received => _input.Reader;

    public PipeWriter ToSend => _output.Writer;

    public string? FailureText => _failureText;

    public bool HasFailed => _failureText is not null;

    /// <summary>Called on the pool when an outgoing connection is established or has failed.</summary>
    public Action? Connected { get; set; }

    public void Start(EndPoint? connectTo) => _sending = RunAsync(connectTo);

    public SocketName LocalName()
    {
        try
        {
            return SocketNames.From(_socket.LocalEndPoint);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return default;
        }
    }

    /// <summary>
    /// The channel is closed and its output complete: the socket goes when the rest is sent, or in time.
    /// </summary>
    public void CloseWhenSent(Action onClosed)
    {
        _isClosing = true;
        _ = CloseAsync(onClosed);
    }

    private async Task CloseAsync(Action onClosed)
    {
        try
        {
            await _sending.WaitAsync(Linger).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The peer had its time.
        }

        // This also ends the receiving loop.
        _socket.Dispose();
        onClosed();
    }

    private async Task RunAsync(EndPoint? connectTo)
    {
        if (connectTo is not null && !await ConnectAsync(connectTo).ConfigureAwait(false)) return;

        _ = ReceiveAsync();
        await SendAsync().ConfigureAwait(false);
    }

    private async Task<bool> ConnectAsync(EndPoint to)
    {
        try
        {
            await _socket.ConnectAsync(to).ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            Fail(failure);
            _socket.Dispose();
            await _input.Writer.CompleteAsync().ConfigureAwait(false);
            await _output.Reader.CompleteAsync().ConfigureAwait(false);
            return false;
        }
        finally
        {
            Connected?.Invoke();
        }
    }

    private async Task ReceiveAsync()
    {
        PipeWriter into = _input.Writer;
        try
        {
            while (true)
            {
                Memory<byte> space = into.GetMemory(SegmentBytes / 2);
                int received = await _socket.ReceiveAsync(space, SocketFlags.None).ConfigureAwait(false);
                if (received == 0) break;

                into.Advance(received);
                FlushResult flushed = await into.FlushAsync().ConfigureAwait(false);
                if (flushed.IsCompleted) break;
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            Fail(failure);
        }

        // Without the exception: the reader must first get all bytes that came before the failure.
        await into.CompleteAsync().ConfigureAwait(false);
    }

    private async Task SendAsync()
    {
        PipeReader from = _output.Reader;
        try
        {
            while (true)
            {
                ReadResult result = await from.ReadAsync().ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> piece in result.Buffer)
                {
                    await _socket.SendAsync(piece, SocketFlags.None).ConfigureAwait(false);
                }

                from.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted) break;
            }

            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            Fail(failure);
        }

        await from.CompleteAsync().ConfigureAwait(false);
    }

    private void Fail(Exception failure)
    {
        // The first reason is the true one; a close by this side is none.
        if (_isClosing) return;

        string text = failure is SocketException broken
            ? new SocketException((int)broken.SocketErrorCode).Message
            : "Socket closed";
        Interlocked.CompareExchange(ref _failureText, text, null);
    }
}
