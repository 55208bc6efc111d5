namespace FastShard.Engine.Commands;

/// <summary>How a command is asked of a cluster whose keys it is about: the tip "request_policy".</summary>
public enum RequestPolicy : byte
{
    /// <summary>Of the one node that has its keys.</summary>
    None,

    /// <summary>Of every node.</summary>
    AllNodes,

    /// <summary>Of every primary.</summary>
    AllShards,

    /// <summary>Of the owners of its keys, each with its own of them.</summary>
    MultiShard,

    /// <summary>In a way of its own.</summary>
    Special,
}
