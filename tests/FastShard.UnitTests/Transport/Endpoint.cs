using FastShard.Transport;

namespace FastShard.UnitTests.Transport;

/// <summary>What the rig knows about one channel: everything that came, and which events it heard.</summary>
internal sealed class Endpoint
{
    public List<byte> Received { get; } = [];

    public int ReadableEvents { get; set; }

    public int WritableEvents { get; set; }

    public bool HasEnded { get; private set; }

    public bool HasFailed { get; private set; }

    /// <summary>Receives as the contract asks: until would-block, a short read, the end or a failure.</summary>
    public void Drain(ByteChannel channel, int bufferBytes)
    {
        Span<byte> buffer = stackalloc byte[bufferBytes];
        int count;
        do
        {
            count = channel.Receive(buffer);
            if (count > 0) Received.AddRange(buffer[..count]);
        }
        while (count == buffer.Length);

        HasEnded |= count == ChannelResult.End;
        HasFailed |= count == ChannelResult.Failed;
    }
}
