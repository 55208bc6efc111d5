namespace FastShard.SystemTests.Model;

/// <summary>What the model knows of one connection.</summary>
internal sealed class ModelSession
{
    public int Database { get; set; }

    public bool IsInMulti { get; set; }

    /// <summary>A command was refused since MULTI.</summary>
    public bool IsDoomed { get; set; }

    public List<string[]> Queue { get; } = [];

    /// <summary>Watched keys, by database and name.</summary>
    public HashSet<(int Database, string Key)> Watched { get; } = [];

    /// <summary>A watched key has changed.</summary>
    public bool IsWatchBroken { get; set; }

    /// <summary>A command that may write named a watched key and left it as it was: EXEC may do either.</summary>
    public bool IsWatchInDoubt { get; set; }

    /// <summary>The end of a transaction.</summary>
    public void EndTransaction()
    {
        IsInMulti = IsDoomed = false;
        Queue.Clear();
        Unwatch();
    }

    public void Unwatch()
    {
        Watched.Clear();
        IsWatchBroken = IsWatchInDoubt = false;
    }
}
