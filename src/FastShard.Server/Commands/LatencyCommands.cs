// LATENCY: the delays above latency-monitor-threshold, and the durations of every command.

using System.Text;
using FastShard.Engine.Commands;
using FastShard.Protocol;
using FastShard.Server.Statistics;

namespace FastShard.Server.Commands;

internal static class LatencyCommands
{
    private const CommandFlags Plain =
        CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    // Buckets of LATENCY HISTOGRAM: 2^10 ns (about 1 us) up to 2^30 ns (about 1 s), as Redis has them.
    private const int FirstPower = 10;
    private const int LastPower = 34;

    private static readonly string[] Tips =
        ["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"];

    public static readonly CommandSpec[] Specs =
    [
        new("LATENCY", -2, CommandFlags.None, null)
        {
            Group = CommandGroup.Server,
            Since = "2.8.13",
            Complexity = "Depends on subcommand.",
            Summary = "A container for latency diagnostics commands.",
            Subcommands =
            [
                new("DOCTOR", 2, Plain, static (ref CommandContext context) => Doctor(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "2.8.13",
                    Complexity = "O(1)",
                    Summary = "Returns a human-readable latency analysis report.",
                    Needs = Placement.AllShards,
                    Tips = Tips,
                },
                new("GRAPH", 3, Plain, static (ref CommandContext context) => Graph(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "2.8.13",
                    Complexity = "O(1)",
                    Summary = "Returns a latency graph for an event.",
                    Syntax = "event",
                    Needs = Placement.AllShards,
                    Tips = Tips,
                },
                ContainerHelp.Row(CommandGroup.Server, "2.8.13"),
                new("HISTOGRAM", -2, Plain, static (ref CommandContext context) => Histogram(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "7.0.0",
                    Complexity = "O(N) where N is the number of commands with latency information being retrieved.",
                    Summary = "Returns the cumulative distribution of latencies of one, several or all commands.",
                    Syntax = "[command [command ...]]",
                    Needs = Placement.AllShards,
                    Tips = Tips,
                },
                new("HISTORY", 3, Plain, static (ref CommandContext context) => History(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "2.8.13",
                    Complexity = "O(1)",
                    Summary = "Returns timestamp-latency samples for an event.",
                    Syntax = "event",
                    Needs = Placement.AllShards,
                    Tips = Tips,
                },
                new("LATEST", 2, Plain, static (ref CommandContext context) => Latest(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "2.8.13",
                    Complexity = "O(1)",
                    Summary = "Returns the latest latency samples for all events.",
                    Needs = Placement.AllShards,
                    Tips = Tips,
                },
                new("RESET", -2, Plain, static (ref CommandContext context) => Reset(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "2.8.13",
                    Complexity = "O(1)",
                    Summary = "Resets the latency samples of one or more events (default: all).",
                    Syntax = "[event [event ...]]",
                    Needs = Placement.AllShards,
                    Tips = ["request_policy:all_nodes", "response_policy:agg_sum"],
                },
            ],
        },
    ];

    private static void Latest(ref CommandContext context)
    {
        IReadOnlyDictionary<string, LatencyEvent> events = context.Server().Statistics().Latency().Events;
        context.Reply.Array(events.Count);
        foreach ((string name, LatencyEvent samples) in events)
        {
            LatencySample last = samples.Samples[^1];
            context.Reply.Array(4);
            context.Reply.Text(name);
            context.Reply.Integer(last.UnixSeconds);
            context.Reply.Integer(last.Millis);
            context.Reply.Integer(samples.MaxMillis);
        }
    }

    private static void History(ref CommandContext context)
    {
        string name = Encoding.UTF8.GetString(context.Arg(2));
        LatencyEvent? samples = context.Server().Statistics().Latency().Events.GetValueOrDefault(name);
        context.Reply.Array(samples?.Samples.Count ?? 0);
        if (samples is null) return;
        foreach (LatencySample sample in samples.Samples)
        {
            context.Reply.Array(2);
            context.Reply.Integer(sample.UnixSeconds);
            context.Reply.Integer(sample.Millis);
        }
    }

    private static void Reset(ref CommandContext context)
    {
        HashSet<string> names = [];
        for (int index = 2; index < context.ArgCount; index++) names.Add(Encoding.UTF8.GetString(context.Arg(index)));
        if (context.ArgCount == 2) names.UnionWith(context.Server().Statistics().Latency().Events.Keys);
        int count = 0;
        foreach (string name in names)
        {
            bool found = false;
            foreach (ShardStatistics shard in context.Server().ShardStatistics()) found |= shard.Latency.Reset(name);
            if (found) count++;
        }
        context.Reply.Integer(count);
    }

    private static void Graph(ref CommandContext context)
    {
        string name = Encoding.UTF8.GetString(context.Arg(2));
        if (!context.Server().Statistics().Latency().Events.TryGetValue(name, out LatencyEvent? samples))
        {
            context.Reply.Error($"ERR No samples available for event '{name}'");
            return;
        }
        string graph = LatencyGraph.Draw(name, samples, context.NowMillis / 1000);
        context.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(graph));
    }

    private static void Doctor(ref CommandContext context)
    {
        string report = LatencyReport.Write(context.Server().Statistics().Latency(), context.Server().Options);
        context.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(report));
    }

    private static void Histogram(ref CommandContext context)
    {
        List<CommandSpec> asked = [];
        if (context.ArgCount == 2) asked.AddRange(context.Server().Commands.All);
        for (int index = 2; index < context.ArgCount; index++)
        {
            if (context.Server().Commands.FindByFullName(context.Arg(index)) is not { } spec) continue;
            asked.Add(spec);
            asked.AddRange(spec.Subcommands);
        }
        StatisticsSum statistics = context.Server().Statistics();
        DeferredLength map = context.Reply.DeferMap();
        int count = 0;
        foreach (CommandSpec spec in asked)
        {
            if (statistics.LatencyOf(spec) is not { Count: > 0 } histogram) continue;
            context.Reply.Text(spec.FullName);
            WriteHistogram(context.Reply, histogram);
            count++;
        }
        context.Reply.SetDeferred(map, count);
    }

    private static void WriteHistogram(in ReplyWriter reply, LatencyHistogram histogram)
    {
        reply.Map(2);
        reply.Field("calls", histogram.Count);
        reply.Bulk("histogram_usec"u8);
        DeferredLength buckets = reply.DeferMap();
        int count = 0;
        long before = 0;
        for (int power = FirstPower; power <= LastPower && before < histogram.Count; power++)
        {
            long below = histogram.CountBelowPower(power);
            if (below == before) continue;
            before = below;
            reply.Integer((1L << power) / 1000);
            reply.Integer(below);
            count++;
        }
        reply.SetDeferred(buckets, count);
    }
}
