using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Engine.Hashes;

/// <summary>"FIELDS numfields field [field ...]" at the end of a request.</summary>
internal static class FieldList
{
    private const string MustBePositive = "ERR Number of fields must be a positive integer";

    /// <summary>
    /// Reads it from an argument on; the fields begin two further. False with the reply written where it is wrong.
    /// </summary>
    public static bool TryRead(ref CommandContext context, int at, string mustBePositive = MustBePositive)
    {
        if (at >= context.ArgCount || !context.ArgIs(at, "FIELDS"u8))
        {
            context.Reply.Error("ERR Mandatory argument FIELDS is missing or not at the right position"u8);
            return false;
        }
        if (at + 1 >= context.ArgCount)
        {
            context.Reply.Error($"ERR wrong number of arguments for '{context.Spec.FullName}' command");
            return false;
        }
        if (!Numbers.TryParseInt64(context.Arg(at + 1), out long count) || count < 1)
        {
            context.Reply.Error(mustBePositive);
            return false;
        }
        if (count == context.ArgCount - at - 2) return true;
        context.Reply.Error("ERR The `numfields` parameter must match the number of arguments"u8);
        return false;
    }
}
