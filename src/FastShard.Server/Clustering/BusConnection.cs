using FastShard.Cluster.Bus;
using FastShard.Transport;

namespace FastShard.Server.Clustering;

/// <summary>The socket of a link: what has come of a packet, and what waits to be sent.</summary>
internal sealed class BusConnection(int id, int packetBytesMax)
{
    private readonly Queue<ReadOnlyMemory<byte>> _waiting = [];
    private int _sentOfFirst;
    private long _waitingBytes;

    /// <summary>The link's number.</summary>
    public int Id { get; } = id;

    public ByteChannel Channel { get; set; } = null!;

    /// <summary>The connection stands.</summary>
    public bool IsOpen { get; set; }

    public BusReceiver Receiver { get; } = new(packetBytesMax);

    /// <summary>Bytes that wait to be sent. Any thread.</summary>
    public long WaitingBytes => Volatile.Read(ref _waitingBytes);

    public void Add(ReadOnlyMemory<byte> packet)
    {
        _waiting.Enqueue(packet);
        Volatile.Write(ref _waitingBytes, _waitingBytes + packet.Length);
    }

    /// <summary>Sends what the socket takes. False when it is broken.</summary>
    public bool TrySend()
    {
        while (_waiting.TryPeek(out ReadOnlyMemory<byte> packet))
        {
            int sent = Channel.Send(packet.Span[_sentOfFirst..]);
            if (sent == ChannelResult.Failed) return false;
            if (sent <= 0) return true;
            _sentOfFirst += sent;
            Volatile.Write(ref _waitingBytes, _waitingBytes - sent);
            if (_sentOfFirst < packet.Length) return true;
            _waiting.Dequeue();
            _sentOfFirst = 0;
        }
        return true;
    }
}
