using FastShard.Protocol;

namespace FastShard.Engine.Sessions;

/// <summary>
/// What commands may know of the client that sent them. The server's connection derives from it; tests use it bare.
/// </summary>
public class Session
{
    /// <summary>Unique, rising client id (CLIENT ID).</summary>
    public long Id { get; protected set; }

    /// <summary>Selected database.</summary>
    public int Db { get; set; }

    /// <summary>Protocol version chosen by HELLO.</summary>
    public RespVersion Version { get; set; } = RespVersion.Resp2;

    /// <summary>CLIENT NO-TOUCH: reads do not refresh a key's access clock.</summary>
    public bool NoTouch { get; set; }

    /// <summary>The client is cut off when more than this is to be sent to it.</summary>
    public virtual long ReplyCeilingBytes => long.MaxValue;

    /// <summary>What HIMPORT PREPARE keeps; null until the client uses it.</summary>
    public FieldSets? FieldSets { get; set; }

    /// <summary>
    /// A watched key was changed: EXEC answers nil. Set by any shard's holder, read by EXEC while it holds the shards
    /// of
    /// all the watched keys, so that no barrier of its own is needed.
    /// </summary>
    public volatile bool WatchBroken;
}
