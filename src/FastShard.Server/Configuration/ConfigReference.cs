// What people read about directives, all from the table: the help text, the example file fastshard.conf, and the
// reference docs/configuration.md. A test compares the two files with what is printed here.

namespace FastShard.Server.Configuration;

internal static class ConfigReference
{
    private const int NameColumn = 40;
    private const int CommentWidth = 100;

    public static void WriteHelp(TextWriter output)
    {
        output.Write(
            """
            Usage: fastshard [file | -] [--directive value...]... [--directive=value]...

              fastshard                                  run with defaults
              fastshard fastshard.conf                   run with a configuration file; - reads standard input
              fastshard --port 7000 --maxmemory 2gb      options come after the file, and win
              FASTSHARD_MAXMEMORY=2gb fastshard          so do variables, which options win over

              -h, --help                    this text
              -v, --version                 the version
              --health-check                ask the running server for PONG, exit with 0 or 1
              rebalance --help              show and move hash slots between the nodes of a cluster
              --check-config                read the configuration, print OK or what is wrong, exit with 0 or 1
              --print-config-example        print a configuration file with every directive explained
              --print-config-reference      print the reference of all directives
              --print-command-reference     print the reference of all commands

            Directives and their defaults:

            """.ReplaceLineEndings("\n"));
        foreach (DirectiveGroup group in DirectiveTable.Groups)
        {
            output.Write($"\n{group.Title}\n");
            foreach (Directive directive in group.Directives) WriteHelpOf(directive, output);
        }
    }

    /// <summary>A configuration file in which every directive stands with its default, commented out.</summary>
    public static void WriteExample(TextWriter output)
    {
        output.Write("# FastShard configuration: every directive, with its default.\n#\n");
        WriteComment(output, "A line is a directive and its values. Sizes take k, m, g (powers of 1000) and kb, mb, gb "
            + "(powers of 1024). 'include path' reads another file; the last value of a directive wins. Variables "
            + "FASTSHARD_<NAME> win over this file, and options --name value win over both.");
        foreach (DirectiveGroup group in DirectiveTable.Groups) WriteExampleOf(group, output);
    }

    /// <summary>The reference of all directives.</summary>
    public static void WriteMarkdown(TextWriter output)
    {
        output.Write(ReferenceIntroduction.ReplaceLineEndings("\n"));
        foreach (DirectiveGroup group in DirectiveTable.Groups)
        {
            output.Write($"\n## {group.Title}\n\n{group.Introduction}\n");
            WriteTable(output, group.Effective);
            Directive[] idle = group.Idle;
            if (idle.Length == 0) continue;
            output.Write("\nAccepted without effect:\n");
            WriteTable(output, idle);
        }
    }

    private const string ReferenceIntroduction =
        """
        # Configuration

        <!-- Printed by `fastshard --print-config-reference`; a test fails when the two differ. -->

        FastShard reads the directives of `redis.conf`. They come from four places; each wins over those before it:

        1. the defaults below;
        2. the configuration file, which is the first argument (`fastshard fastshard.conf`), or `-` for standard input;
        3. environment variables: `FASTSHARD_MAXMEMORY_POLICY=allkeys-lru` for `maxmemory-policy`;
        4. options: `--maxmemory-policy allkeys-lru` or `--maxmemory-policy=allkeys-lru`. A list takes its values one
           after another: `--bind 127.0.0.1 10.0.0.5`.

        Nothing is ignored in silence. An unknown name stops the start, with its place and the name that was probably
        meant; `fastshard --check-config fastshard.conf` tells all such errors without starting. A directive that
        FastShard takes because a `redis.conf` may have it, and that changes nothing, is named in the log when its value
        is not the default. `rename-command`, `loadmodule` and `user` lines are refused.

        In a file, `#` begins a comment line, `include path` reads another file (with `*` and `?`, all files that
        match), and a value with spaces stands in quotes: `"..."` with `\n`, `\t`, `\"`, `\\` and `\xHH`, or `'...'`.
        Sizes take the units `k`, `m`, `g` (powers of 1000) and `kb`, `mb`, `gb` (powers of 1024). When a directive is
        repeated its last value counts, except that `save` lines and the classes of `client-output-buffer-limit` add up.

        `CONFIG GET` shows every directive, `CONFIG SET` changes those marked *yes* under *live* while the server runs,
        all given pairs or none, and `CONFIG REWRITE` brings the file up to date and leaves its comments and order
        alone. Those marked *protected* need `enable-protected-configs` for that.

        """;

    private static void WriteHelpOf(Directive directive, TextWriter output)
    {
        string left = $"  --{directive.Name} {ConfigText.QuoteIfNeeded(DefaultOf(directive))}";
        output.Write(left.Length < NameColumn ? left.PadRight(NameColumn) : $"{left}\n{new string(' ', NameColumn)}");
        output.Write($"{directive.Summary}{(directive.HasEffect ? "" : " (no effect)")}\n");
    }

    private static void WriteExampleOf(DirectiveGroup group, TextWriter output)
    {
        output.Write($"\n{new string('#', CommentWidth)}\n# {group.Title}\n#\n");
        WriteComment(output, group.Introduction);
        foreach (Directive directive in group.Effective)
        {
            output.Write('\n');
            WriteComment(output, $"{directive.Summary} ({directive.ValueText})");
            foreach (string line in ExampleLinesOf(directive)) output.Write($"# {line}\n");
        }
        if (group.Idle.Length == 0) return;
        output.Write('\n');
        string[] names = Array.ConvertAll(group.Idle, static directive => directive.Name);
        WriteComment(output, $"Accepted without effect: {string.Join(", ", names)}.");
    }

    private static IEnumerable<string> ExampleLinesOf(Directive directive) =>
        directive.DefaultNote is string note ? [$"{directive.Name} {note}"]
            : directive.FormatLines(ServerOptions.Defaults);

    private static string DefaultOf(Directive directive) =>
        directive.DefaultNote ?? directive.FormatForFile(ServerOptions.Defaults);

    private static void WriteTable(TextWriter output, Directive[] directives)
    {
        if (directives.Length == 0) return;
        output.Write("\n| directive | default | values | live | meaning |\n| --- | --- | --- | --- | --- |\n");
        foreach (Directive directive in directives)
        {
            string alias = directive.Alias is null ? "" : $" (also `{directive.Alias}`)";
            string value = DefaultOf(directive) is { Length: > 0 } text ? $"`{text}`" : "empty";
            string row = $"`{directive.Name}`{alias} | {value} | {Escape(directive.ValueText)} | {LiveText(directive)}";
            output.Write($"| {row} | {Escape(directive.Summary)} |\n");
        }
    }

    private static string LiveText(Directive directive) =>
        directive.Has(DirectiveFlags.Immutable) ? "no"
            : directive.Has(DirectiveFlags.Protected) ? "protected" : "yes";

    private static string Escape(string text) => text.Replace("|", "\\|");

    private static void WriteComment(TextWriter output, string text)
    {
        var line = new System.Text.StringBuilder("#");
        foreach (string word in text.Split(' '))
        {
            if (line.Length + 1 + word.Length > CommentWidth)
            {
                output.Write($"{line}\n");
                line.Clear().Append('#');
            }
            line.Append(' ').Append(word);
        }
        output.Write($"{line}\n");
    }
}
