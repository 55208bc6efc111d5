namespace FastShard.Engine.Keyspaces;

/// <summary>What a typed look-up found.</summary>
public enum Lookup
{
    Found,
    Missing,
    WrongType,
}
