namespace FastShard.Engine.Tracking;

/// <summary>
/// Who is told that what a client may have read of a key holds no more: it was changed, removed, has expired or was
/// evicted. Called by the holder of the key's shard, while the key's bytes are still there.
/// </summary>
public interface IKeyChangeListener
{
    /// <summary>One key of any database is not what it was.</summary>
    void OnKeyChanged(ReadOnlySpan<byte> key, ulong hash);
}
