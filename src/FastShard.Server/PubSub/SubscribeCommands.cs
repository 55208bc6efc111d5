// Subscribing and unsubscribing. Each name is confirmed by a reply of its own, which in RESP3 is a push.

using FastShard.Engine.Commands;
using FastShard.Server.Clients;
using FastShard.Server.Commands;

namespace FastShard.Server.PubSub;

internal static class SubscribeCommands
{
    private const CommandFlags Listening =
        CommandFlags.PubSub | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale
        | CommandFlags.InPubSub | CommandFlags.RepliesAlways;

    public static readonly CommandSpec[] Specs =
    [
        Row("SUBSCRIBE", -2, "2.0.0", "channel [channel ...]", "Listens for messages published to channels.",
            Placement.Channels, [],
            static (ref CommandContext context) => Subscribe(ref context, TopicKind.Channel, "subscribe"u8)),
        Row("UNSUBSCRIBE", -1, "2.0.0", "[channel [channel ...]]", "Stops listening to channels.",
            Placement.Channels, [],
            static (ref CommandContext context) => Unsubscribe(ref context, TopicKind.Channel, "unsubscribe"u8)),
        Row("PSUBSCRIBE", -2, "2.0.0", "pattern:pattern [pattern:pattern ...]",
            "Listens for messages published to channels that match one or more patterns.",
            Placement.AllShards, [],
            static (ref CommandContext context) => Subscribe(ref context, TopicKind.Pattern, "psubscribe"u8)),
        Row("PUNSUBSCRIBE", -1, "2.0.0", "[pattern:pattern [pattern:pattern ...]]",
            "Stops listening to messages published to channels that match one or more patterns.",
            Placement.AllShards, [],
            static (ref CommandContext context) => Unsubscribe(ref context, TopicKind.Pattern, "punsubscribe"u8)),
        Row("SSUBSCRIBE", -2, "7.0.0", "shardchannel [shardchannel ...]",
            "Listens for messages published to shard channels.",
            Placement.Channels, [KeySpec.Range(1, -1, 1, KeyAccess.NotKey)],
            static (ref CommandContext context) => Subscribe(ref context, TopicKind.ShardChannel, "ssubscribe"u8)),
        Row("SUNSUBSCRIBE", -1, "7.0.0", "[shardchannel [shardchannel ...]]",
            "Stops listening to messages posted to shard channels.",
            Placement.Channels, [KeySpec.Range(1, -1, 1, KeyAccess.NotKey)],
            static (ref CommandContext context) => Unsubscribe(ref context, TopicKind.ShardChannel, "sunsubscribe"u8)),
    ];

    private static CommandSpec Row(
        string name, int arity, string since, string syntax, string summary, Placement needs, KeySpec[] keys,
        CommandHandler handler) =>
        new(name, arity, Listening, handler)
        {
            Group = CommandGroup.PubSub,
            Since = since,
            Complexity = "O(N) where N is the number of names.",
            Summary = summary,
            Syntax = syntax,
            Needs = needs,
            Keys = keys,
        };

    private static void Subscribe(ref CommandContext context, TopicKind kind, ReadOnlySpan<byte> verb)
    {
        Connection client = context.Client();
        Subscriber subscriber = client.Subscriber ??= new Subscriber(client);
        PubSubDirectory directory = context.Server().PubSub;
        for (int index = 1; index < context.ArgCount; index++)
        {
            ReadOnlySpan<byte> name = context.Arg(index);
            subscriber.Join(kind, directory.FindOrAdd(kind, name));
            Confirm(ref context, verb, name, subscriber.CountFor(kind));
        }
    }

    private static void Unsubscribe(ref CommandContext context, TopicKind kind, ReadOnlySpan<byte> verb)
    {
        if (context.Client().Subscriber is not { } subscriber)
        {
            ConfirmToStranger(ref context, verb);
            return;
        }
        subscriber.CatchUp(context.Client().Worker);
        if (context.ArgCount == 1)
        {
            UnsubscribeAll(ref context, kind, verb, subscriber);
            return;
        }
        PubSubDirectory directory = context.Server().PubSub;
        for (int index = 1; index < context.ArgCount; index++)
        {
            ReadOnlySpan<byte> name = context.Arg(index);
            if (directory.Find(kind, name) is { } topic) subscriber.Quit(kind, topic);
            Confirm(ref context, verb, name, subscriber.CountFor(kind));
        }
    }

    private static void UnsubscribeAll(
        ref CommandContext context, TopicKind kind, ReadOnlySpan<byte> verb, Subscriber subscriber)
    {
        List<Topic> all = subscriber.Of(kind).All();
        foreach (Topic topic in all)
        {
            subscriber.Quit(kind, topic);
            Confirm(ref context, verb, topic.Name, subscriber.CountFor(kind));
        }
        if (all.Count == 0) ConfirmNothing(ref context, verb, subscriber.CountFor(kind));
    }

    private static void ConfirmToStranger(ref CommandContext context, ReadOnlySpan<byte> verb)
    {
        for (int index = 1; index < context.ArgCount; index++) Confirm(ref context, verb, context.Arg(index), 0);
        if (context.ArgCount == 1) ConfirmNothing(ref context, verb, 0);
    }

    private static void Confirm(
        ref CommandContext context, ReadOnlySpan<byte> verb, ReadOnlySpan<byte> name, int count)
    {
        context.Reply.Push(3);
        context.Reply.Bulk(verb);
        context.Reply.Bulk(name);
        context.Reply.Integer(count);
    }

    private static void ConfirmNothing(ref CommandContext context, ReadOnlySpan<byte> verb, int count)
    {
        context.Reply.Push(3);
        context.Reply.Bulk(verb);
        context.Reply.Null();
        context.Reply.Integer(count);
    }
}
