using System.Diagnostics.CodeAnalysis;
using System.Text;
using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.CommandTests.Harness;

/// <summary>The first two refusals of every request: unknown command, wrong number of arguments.</summary>
internal static class Gate
{
    /// <summary>Finds the declaration, or writes the refusal.</summary>
    public static bool TryAdmit(
        CommandTable table, ArgumentView arguments, ReplyWriter reply, [NotNullWhen(true)] out CommandSpec? spec)
    {
        spec = table.Find(arguments[0]);
        string name = Encoding.Latin1.GetString(arguments[0]);
        if (spec is null)
        {
            reply.Error($"ERR unknown command '{name}', with args beginning with: ");
            return false;
        }
        if (spec.Handler is null && arguments.Count > 1)
        {
            spec = CommandTable.FindSubcommand(spec, arguments[1]);
            if (spec is null)
            {
                string subcommand = Encoding.Latin1.GetString(arguments[1]);
                reply.Error($"ERR unknown subcommand '{subcommand}'. Try {name.ToUpperInvariant()} HELP.");
                return false;
            }
        }
        if (spec.Handler is not null && spec.AcceptsArity(arguments.Count)) return true;
        reply.Error($"ERR wrong number of arguments for '{spec.FullName}' command");
        return false;
    }
}
