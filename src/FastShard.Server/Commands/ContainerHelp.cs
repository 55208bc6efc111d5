using System.Text;
using FastShard.Engine.Commands;

namespace FastShard.Server.Commands;

/// <summary>The HELP of a container, made from its subcommands' declarations.</summary>
internal static class ContainerHelp
{
    private const string Indent = "    ";
    private const int WrapColumn = 100;

    /// <summary>The row that every container ends with.</summary>
    public static CommandSpec Row(
        CommandGroup group, string since, AclCategories categories = AclCategories.None) =>
        new("HELP", 2, CommandFlags.Loading | CommandFlags.Stale,
            static (ref CommandContext context) => context.Reply.StatusLines(Lines(context.Spec.Container!)))
        {
            Group = group,
            Since = since,
            Complexity = "O(1)",
            Summary = "Prints this help.",
            Categories = categories,
        };

    /// <summary>The lines of a container's help.</summary>
    public static List<string> Lines(CommandSpec container)
    {
        List<string> lines = [Heading(container.Name)];
        if (container.Handler is not null)
        {
            lines.Add("(no subcommand)");
            lines.Add(Indent + container.Summary);
        }
        foreach (CommandSpec subcommand in container.Subcommands)
        {
            Wrap($"{subcommand.Name} {Usage(subcommand.Syntax)}".TrimEnd(), lines);
            lines.Add(Indent + subcommand.Summary);
        }
        return lines;
    }

    /// <summary>The first line of every help.</summary>
    public static string Heading(string name) =>
        $"{name} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:";

    // Long usages break before an option.
    private static void Wrap(string usage, List<string> lines)
    {
        while (usage.Length > WrapColumn)
        {
            int end = usage.LastIndexOf(" [", WrapColumn, StringComparison.Ordinal);
            if (end <= Indent.Length) break;
            lines.Add(usage[..end]);
            usage = Indent + " " + usage[(end + 1)..];
        }
        lines.Add(usage);
    }

    /// <summary>A syntax as a help shows it: values in angle brackets, without their types.</summary>
    public static string Usage(string syntax)
    {
        StringBuilder usage = new();
        foreach (string word in ArgumentSyntax.PlainWords(syntax))
        {
            bool isMark = word is "[" or "]" or "(" or ")" or "|" or "...";
            bool glued = usage.Length == 0 || word is "]" or ")" || usage[^1] is '[' or '(';
            if (!glued) usage.Append(' ');
            usage.Append(!isMark && char.IsAsciiLetterLower(word[0]) ? $"<{word}>" : word);
        }
        return usage.ToString();
    }
}
