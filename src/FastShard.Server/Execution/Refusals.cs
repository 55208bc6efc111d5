using System.Text;
using FastShard.Engine.Commands;

namespace FastShard.Server.Execution;

/// <summary>Refusals with a variable part, in Redis's words.</summary>
internal static class Refusals
{
    private const int EchoLimit = 128;

    /// <summary>"unknown command", with the beginning of its arguments.</summary>
    public static string UnknownCommand(in ArgumentView arguments)
    {
        var text = new StringBuilder("ERR unknown command '");
        text.Append(Shorten(arguments[0])).Append("', with args beginning with: ");
        int echoed = 0;
        for (int index = 1; index < arguments.Count && echoed < EchoLimit; index++)
        {
            string argument = Shorten(arguments[index], EchoLimit - echoed);
            text.Append('\'').Append(argument).Append("' ");
            echoed += argument.Length;
        }
        return text.ToString();
    }

    /// <summary>What a line of an HTTP request begins with that is no command.</summary>
    public static bool IsHttp(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "POST"u8) || Ascii.EqualsIgnoreCase(name, "Host:"u8);

    /// <summary>A container was asked for what it does not have.</summary>
    public static string UnknownSubcommand(CommandSpec container, ReadOnlySpan<byte> name) =>
        $"ERR unknown subcommand '{Shorten(name)}'. Try {container.Name} HELP.";

    /// <summary>Too few or too many arguments.</summary>
    public static string WrongArity(CommandSpec spec) => $"ERR wrong number of arguments for '{spec.FullName}' command";

    /// <summary>In RESP2 a subscribed client may only subscribe, unsubscribe and a little more.</summary>
    public static string NotInPubSubMode(CommandSpec spec) =>
        $"ERR Can't execute '{spec.FullName}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are " +
        "allowed in this context";

    // Up to a zero byte: what is behind it would be shown nowhere, and clients compare.
    private static string Shorten(ReadOnlySpan<byte> bytes, int limit = EchoLimit)
    {
        int end = bytes.IndexOf((byte)0);
        if (end >= 0) bytes = bytes[..end];
        return Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, limit)]);
    }
}
