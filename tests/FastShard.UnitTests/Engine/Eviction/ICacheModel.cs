namespace FastShard.UnitTests.Engine.Eviction;

/// <summary>A cache of so many keys that is asked for one after the other and takes in what it misses.</summary>
internal interface ICacheModel
{
    /// <summary>Asks for a key at a time; true if it was there.</summary>
    bool Ask(int key, long nowMillis);
}
