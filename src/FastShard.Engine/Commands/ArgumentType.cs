namespace FastShard.Engine.Commands;

/// <summary>
/// What kind of thing an argument is; the names COMMAND DOCS prints are in <see cref="ArgumentTypeNames"/>.
/// </summary>
public enum ArgumentType
{
    String,
    Integer,
    Double,
    Key,
    Pattern,
    UnixTime,

    /// <summary>A word to be written as it stands, without a value.</summary>
    PureToken,

    /// <summary>One of its children.</summary>
    OneOf,

    /// <summary>All of its children, in order.</summary>
    Block,
}
