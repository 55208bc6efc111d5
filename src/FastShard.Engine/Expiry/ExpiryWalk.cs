namespace FastShard.Engine.Expiry;

/// <summary>Where the active expiry of one shard stands between two calls.</summary>
public sealed class ExpiryWalk
{
    /// <summary>The database that is being walked.</summary>
    internal int Database { get; set; }

    /// <summary>The slot to look at next.</summary>
    internal int Slot { get; set; }

    /// <summary>The place inside it.</summary>
    internal uint Position { get; set; }

    /// <summary>When the last call was; 0 = never.</summary>
    internal long LastMillis { get; set; }

    /// <summary>Keys that should have been visited by now and were not.</summary>
    internal double Owed { get; set; }
}
