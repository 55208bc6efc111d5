// MEMORY: what a key takes, and where the process's memory is.

using System.Globalization;
using System.Text;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Server.Sharding;

namespace FastShard.Server.Commands;

internal static class MemoryCommands
{
    private static readonly string[] SpecialTips =
        ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"];

    public static readonly CommandSpec[] Specs =
    [
        new("MEMORY", -2, CommandFlags.None, null)
        {
            Group = CommandGroup.Server,
            Since = "4.0.0",
            Complexity = "Depends on subcommand.",
            Summary = "A container for memory diagnostics commands.",
            Subcommands =
            [
                new("DOCTOR", 2, CommandFlags.None, static (ref CommandContext context) => Doctor(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "4.0.0",
                    Complexity = "O(1)",
                    Summary = "Outputs a memory problems report.",
                    Needs = Placement.AllShards,
                    Tips = SpecialTips,
                },
                ContainerHelp.Row(CommandGroup.Server, "4.0.0"),
                new("MALLOC-STATS", 2, CommandFlags.None,
                    static (ref CommandContext context) => HeapStatistics(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "4.0.0",
                    Complexity = "O(N) where N is the number of shards",
                    Summary = "Returns the shards' heaps in figures.",
                    Needs = Placement.AllShards,
                    Tips = SpecialTips,
                },
                new("PURGE", 2, CommandFlags.None, static (ref CommandContext context) => Purge(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "4.0.0",
                    Complexity = "Depends on how much memory could be released.",
                    Summary = "Makes all shards give unused memory back to the system, beginning now.",
                    Needs = Placement.AllShards,
                    Tips = ["request_policy:all_shards", "response_policy:all_succeeded"],
                },
                new("STATS", 2, CommandFlags.None, static (ref CommandContext context) => Statistics(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "4.0.0",
                    Complexity = "O(1)",
                    Summary = "Returns details about memory usage.",
                    Needs = Placement.AllShards,
                    Tips = SpecialTips,
                },
                new("USAGE", -3, CommandFlags.ReadOnly, static (ref CommandContext context) => Usage(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "4.0.0",
                    Complexity = "O(N) where N is the number of samples.",
                    Summary = "Estimates the memory usage of a key.",
                    Syntax = "key [SAMPLES count:integer]",
                    Keys = [KeySpec.At(2, KeyAccess.ReadOnly)],
                },
            ],
        },
    ];

    private static void Usage(ref CommandContext context)
    {
        if (context.ArgCount > 3)
        {
            if (context.ArgCount != 5 || !context.ArgIs(3, "SAMPLES"u8))
            {
                context.Reply.Error(Errors.Syntax);
                return;
            }
            // The sizes are known exactly, so there is nothing to sample; the number must still be one.
            if (!context.TryGetInteger(4, out long samples)) return;
            if (samples < 0)
            {
                context.Reply.Error(Errors.Syntax);
                return;
            }
        }
        Key key = context.Key(2);
        if (key.Home.TryPeek(key, out Entry entry)) context.Reply.Integer(entry.AllocatedBytes);
        else context.Reply.Null();
    }

    private static void Statistics(ref CommandContext context)
    {
        MemoryFigures figures = MemoryFigures.Take(context.Server());
        long net = Math.Max(1, figures.Used - figures.Startup);
        context.Reply.Map(26);
        context.Reply.Field("peak.allocated", figures.Peak);
        context.Reply.Field("total.allocated", figures.Used);
        context.Reply.Field("startup.allocated", figures.Startup);
        context.Reply.Field("replication.backlog", 0);
        context.Reply.Field("clients.slaves", 0);
        context.Reply.Field("clients.normal", figures.Clients);
        context.Reply.Field("cluster.links", 0);
        context.Reply.Field("aof.buffer", 0);
        context.Reply.Field("lua.caches", 0);
        context.Reply.Field("functions.caches", 0);
        context.Reply.Field("overhead.total", figures.Overhead);
        context.Reply.Field("keys.count", figures.Keys);
        context.Reply.Field("keys.bytes-per-key", figures.Keys == 0 ? 0 : net / figures.Keys);
        context.Reply.Field("dataset.bytes", figures.Dataset);
        context.Reply.Field("dataset.percentage", 100.0 * figures.Dataset / net);
        context.Reply.Field("peak.percentage", 100.0 * MemoryFigures.Ratio(figures.Used, figures.Peak));
        context.Reply.Field("allocator.allocated", figures.Allocated);
        context.Reply.Field("allocator.active", figures.Mapped);
        context.Reply.Field("allocator.resident", figures.Mapped);
        context.Reply.Field("allocator-fragmentation.ratio", figures.FragmentationRatio);
        context.Reply.Field("allocator-fragmentation.bytes", figures.Mapped - figures.Allocated);
        context.Reply.Field("rss-overhead.ratio", MemoryFigures.Ratio(figures.Resident, figures.Mapped));
        context.Reply.Field("rss-overhead.bytes", figures.Resident - figures.Mapped);
        context.Reply.Field("fragmentation", MemoryFigures.Ratio(figures.Resident, figures.Used));
        context.Reply.Field("fragmentation.bytes", figures.Resident - figures.Used);
        context.Reply.Field("managed.bytes", figures.Managed);
    }

    private static void Doctor(ref CommandContext context)
    {
        string report = MemoryReport.Write(MemoryFigures.Take(context.Server()), context.Server());
        context.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(report));
    }

    // The shards do it in the next turns, a share of each: all at once would keep everybody waiting for seconds.
    private static void Purge(ref CommandContext context)
    {
        foreach (Shard shard in context.Server().Shards)
        {
            shard.IsPurging = true;
            shard.Reactor.Wake();
        }
        context.Reply.Ok();
    }

    private static void HeapStatistics(ref CommandContext context)
    {
        StringBuilder text = new();
        foreach (Shard shard in context.Server().Shards)
        {
            ShardHeap heap = shard.Keyspace.Heap;
            text.Append(
                CultureInfo.InvariantCulture,
                $"shard{shard.Index}: used={heap.UsedBytes} mapped={heap.MappedBytes} regions={heap.RegionCount} " +
                $"moved_blocks={heap.MovedBlocks}\n");
        }
        context.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(text.ToString()));
    }
}
