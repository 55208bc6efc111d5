using FastShard.Cluster;
using FastShard.Cluster.State;
using FastShard.Cluster.Text;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Protocol;
using FastShard.Server.Clustering;
using FastShard.Server.Commands;

namespace FastShard.Server.Migration;

/// <summary>Whole ranges of slots that move at once: CLUSTER MIGRATESLOTS and what belongs to it.</summary>
internal static class SlotMigrationCommands
{
    public static void Migrate(ref CommandContext context)
    {
        if (ClusterQueries.Host(ref context) is not { } host) return;
        List<(SlotSet Slots, string Target)> moves = [];
        if (!TryRead(ref context, moves)) return;
        FastShardServer server = context.Server();
        if (server.Dataset.DatabaseCount > 1)
        {
            // What is sent is the first database; keys of others would stay behind, and be swept away.
            context.Reply.Error("ERR CLUSTER MIGRATESLOTS moves one database: cluster-databases has to be 1"u8);
            return;
        }
        List<NodeAddress> addresses = [];
        ClusterMachine machine = host.Enter();
        string source = machine.State.Myself.Id.ToString();
        string? error = null;
        foreach ((SlotSet slots, string target) in moves)
        {
            error ??= machine.Handover.CheckExport(slots, target);
            if (error is null) addresses.Add(machine.Admin.Find(target)!.Address);
        }
        host.Leave();
        if (error is null && moves.Exists(move => server.Exports.Overlaps(move.Slots)))
            error = "ERR Slots are already being migrated";
        if (error is not null)
        {
            context.Reply.Error(error);
            return;
        }
        for (int move = 0; move < moves.Count; move++)
        {
            var record = new MigrationRecord(FastShardServer.RandomId(), isExport: true, moves[move].Slots)
            {
                Source = source,
                Target = moves[move].Target,
                CreatedMillis = context.NowMillis,
            };
            server.Exports.Begin(context.Client().Worker, record, addresses[move]);
        }
        context.Reply.Ok();
    }

    public static void List(ref CommandContext context)
    {
        if (ClusterQueries.Host(ref context) is null) return;
        IReadOnlyList<MigrationRecord> records = context.Server().Migrations.All;
        context.Reply.Array(records.Count);
        foreach (MigrationRecord record in records)
        {
            context.Reply.Map(12);
            context.Reply.Field("name", record.Name);
            context.Reply.Field("operation", record.IsExport ? "EXPORT" : "IMPORT");
            context.Reply.Field("slot_ranges", NodesText.Ranges(record.Slots, ' '));
            context.Reply.Field("target_node", record.Target);
            context.Reply.Field("source_node", record.Source);
            context.Reply.Field("create_time", record.CreatedMillis / 1000);
            context.Reply.Field("last_update_time", record.UpdatedMillis / 1000);
            context.Reply.Field("last_ack_time", record.HeardMillis / 1000);
            context.Reply.Field("state", record.State);
            context.Reply.Field("message", record.Message);
            context.Reply.Field("cow_size", 0);
            context.Reply.Field("remaining_repl_size", record.WaitingBytes);
        }
    }

    public static void Cancel(ref CommandContext context)
    {
        if (ClusterQueries.Host(ref context) is null) return;
        if (context.ArgCount > 3 || (context.ArgCount == 3 && !context.ArgIs(2, "ALL"u8)))
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        context.Server().Exports.CancelAll(context.Client().Worker);
        context.Server().Imports.CancelAll(context.Client().Worker);
        context.Reply.Ok();
    }

    /// <summary>What nodes say to each other about slots that move.</summary>
    public static void Sync(ref CommandContext context)
    {
        if (ClusterQueries.Host(ref context) is not { } host) return;
        if (context.ArgIs(2, "ESTABLISH"u8) && context.ArgCount >= 8) Establish(ref context, host);
        else if (context.ArgIs(2, "CLAIM"u8) && context.ArgCount == 5) Claim(ref context);
        else if (context.ArgIs(2, "SETTLE"u8) && context.ArgCount == 5) Settle(ref context);
        else if (context.ArgIs(2, "HIDDEN"u8)) Mirror(ref context, host);
        else context.Reply.Error(Errors.Syntax);
    }

    // ESTABLISH source name SLOTSRANGE first last ...
    private static void Establish(ref CommandContext context, ClusterHost host)
    {
        var slots = new SlotSet();
        int end = SlotArguments.ReadRanges(ref context, 6, slots);
        if (end < 0) return;
        if (end != context.ArgCount)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        string myself = host.Enter().State.Myself.Id.ToString();
        host.Leave();
        var record = new MigrationRecord(context.Text(4), isExport: false, slots)
        {
            Source = context.Text(3),
            Target = myself,
            CreatedMillis = context.NowMillis,
            HeardMillis = context.NowMillis,
            UpdatedMillis = context.NowMillis,
        };
        if (context.Server().Imports.Begin(context.Client(), record) is { } error) context.Reply.Error(error);
        else context.Reply.Ok();
    }

    private static void Claim(ref CommandContext context)
    {
        if (!context.TryGetInteger(4, out long epoch)) return;
        Clients.Connection client = context.Client();
        string? error = context.Server().Imports.Claim(client.Worker, client, context.Text(3), (ulong)epoch);
        if (error is null) context.Reply.Ok();
        else context.Reply.Error(error);
    }

    private static void Settle(ref CommandContext context)
    {
        if (!SlotArguments.TryOne(ref context, 4, out int slot)) return;
        bool hasTaken = context.Server().Imports.Settle(context.Client().Worker, context.Text(3), slot);
        context.Reply.Status(hasTaken ? "TAKEN" : "GIVEN-UP");
    }

    // A primary's word in its stream: HIDDEN [first last ...]
    private static void Mirror(ref CommandContext context, ClusterHost host)
    {
        var slots = new SlotSet();
        if (!context.Client().IsPrimary || SlotArguments.ReadRanges(ref context, 3, slots) < 0)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        host.Enter().Handover.Mirror(slots);
        host.Leave();
        context.Reply.Ok();
    }

    private static bool TryRead(ref CommandContext context, List<(SlotSet Slots, string Target)> moves)
    {
        var all = new SlotSet();
        for (int index = 2; index < context.ArgCount;)
        {
            if (!context.ArgIs(index, "SLOTSRANGE"u8)) break;
            var slots = new SlotSet();
            index = SlotArguments.ReadRanges(ref context, index + 1, slots);
            if (index < 0) return false;
            if (slots.Count == 0 || index + 1 >= context.ArgCount || !context.ArgIs(index, "NODE"u8)) break;
            for (int slot = 0; slot < SlotSet.Slots; slot++)
            {
                if (!slots.Has(slot) || all.Add(slot)) continue;
                context.Reply.Error($"ERR Slot {slot} specified multiple times");
                return false;
            }
            moves.Add((slots, context.Text(index + 1)));
            index += 2;
            if (index == context.ArgCount) return true;
        }
        context.Reply.Error(Errors.Syntax);
        return false;
    }
}
