namespace FastShard.Engine.Commands;

/// <summary>Which shards a command needs before its handler may run.</summary>
public enum Placement : byte
{
    /// <summary>
    /// The shards that own its keys. One key: that shard runs it. Several: all of them are held together.
    /// </summary>
    Keys,

    /// <summary>The shard where its one channel, the first argument, is at home: it runs there as on a key.</summary>
    Channel,

    /// <summary>
    /// The shards where the channels in its arguments are at home, with the connection's own; without arguments every
    /// shard.
    /// </summary>
    Channels,

    /// <summary>Only the connection's own state (PING, SELECT, HELLO...).</summary>
    Connection,

    /// <summary>The shards of a transaction: those of its queued commands and of its watched keys.</summary>
    Transaction,

    /// <summary>Every shard is held: the command sees and changes the whole server at one instant.</summary>
    AllShards,
}
