namespace FastShard.Engine.Commands;

/// <summary>The documentation groups of COMMAND DOCS.</summary>
public enum CommandGroup
{
    Generic,
    String,
    Bitmap,
    List,
    Set,
    SortedSet,
    Hash,
    Stream,
    HyperLogLog,
    Geo,
    PubSub,
    Transactions,
    Scripting,
    Connection,
    Server,
    Cluster,
}
