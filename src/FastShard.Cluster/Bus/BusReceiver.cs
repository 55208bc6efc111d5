using System.Buffers.Binary;

namespace FastShard.Cluster.Bus;

/// <summary>
/// Cuts a link's bytes into packets. Memory is taken for what has come, never for what a header promises: it doubles
/// as bytes arrive, and goes back to its first size behind a large packet.
/// </summary>
public sealed class BusReceiver
{
    private const int FirstBytes = 4096;
    private const int HeadBytes = 8;

    private readonly int _packetBytesMax;
    private byte[] _buffer = new byte[FirstBytes];
    private int _filled;
    private int _read;

    public BusReceiver(int packetBytesMax) => _packetBytesMax = packetBytesMax;

    /// <summary>What came was no packet, or too long a one: nothing more is read, the link is to be closed.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Room for the next bytes.</summary>
    public Span<byte> Room()
    {
        DropRead();
        if (_filled == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        return _buffer.AsSpan(_filled);
    }

    /// <summary>So many bytes were put into the room.</summary>
    public void Filled(int bytes) => _filled += bytes;

    /// <summary>The next whole packet, until the next call of anything.</summary>
    public bool TryNext(out ReadOnlySpan<byte> packet)
    {
        packet = default;
        ReadOnlySpan<byte> waiting = _buffer.AsSpan(_read, _filled - _read);
        if (IsBroken || waiting.Length < HeadBytes) return false;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(waiting[BusLayout.Length..]);
        if (!waiting.StartsWith(BusLayout.Signature) || length < BusLayout.HeaderBytes || length > _packetBytesMax)
        {
            IsBroken = true;
            return false;
        }
        if (waiting.Length < length) return false;
        packet = waiting[..(int)length];
        _read += (int)length;
        return true;
    }

    private void DropRead()
    {
        if (_read == 0) return;
        ReadOnlySpan<byte> rest = _buffer.AsSpan(_read, _filled - _read);
        byte[] target = _buffer.Length > FirstBytes && rest.Length < FirstBytes ? new byte[FirstBytes] : _buffer;
        rest.CopyTo(target);
        _filled = rest.Length;
        _buffer = target;
        _read = 0;
    }
}
