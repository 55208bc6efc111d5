namespace FastShard.Persistence.Objects;

/// <summary>What became of an object's bytes.</summary>
public enum ReadOutcome
{
    /// <summary>The key has the value.</summary>
    Done,

    /// <summary>The bytes are no such object.</summary>
    Malformed,

    /// <summary>It would be a collection without elements, which no key can have.</summary>
    Empty,
}
