namespace FastShard.Engine.Commands;

/// <summary>The names of argument types in COMMAND DOCS, and, for values, behind the colon of a syntax.</summary>
public static class ArgumentTypeNames
{
    // In the order of the enumeration.
    private static readonly string[] Names =
        ["string", "integer", "double", "key", "pattern", "unix-time", "pure-token", "oneof", "block"];

    /// <summary>The type's name as COMMAND DOCS prints it.</summary>
    public static string Of(ArgumentType type) => Names[(int)type];

    /// <summary>Finds a value's type by its name; the composite types cannot be named in a syntax.</summary>
    internal static bool TryParse(ReadOnlySpan<char> name, out ArgumentType type)
    {
        for (type = ArgumentType.String; type < ArgumentType.PureToken; type++)
        {
            if (name.SequenceEqual(Names[(int)type])) return true;
        }
        return false;
    }
}
