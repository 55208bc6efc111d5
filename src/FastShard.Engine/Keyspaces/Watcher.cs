using FastShard.Engine.Sessions;

namespace FastShard.Engine.Keyspaces;

/// <summary>One session's interest in one watched key.</summary>
internal sealed class Watcher(Session session, bool wasExpired)
{
    public Session Session { get; } = session;

    /// <summary>
    /// The deadline had passed when the watch began: for this session the key does not exist, so its removal changes
    /// nothing.
    /// </summary>
    public bool WasExpired { get; set; } = wasExpired;
}
