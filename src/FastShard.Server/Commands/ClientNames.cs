using System.Text;
using FastShard.Engine.Commands;

namespace FastShard.Server.Commands;

/// <summary>
/// Names that clients give themselves: printable and without blanks, so that CLIENT LIST stays readable.
/// </summary>
internal static class ClientNames
{
    public const string BadName = "ERR Client names cannot contain spaces, newlines or special characters.";

    /// <summary>The argument as a name; null after the error was replied.</summary>
    public static string? Parse(ref CommandContext context, int index, string error)
    {
        foreach (byte letter in context.Arg(index))
        {
            if (letter is >= (byte)'!' and <= (byte)'~') continue;
            context.Reply.Error(error);
            return null;
        }
        return Encoding.ASCII.GetString(context.Arg(index));
    }
}
