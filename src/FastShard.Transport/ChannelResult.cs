namespace FastShard.Transport;

/// <summary>The answers of <see cref="ByteChannel"/> that are not byte counts.</summary>
public static class ChannelResult
{
    /// <summary>Receive: the peer closed its side in order, and every byte it sent has been received.</summary>
    public const int End = 0;

    /// <summary>Nothing can be moved now; the handler is called when it can.</summary>
    public const int WouldBlock = -1;

    /// <summary>The connection is broken or closed; only <see cref="ByteChannel.Close"/> is left to do.</summary>
    public const int Failed = -2;
}
