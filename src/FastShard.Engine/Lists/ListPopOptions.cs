using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Engine.Lists;

/// <summary>What LMPOP and its blocking form say behind the command: number of keys, keys, end, and COUNT.</summary>
internal readonly record struct ListPopOptions(int FirstKey, int Keys, bool AtHead, long Count)
{
    /// <summary>Reads from the number of keys on; on failure the reply is written already.</summary>
    public static bool TryParse(ref CommandContext context, int index, out ListPopOptions options)
    {
        options = default;
        if (!Numbers.TryParseInt64(context.Arg(index), out long keys) || keys <= 0)
        {
            context.Reply.Error("ERR numkeys should be greater than 0"u8);
            return false;
        }
        int first = index + 1;
        if (keys >= context.ArgCount - first)
        {
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        int end = first + (int)keys;
        if (!PushPopCommands.TryReadEnd(ref context, end, out bool atHead)) return false;
        if (!TryReadCount(ref context, end + 1, out long count)) return false;
        options = new ListPopOptions(first, (int)keys, atHead, count);
        return true;
    }

    private static bool TryReadCount(ref CommandContext context, int index, out long count)
    {
        count = 1;
        if (index == context.ArgCount) return true;
        if (!context.ArgIs(index, "COUNT"u8) || index + 1 == context.ArgCount)
        {
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        if (!Numbers.TryParseInt64(context.Arg(index + 1), out count) || count <= 0)
        {
            context.Reply.Error(Errors.CountNotPositive);
            return false;
        }
        if (index + 2 == context.ArgCount) return true;
        context.Reply.Error(Errors.Syntax);
        return false;
    }
}
