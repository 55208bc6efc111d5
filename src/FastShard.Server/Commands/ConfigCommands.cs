// CONFIG over the store of directives. SET changes what every shard reads, so all of them are held.

using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Server.Clients;
using FastShard.Server.Configuration;
using FastShard.Server.Logging;
using FastShard.Server.Sharding;

namespace FastShard.Server.Commands;

internal static class ConfigCommands
{
    private const CommandFlags Admin =
        CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    private static readonly string[] EverywhereTips = ["request_policy:all_nodes", "response_policy:all_succeeded"];

    public static readonly CommandSpec[] Specs =
    [
        new("CONFIG", -2, CommandFlags.None, null)
        {
            Group = CommandGroup.Server,
            Since = "2.0.0",
            Complexity = "Depends on subcommand.",
            Summary = "A container for server configuration commands.",
            Subcommands =
            [
                new("GET", -3, Admin, static (ref CommandContext context) => Get(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "2.0.0",
                    Complexity = "O(N) where N is the number of configuration parameters provided",
                    Summary = "Returns the effective values of configuration parameters.",
                    Syntax = "parameter [parameter ...]",
                    Needs = Placement.AllShards,
                },
                ContainerHelp.Row(CommandGroup.Server, "5.0.0"),
                new("RESETSTAT", 2, Admin, static (ref CommandContext context) => ResetStatistics(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "2.0.0",
                    Complexity = "O(1)",
                    Summary = "Resets the server's statistics.",
                    Needs = Placement.AllShards,
                    Tips = EverywhereTips,
                },
                new("REWRITE", 2, Admin, static (ref CommandContext context) => Rewrite(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "2.8.0",
                    Complexity = "O(1)",
                    Summary = "Persists the effective configuration to file.",
                    Needs = Placement.AllShards,
                    Tips = EverywhereTips,
                },
                new("SET", -4, Admin, static (ref CommandContext context) => Set(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "2.0.0",
                    Complexity = "O(N) where N is the number of configuration parameters provided",
                    Summary = "Sets configuration parameters in-flight.",
                    Syntax = "parameter value [parameter value ...]",
                    Needs = Placement.AllShards,
                    Tips = EverywhereTips,
                    FindSecrets = static (in ArgumentView arguments, KeyPositions secrets) =>
                        FindSecrets(arguments, secrets),
                },
            ],
        },
    ];

    private static void Get(ref CommandContext context)
    {
        List<KeyValuePair<string, string>> found = context.Server().Config.Get(Texts(context));
        context.Reply.Map(found.Count);
        foreach ((string name, string value) in found) context.Reply.Field(name, value);
    }

    private static void Set(ref CommandContext context)
    {
        if (context.ArgCount % 2 != 0)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        if (context.Server().Gates.IsLoading && DeniesLoading(context))
        {
            context.Reply.Error(Errors.Loading);
            return;
        }
        bool isLocal = context.Client().Channel.IsLoopback || context.Client().Channel.IsUnixSocket;
        if (context.Server().Config.Set(Texts(context), isLocal) is { } error)
        {
            context.Reply.Error(error);
            return;
        }
        // A lower limit counts at once.
        ClientMemory memory = context.Server().ClientMemory;
        if (memory.IsOver(context.NowMillis)) memory.Relieve(context.Client().Worker, context.Client());
        context.Reply.Ok();
    }

    private static bool DeniesLoading(in CommandContext context)
    {
        for (int index = 2; index + 1 < context.ArgCount; index += 2)
        {
            if (DirectiveTable.Find(context.Text(index))?.Has(DirectiveFlags.DeniesLoading) ?? false) return true;
        }
        return false;
    }

    private static void Rewrite(ref CommandContext context)
    {
        ConfigStore config = context.Server().Config;
        if (config.Rewrite() is { } error)
        {
            context.Reply.Error(error);
            return;
        }
        Log.ConfigRewritten(config.FilePath!);
        context.Reply.Ok();
    }

    private static void ResetStatistics(ref CommandContext context)
    {
        foreach (Shard shard in context.Server().Shards) shard.Statistics.Reset();
        foreach (Keyspace keyspace in context.Dataset.Keyspaces) keyspace.Counters.Reset();
        context.Server().MemoryPeak.Reset();
        context.Server().Replication.ResetCounts();
        context.Reply.Ok();
    }

    private static bool FindSecrets(in ArgumentView arguments, KeyPositions secrets)
    {
        for (int index = 2; index + 1 < arguments.Count; index += 2)
        {
            Directive? directive = DirectiveTable.Find(System.Text.Encoding.UTF8.GetString(arguments[index]));
            if (directive?.Has(DirectiveFlags.Sensitive) ?? false) secrets.Add(index + 1, KeyAccess.NotKey);
        }
        return true;
    }

    private static string[] Texts(in CommandContext context)
    {
        string[] texts = new string[context.ArgCount - 2];
        for (int index = 0; index < texts.Length; index++) texts[index] = context.Text(index + 2);
        return texts;
    }
}
