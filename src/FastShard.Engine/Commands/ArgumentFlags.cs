namespace FastShard.Engine.Commands;

/// <summary>How often an argument may come.</summary>
[Flags]
public enum ArgumentFlags
{
    None = 0,
    Optional = 1 << 0,

    /// <summary>May be repeated.</summary>
    Multiple = 1 << 1,

    /// <summary>Its token is written again before each repetition.</summary>
    MultipleToken = 1 << 2,
}
