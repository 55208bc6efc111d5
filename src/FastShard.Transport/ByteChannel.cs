using FastShard.Native.Sockets;

namespace FastShard.Transport;

/// <summary>
/// One connection's two byte streams. Used by one thread at a time: whoever holds the token of the shard that the
/// channel is attached to, also while the shard's own thread sleeps in its reactor.
/// </summary>
public abstract class ByteChannel
{
    /// <summary>The connection object that this channel serves; the transport only carries it.</summary>
    public object? Owner { get; set; }

    /// <summary>Closed by this side. A broken or ended connection is not closed until somebody closes it.</summary>
    public bool IsClosed { get; protected set; }

    /// <summary>"127.0.0.1:5555", "[::1]:5555", or "/path/to/socket:0". Stays readable after the close.</summary>
    public abstract string PeerAddress { get; }

    /// <summary>This side's end in the same form; "?:0" when it was never asked for before the close.</summary>
    public abstract string LocalAddress { get; }

    /// <summary>The descriptor of the socket; -1 where the transport has none to show, and after the close.</summary>
    public abstract int Descriptor { get; }

    public abstract bool IsUnixSocket { get; }

    /// <summary>The peer's address is a loopback address of IPv4 or IPv6; false for unix sockets.</summary>
    public abstract bool IsLoopback { get; }

    /// <summary>
    /// Why <see cref="ChannelResult.Failed"/> came ("Connection reset by peer"); null while nothing failed.
    /// </summary>
    public abstract string? FailureText { get; }

    /// <summary>
    /// Bytes received (> 0), <see cref="ChannelResult.End"/>, <see cref="ChannelResult.WouldBlock"/> or
    /// <see cref="ChannelResult.Failed"/>. <paramref name="into"/> must not be empty.
    /// </summary>
    public abstract int Receive(Span<byte> into);

    /// <summary>
    /// Bytes taken, perhaps fewer than offered, <see cref="ChannelResult.WouldBlock"/> or
    /// <see cref="ChannelResult.Failed"/>.
    /// </summary>
    public abstract int Send(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// The same for several runs of native bytes, none of them empty: one system call where the transport can.
    /// </summary>
    public virtual int Send(ReadOnlySpan<SendPiece> pieces)
    {
        int total = 0;
        foreach (SendPiece piece in pieces)
        {
            int sent = Send(piece.Bytes);
            if (sent <= 0) return total > 0 && sent != ChannelResult.Failed ? total : sent;
            total += sent;
            if (sent < piece.Bytes.Length) break;
        }
        return total;
    }

    /// <summary>Tells the peer that nothing more comes; what was taken before is still delivered.</summary>
    public abstract void ShutdownWrites();

    /// <summary>
    /// Ends both directions; what was taken by <see cref="Send"/> is still delivered. No event comes afterwards.
    /// Closing twice does nothing.
    /// </summary>
    public abstract void Close();
}
