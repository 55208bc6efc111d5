// PUBSUB: who listens to what.

using FastShard.Engine.Commands;
using FastShard.Engine.Text;
using FastShard.Protocol;
using FastShard.Server.Commands;

namespace FastShard.Server.PubSub;

internal static class PubSubCommands
{
    private const CommandFlags Inspecting = CommandFlags.PubSub | CommandFlags.Loading | CommandFlags.Stale;

    public static readonly CommandSpec[] Specs =
    [
        new("PUBSUB", -2, CommandFlags.None, null)
        {
            Group = CommandGroup.PubSub,
            Since = "2.8.0",
            Complexity = "Depends on subcommand.",
            Summary = "A container for Pub/Sub commands.",
            Subcommands =
            [
                Row("CHANNELS", -2, "2.8.0", "[pattern:pattern]", "Returns the active channels.",
                    static (ref CommandContext context) => ListChannels(ref context, TopicKind.Channel)),
                ContainerHelp.Row(CommandGroup.PubSub, "6.2.0"),
                Row("NUMPAT", 2, "2.8.0", "", "Returns a count of unique pattern subscriptions.",
                    static (ref CommandContext context) => CountPatterns(ref context)),
                Row("NUMSUB", -2, "2.8.0", "[channel [channel ...]]", "Returns a count of subscribers to channels.",
                    static (ref CommandContext context) => CountSubscribers(ref context, TopicKind.Channel)),
                Row("SHARDCHANNELS", -2, "7.0.0", "[pattern:pattern]", "Returns the active shard channels.",
                    static (ref CommandContext context) => ListChannels(ref context, TopicKind.ShardChannel)),
                Row("SHARDNUMSUB", -2, "7.0.0", "[shardchannel [shardchannel ...]]",
                    "Returns the count of subscribers of shard channels.",
                    static (ref CommandContext context) => CountSubscribers(ref context, TopicKind.ShardChannel)),
            ],
        },
    ];

    private static CommandSpec Row(
        string name, int arity, string since, string syntax, string summary, CommandHandler handler) =>
        new(name, arity, Inspecting, handler)
        {
            Group = CommandGroup.PubSub,
            Since = since,
            Complexity = "O(N) where N is the number of channels or patterns looked at.",
            Summary = summary,
            Syntax = syntax,
            Needs = Placement.AllShards,
        };

    private static void ListChannels(ref CommandContext context, TopicKind kind)
    {
        if (context.ArgCount > 3)
        {
            context.Reply.Error(
                $"ERR unknown subcommand or wrong number of arguments for '{context.Text(1)}'. Try PUBSUB HELP.");
            return;
        }
        DeferredLength length = context.Reply.DeferArray();
        int count = 0;
        foreach (TopicTable table in context.Server().PubSub.Tables(kind))
        {
            foreach (Topic topic in table.All)
            {
                if (context.ArgCount == 3 && !GlobPattern.IsMatch(context.Arg(2), topic.Name)) continue;
                if (topic.CountPresent() == 0) continue;
                context.Reply.Bulk(topic.Name);
                count++;
            }
        }
        context.Reply.SetDeferred(length, count);
    }

    private static void CountPatterns(ref CommandContext context)
    {
        int count = 0;
        foreach (Topic pattern in context.Server().PubSub.Patterns.All)
        {
            if (pattern.CountPresent() > 0) count++;
        }
        context.Reply.Integer(count);
    }

    private static void CountSubscribers(ref CommandContext context, TopicKind kind)
    {
        context.Reply.Array(2 * (context.ArgCount - 2));
        for (int index = 2; index < context.ArgCount; index++)
        {
            context.Reply.Bulk(context.Arg(index));
            context.Reply.Integer(context.Server().PubSub.Find(kind, context.Arg(index))?.CountPresent() ?? 0);
        }
    }
}
