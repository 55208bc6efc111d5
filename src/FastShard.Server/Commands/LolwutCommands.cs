using System.Text;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Server.CommandLine;

namespace FastShard.Server.Commands;

internal static class LolwutCommands
{
    private const int DefaultColumns = 66;
    private const int DefaultRows = 20;
    private const int DefaultShards = 14;

    public static readonly CommandSpec[] Specs =
    [
        new("LOLWUT", -1, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Draw(ref context))
        {
            Group = CommandGroup.Server,
            Since = "5.0.0",
            Complexity = "O(columns * rows * shards)",
            Summary = "Breaks a pane of glass and displays the version.",
            Syntax = "[VERSION version:integer] [columns:integer [rows:integer [shards:integer]]]",
        },
    ];

    private static void Draw(ref CommandContext context)
    {
        int first = 1;
        if (context.ArgCount >= 3 && context.ArgIs(1, "VERSION"u8))
        {
            // There is one picture only, so any version draws it.
            if (!context.TryGetInteger(2, out _)) return;
            first = 3;
        }
        if (context.ArgCount - first > 3)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        Span<long> sizes = [DefaultColumns, DefaultRows, DefaultShards];
        for (int index = first; index < context.ArgCount; index++)
        {
            if (!context.TryGetInteger(index, out sizes[index - first])) return;
        }
        BrokenGlass glass = new(
            columns: (int)Math.Clamp(sizes[0], 1, 160),
            rows: (int)Math.Clamp(sizes[1], 1, 60),
            shards: (int)Math.Clamp(sizes[2], 1, 64));
        string picture = $"{glass.Draw((ulong)context.NowMillis)}\nFastShard ver. {Launch.Version}\n";
        context.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(picture));
    }
}
