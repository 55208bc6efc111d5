using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Engine.Keys;

/// <summary>Reads an argument that names a logical database.</summary>
internal static class DatabaseArgument
{
    private static ReadOnlySpan<byte> NotAnInt =>
        "ERR value is out of range, value must between -2147483648 and 2147483647"u8;

    /// <summary>False when the argument is no database's number; the reply is written then.</summary>
    public static bool TryGet(ref CommandContext context, int index, out int database)
    {
        if (!Numbers.TryParseInt64(context.Arg(index), out long number))
        {
            database = 0;
            context.Reply.Error(Errors.NotAnInteger);
            return false;
        }
        database = (int)number;
        if (database != number) context.Reply.Error(NotAnInt);
        else if ((uint)database >= (uint)context.Dataset.DatabaseCount) context.Reply.Error(Errors.DbIndexOutOfRange);
        else return true;
        return false;
    }
}
