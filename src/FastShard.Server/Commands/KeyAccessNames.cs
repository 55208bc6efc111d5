using FastShard.Engine.Commands;

namespace FastShard.Server.Commands;

/// <summary>The flag names of key specifications, in Redis's order.</summary>
internal static class KeyAccessNames
{
    // By the position of the flag's bit.
    private static readonly string[] Names =
    [
        "RO", "RW", "OW", "RM", "access", "update", "insert", "delete", "not_key", "incomplete", "variable_flags",
    ];

    public static List<string> Of(KeyAccess access)
    {
        List<string> names = [];
        for (int bit = 0; bit < Names.Length; bit++)
        {
            if (((int)access & (1 << bit)) != 0) names.Add(Names[bit]);
        }
        return names;
    }
}
