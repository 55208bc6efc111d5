using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Server.Clients;
using FastShard.Server.Execution;
using FastShard.Server.Sharding;
using FastShard.Server.Transactions;

namespace FastShard.Server.Clustering;

/// <summary>Whether a command's keys are here, and where to go where they are not: MOVED, ASK and their like.</summary>
internal static class ClusterGate
{
    private const string IsDown = "CLUSTERDOWN The cluster is down";

    /// <summary>Nothing has to be asked: the command has no keys, or one of a slot that is served here.</summary>
    public static bool IsPlain(ClusterHost cluster, Connection client, in CommandRecord record)
    {
        CommandSpec spec = record.Spec!;
        if (client.Import is { } import) return record.Shard >= 0 && !import.IsOver && import.Slots.Has(record.Slot);
        if (spec.Keys.Length == 0 && spec.FindKeys is null) return true;
        return record.Shard >= 0 && cluster.Map.IsPlain(record.Slot);
    }

    /// <summary>Null where the command may run here, else the error.</summary>
    public static string? Judge(
        ShardWorker worker, Connection client, ClusterHost cluster, CommandSpec spec, in ArgumentView arguments)
    {
        bool isAsking = client.IsAsking || spec.Is(CommandFlags.Asking);
        if (!TryCollect(worker.KeyPositions, spec, arguments) || worker.KeyPositions.Count == 0) return null;
        var names = new SlotNames(worker, client, arguments);
        if (client.Import is { IsOver: false } import && import.Slots.Has(names.Slot))
            return names.AreOneSlot ? null : SlotNames.CrossSlot;
        return Judge(cluster.Map, names, client, spec, isAsking);
    }

    /// <summary>The same for all that EXEC is about to run; every shard of it is held.</summary>
    public static string? JudgeQueued(ShardWorker worker, Connection client, ClusterHost cluster)
    {
        Transaction transaction = client.Transaction;
        int slot = -1;
        for (int index = 0; index < transaction.Count; index++)
        {
            CommandSpec spec = transaction.SpecOf(index);
            ArgumentView arguments = transaction.ArgumentsOf(index);
            if (!TryCollect(worker.KeyPositions, spec, arguments) || worker.KeyPositions.Count == 0) continue;
            var names = new SlotNames(worker, client, arguments);
            if (slot >= 0 && names.Slot != slot) return SlotNames.CrossSlot;
            slot = names.Slot;
            if (Judge(cluster.Map, names, client, spec, isAsking: false) is { } refusal) return refusal;
        }
        return null;
    }

    /// <summary>
    /// A command was let through, and then was on its way to another shard: null where its slot is still served here.
    /// The slot's shard is held.
    /// </summary>
    public static string? JudgeLate(
        ShardWorker worker, ClusterHost cluster, Connection client, Batch batch, in CommandRecord record)
    {
        if (client.Import is { } import) return import.IsOver ? "ERR The slot migration is over" : null;
        ClusterMap map = cluster.Map;
        int slot = record.Slot;
        if (record.Spec!.SingleKeyIndex == 0)
        {
            var arguments = new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount);
            if (!TryCollect(worker.KeyPositions, record.Spec, arguments) || worker.KeyPositions.Count == 0) return null;
            slot = KeySlot.Of(arguments[worker.KeyPositions[0]]);
        }
        if (map.KindOf(slot) != SlotKind.Elsewhere) return null;
        MapNode owner = map.OwnerOf(slot)!;
        bool isOfMyPrimary = map.MyPrimary == owner.Id && client.ReadsFromReplica;
        return isOfMyPrimary ? null : $"MOVED {slot} {owner.Endpoint}";
    }

    private static string? Judge(
        ClusterMap map, in SlotNames names, Connection client, CommandSpec spec, bool isAsking)
    {
        int slot = names.Slot;
        SlotKind kind = map.KindOf(slot);
        if (kind == SlotKind.Unserved) return "CLUSTERDOWN Hash slot not served";
        if (!names.AreOneSlot) return SlotNames.CrossSlot;
        bool isSharded = spec.Placement is Placement.Channel or Placement.Channels;
        bool mayWrite = (spec.Flags & (CommandFlags.Write | CommandFlags.MayReplicate)) != 0;
        if (spec.Is(CommandFlags.Moves) && kind is SlotKind.Leaving or SlotKind.Coming) return null;
        if (!map.IsOk && JudgeDown(client.Server, isSharded, mayWrite) is { } down) return down;
        switch (kind)
        {
            case SlotKind.Mine:
                return null;
            case SlotKind.Leaving:
                if (isSharded || names.CountMissing() is not (> 0 and var missing)) return null;
                return missing < names.Count ? SlotNames.TryAgain : $"ASK {slot} {map.TargetOf(slot).Endpoint}";
            case SlotKind.Coming when isAsking:
                return names.Count > 1 && !isSharded && names.CountMissing() > 0 ? SlotNames.TryAgain : null;
        }
        MapNode owner = map.OwnerOf(slot)!;
        bool isOfMyPrimary = map.MyPrimary == owner.Id;
        if (isOfMyPrimary && (isSharded || (client.ReadsFromReplica && !mayWrite))) return null;
        return $"MOVED {slot} {owner.Endpoint}";
    }

    private static string? JudgeDown(FastShardServer server, bool isSharded, bool mayWrite)
    {
        if (isSharded) return server.Options.ClusterAllowsShardChannelsWhenDown ? null : IsDown;
        if (!server.Options.ClusterAllowsReadsWhenDown) return IsDown;
        return mayWrite ? IsDown + " and only accepts read commands" : null;
    }

    // Shard channels have slots like keys.
    private static bool TryCollect(KeyPositions positions, CommandSpec spec, in ArgumentView arguments)
    {
        positions.Clear();
        if (spec.Keys.Length == 0 && spec.FindKeys is null) return true;
        if (spec.Placement is not (Placement.Channel or Placement.Channels))
            return KeyExtraction.TryCollect(spec, arguments, positions);
        int end = spec.Placement == Placement.Channel ? Math.Min(2, arguments.Count) : arguments.Count;
        for (int index = 1; index < end; index++) positions.Add(index, KeyAccess.NotKey);
        return true;
    }
}
