using FastShard.Engine.Commands;

namespace FastShard.Server.Commands;

/// <summary>The names of the documentation groups, as COMMAND DOCS prints them and as headings.</summary>
internal static class CommandGroupNames
{
    public static string Of(CommandGroup group) => group switch
    {
        CommandGroup.SortedSet => "sorted-set",
        CommandGroup.HyperLogLog => "hyperloglog",
        CommandGroup.PubSub => "pubsub",
        _ => group.ToString().ToLowerInvariant(),
    };

    public static string TitleOf(CommandGroup group) => group switch
    {
        CommandGroup.SortedSet => "Sorted set",
        CommandGroup.PubSub => "Pub/sub",
        _ => group.ToString(),
    };
}
