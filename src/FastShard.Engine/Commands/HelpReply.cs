using System.Text;

namespace FastShard.Engine.Commands;

/// <summary>The reply of a container's HELP, made from the declarations of its subcommands.</summary>
public static class HelpReply
{
    /// <summary>Writes the reply for the container whose HELP is running.</summary>
    public static void Write(ref CommandContext context)
    {
        CommandSpec container = context.Spec.Container!;
        context.Reply.Array(1 + (2 * container.Subcommands.Length));
        Line(ref context, $"{container.Name} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        foreach (CommandSpec subcommand in container.Subcommands)
        {
            Line(ref context, $"{subcommand.Name} {Spelled(subcommand.Syntax)}".TrimEnd());
            Line(ref context, "    " + subcommand.Summary);
        }
    }

    private static void Line(ref CommandContext context, string text) =>
        context.Reply.SimpleString(Encoding.UTF8.GetBytes(text));

    /// <summary>The syntax as HELP shows it: values in angle brackets, without their types.</summary>
    private static string Spelled(string syntax)
    {
        var text = new StringBuilder();
        for (int index = 0; index < syntax.Length;)
        {
            if (!char.IsAsciiLetterLower(syntax[index]))
            {
                text.Append(syntax[index++]);
                continue;
            }
            int end = index;
            while (end < syntax.Length && IsOfName(syntax[end])) end++;
            text.Append('<').Append(syntax, index, end - index).Append('>');
            if (end < syntax.Length && syntax[end] == ':')
            {
                do end++;
                while (end < syntax.Length && IsOfName(syntax[end]));
            }
            index = end;
        }
        return text.ToString();
    }

    private static bool IsOfName(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';
}
