using FastShard.Transport;

namespace FastShard.Server.Migration;

/// <summary>One of the courier's connections. Everything is called by its thread.</summary>
internal abstract class CourierLink
{
    /// <summary>The connection; null while there is none.</summary>
    protected ByteChannel? Channel { get; set; }

    /// <summary>Something is to happen soon: the time is told often.</summary>
    public abstract bool IsBusy { get; }

    /// <summary>Bytes, or the end, have come.</summary>
    public void OnReadable(ByteChannel channel)
    {
        if (ReferenceEquals(channel, Channel)) Read(channel);
    }

    /// <summary>The connection stands, has failed, or takes more.</summary>
    public void OnWritable(ByteChannel channel)
    {
        if (ReferenceEquals(channel, Channel)) Write(channel);
    }

    /// <summary>Time has passed. False when the link is over.</summary>
    public abstract bool Tick(long nowMillis);

    /// <summary>Closes the connection.</summary>
    public void Close()
    {
        Channel?.Close();
        Channel = null;
    }

    protected abstract void Read(ByteChannel channel);

    protected abstract void Write(ByteChannel channel);
}
