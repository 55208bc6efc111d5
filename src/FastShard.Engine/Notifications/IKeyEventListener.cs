using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.Notifications;

/// <summary>Who is told of named changes of keys (keyspace notifications). The shard of the key is held.</summary>
public interface IKeyEventListener
{
    /// <summary>
    /// Something happened to a key, and to these fields of its hash; all bytes are a borrow for the length of the call.
    /// </summary>
    void OnKeyEvent(int database, ReadOnlySpan<byte> key, KeyEvent change, ChangedFields fields);
}
