namespace FastShard.Server.Spreading;

/// <summary>What a command's keys being spread means for it.</summary>
internal enum SpreadRoute
{
    /// <summary>None of them is.</summary>
    None,

    /// <summary>It runs on the key as it is; its record says where.</summary>
    Spread,

    /// <summary>They have to be brought together first, while all shards are held.</summary>
    Together,

    /// <summary>That is forbidden.</summary>
    Refused,
}
