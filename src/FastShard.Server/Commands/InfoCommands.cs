// INFO: which sections exist, which of them an argument means, and in which order they are written. The sections
// themselves are in InfoSections and InfoStatisticsSections.

using System.Text;
using FastShard.Engine.Commands;
using FastShard.Server.HotKeys;
using FastShard.Server.Spreading;

namespace FastShard.Server.Commands;

internal static class InfoCommands
{
    // In the order of the reply.
    private static readonly InfoSection[] Sections =
    [
        new("server", IsDefault: true, InfoSections.Server),
        new("clients", IsDefault: true, InfoSections.Clients),
        new("memory", IsDefault: true, InfoSections.Memory),
        new("persistence", IsDefault: true, InfoPersistenceSection.Write),
        new("stats", IsDefault: true, InfoStatisticsSections.Stats),
        new("replication", IsDefault: true, InfoReplicationSection.Write),
        new("cpu", IsDefault: true, InfoSections.Cpu),
        new("modules", IsDefault: true, static (text, _) => text.Section("Modules")),
        new("commandstats", IsDefault: false, InfoStatisticsSections.CommandStats),
        new("errorstats", IsDefault: true, InfoStatisticsSections.ErrorStats),
        new("latencystats", IsDefault: false, InfoStatisticsSections.LatencyStats),
        new("cluster", IsDefault: true, InfoSections.Cluster),
        new("hotkeys", IsDefault: true, InfoHotKeysSection.Write),
        new("spread", IsDefault: true, InfoSpreadSection.Write),
        new("shards", IsDefault: true, InfoStatisticsSections.Shards),
        new("keyspace", IsDefault: true, InfoStatisticsSections.Keyspace),
    ];

    public static readonly CommandSpec[] Specs =
    [
        new("INFO", -1, CommandFlags.Loading | CommandFlags.Stale,
            static (ref CommandContext context) => Info(ref context))
        {
            Group = CommandGroup.Server,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Returns information and statistics about the server.",
            Syntax = "[section [section ...]]",
            Categories = AclCategories.Dangerous,
            Needs = Placement.AllShards,
            Tips = ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
        },
    ];

    private static void Info(ref CommandContext context)
    {
        List<string> names = [];
        for (int index = 1; index < context.ArgCount; index++) names.Add(context.Text(index).ToLowerInvariant());
        string text = Write(new InfoSource(context.Client().Worker, context.NowMillis), names);
        context.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The text of the sections with these names; of the default ones when there are no names.</summary>
    public static string Write(InfoSource source, List<string> names)
    {
        bool isDefault = names.Count == 0 || names.Contains("default");
        bool isAll = names.Contains("all") || names.Contains("everything");
        InfoText text = new();
        foreach (InfoSection section in Sections)
        {
            if (isAll || (isDefault && section.IsDefault) || names.Contains(section.Name)) section.Write(text, source);
        }
        return text.ToString();
    }
}
