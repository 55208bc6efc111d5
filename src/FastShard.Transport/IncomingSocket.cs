using System.Net.Sockets;
using FastShard.Native.Sockets;

namespace FastShard.Transport;

/// <summary>
/// A connection that was accepted and belongs to nobody yet: attach it to a reactor of the kind that accepted it (the
/// accepting one or any other), or refuse it.
/// </summary>
public readonly struct IncomingSocket : IDisposable
{
    // One more than the descriptor, so that the default value means "none" and not "standard input".
    private readonly int _descriptorPlusOne;

    internal IncomingSocket(Listener listener, int descriptor, SocketName peer)
    {
        Listener = listener;
        _descriptorPlusOne = descriptor + 1;
        Peer = peer;
    }

    internal IncomingSocket(Listener listener, Socket socket)
    {
        Listener = listener;
        Socket = socket;
        Peer = SocketNames.From(socket.RemoteEndPoint);
    }

    public Listener Listener { get; }

    public bool IsUnixSocket => Listener.IsUnixSocket;

    public bool IsLoopback => Peer.IsLoopback;

    /// <summary>In the form of <see cref="ByteChannel.PeerAddress"/>.</summary>
    public string PeerAddress => IsUnixSocket ? Listener.Name : Peer.ToString();

    internal int Descriptor => _descriptorPlusOne - 1;

    internal Socket? Socket { get; }

    internal SocketName Peer { get; }

    /// <summary>Says a last word, as far as it fits into the empty send buffer, and closes.</summary>
    public void Refuse(ReadOnlySpan<byte> farewell)
    {
        if (Descriptor >= 0) _ = SocketCalls.Send(Descriptor, farewell);
        else if (Socket is not null) _ = Socket.Send(farewell, SocketFlags.None, out _);
        Dispose();
    }

    /// <summary>Closes a socket that nobody attaches.</summary>
    public void Dispose()
    {
        if (Descriptor >= 0) SocketCalls.Close(Descriptor);
        Socket?.Dispose();
    }
}
