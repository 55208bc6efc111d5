using System.Text;
using FastShard.Engine.Commands;

namespace FastShard.Engine.Streams;

/// <summary>
/// Where the keys of XREAD and XREADGROUP are. The word STREAMS alone does not tell: a group may have it for its name.
/// Takes exactly what <see cref="StreamReadOptions"/> takes, so that the command never meets a key that was not found.
/// </summary>
internal static class StreamReadKeys
{
    /// <summary>Finds them; false where the options cannot be read.</summary>
    public static bool TryFind(in ArgumentView arguments, KeyPositions keys, bool isGroup)
    {
        for (int index = 1; index < arguments.Count; index++)
        {
            ReadOnlySpan<byte> word = arguments[index];
            if (Is(word, "STREAMS"u8)) return TryAdd(arguments, keys, index + 1);
            int values = ValuesOf(word, isGroup);
            if (values < 0 || index + values >= arguments.Count) return false;
            index += values;
        }
        return false;
    }

    private static bool TryAdd(in ArgumentView arguments, KeyPositions keys, int first)
    {
        int count = arguments.Count - first;
        if (count == 0 || count % 2 != 0) return false;
        for (int index = first; index < first + (count / 2); index++)
            keys.Add(index, KeyAccess.ReadOnly | KeyAccess.Access);
        return true;
    }

    /// <summary>How many values follow an option; -1 for what is none.</summary>
    private static int ValuesOf(ReadOnlySpan<byte> word, bool isGroup)
    {
        if (Is(word, "COUNT"u8) || Is(word, "BLOCK"u8) || Is(word, "MAXCOUNT"u8) || Is(word, "MAXSIZE"u8)) return 1;
        if (!isGroup) return -1;
        if (Is(word, "GROUP"u8)) return 2;
        if (Is(word, "CLAIM"u8)) return 1;
        return Is(word, "NOACK"u8) ? 0 : -1;
    }

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> token) => Ascii.EqualsIgnoreCase(word, token);
}
