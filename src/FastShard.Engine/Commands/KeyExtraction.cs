using System.Text;
using FastShard.Protocol;

namespace FastShard.Engine.Commands;

/// <summary>
/// Finds the keys of a request by its command's key specifications: for routing and for COMMAND GETKEYS.
/// </summary>
public static class KeyExtraction
{
    /// <summary>
    /// Fills <paramref name="positions"/>; false when the arguments cannot be read as the declaration says (the handler
    /// then answers with the syntax error, on any shard).
    /// </summary>
    public static bool TryCollect(CommandSpec spec, in ArgumentView arguments, KeyPositions positions)
    {
        positions.Clear();
        if (spec.FindKeys is not null) return spec.FindKeys(arguments, positions);
        foreach (KeySpec keys in spec.Keys)
        {
            if ((keys.Access & KeyAccess.NotKey) != 0) continue;
            if (!TryCollect(keys, arguments, positions)) return false;
        }
        return true;
    }

    private static bool TryCollect(KeySpec keys, in ArgumentView arguments, KeyPositions positions)
    {
        int first = keys.Keyword is null ? keys.Begin : FindKeyword(keys, arguments);
        if (first < 0) return true; // the keyword is optional: no keys of this kind
        // "All that follow" may be none (PFMERGE without sources).
        if (first >= arguments.Count) return first == arguments.Count && keys.Last < 0;
        return keys.IsCounted
            ? TryCollectCounted(keys, first, arguments, positions)
            : TryCollectRange(keys, first, arguments, positions);
    }

    private static int FindKeyword(KeySpec keys, in ArgumentView arguments)
    {
        bool backwards = keys.Begin < 0;
        int index = backwards ? arguments.Count + keys.Begin : keys.Begin;
        for (; index > 0 && index < arguments.Count; index += backwards ? -1 : 1)
        {
            if (Ascii.EqualsIgnoreCase(arguments[index], keys.Keyword!)) return index + 1;
        }
        return -1;
    }

    private static bool TryCollectCounted(KeySpec keys, int first, in ArgumentView arguments, KeyPositions positions)
    {
        if (!Numbers.TryParseInt64(arguments[first], out long count) || count < 0) return false;
        if (count > (arguments.Count - first - 1) / keys.Step) return false;
        for (int key = 0; key < count; key++) positions.Add(first + 1 + (key * keys.Step), keys.Access);
        return true;
    }

    private static bool TryCollectRange(KeySpec keys, int first, in ArgumentView arguments, KeyPositions positions)
    {
        int last;
        if (keys.Last >= 0) last = first + keys.Last;
        else if (keys.Limit <= 1) last = arguments.Count + keys.Last;
        else last = first + ((arguments.Count - first) / keys.Limit) + keys.Last;
        if (last >= arguments.Count) return false;
        for (int index = first; index <= last; index += keys.Step) positions.Add(index, keys.Access);
        return true;
    }
}
