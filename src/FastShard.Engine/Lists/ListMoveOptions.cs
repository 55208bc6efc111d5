using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Engine.Lists;

/// <summary>Between which ends LMOVEM moves how many elements, and in which order.</summary>
internal readonly record struct ListMoveOptions(bool FromHead, bool ToHead, long Count, bool IsExact, bool IsOneByOne)
{
    /// <summary>Whether the elements lie in the destination in reverse.</summary>
    public bool IsReversed => IsOneByOne && FromHead == ToHead;

    /// <summary>Reads number and order, which may be missing; on failure the reply is written already.</summary>
    public static bool TryParse(
        ref CommandContext context, int index, bool fromHead, bool toHead, out ListMoveOptions options)
    {
        options = new ListMoveOptions(fromHead, toHead, 1, false, false);
        if (context.ArgCount == index) return true;
        bool isExact = context.ArgIs(index, "EXACTLY"u8);
        bool isComplete = context.ArgCount == index + 3 && (isExact || context.ArgIs(index, "COUNT"u8));
        bool isOneByOne = isComplete && context.ArgIs(index + 2, "OBO"u8);
        if (!isComplete || (!isOneByOne && !context.ArgIs(index + 2, "BULK"u8)))
        {
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        if (!Numbers.TryParseInt64(context.Arg(index + 1), out long count) || count <= 0)
        {
            context.Reply.Error(Errors.CountNotPositive);
            return false;
        }
        options = new ListMoveOptions(fromHead, toHead, count, isExact, isOneByOne);
        return true;
    }
}
