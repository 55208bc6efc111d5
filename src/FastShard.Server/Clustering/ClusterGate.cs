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
    /// <summary>A slot that nobody has.</summary>
    public const string NotServed = "CLUSTERDOWN Hash slot not served";

    private const string IsDown = "CLUSTERDOWN The cluster is down";

    /// <summary>Nothing has to be asked: the command has no keys, or one of a slot that is served here.</summary>
    public static bool IsPlain(ClusterHost cluster, Connection client, in CommandRecord record)
    {
        CommandSpec spec = record.Spec!;
        if (client.Import is { } import) return record.Shard >= 0 && !import.IsOver && import.Slots.Has(record.Slot);
        if (spec.Keys.Length == 0 && spec.FindKeys is null) return !spec.IsOfAllNodes || !cluster.Forwards;
        return record.Shard >= 0 && cluster.Map.IsPlain(record.Slot);
    }

    /// <summary>Whether the command may run here, and where else if not.</summary>
    public static ClusterRuling Judge(
        ShardWorker worker, Connection client, ClusterHost cluster, CommandSpec spec, in ArgumentView arguments)
    {
        bool isAsking = client.IsAsking || spec.Is(CommandFlags.Asking);
        if (!TryCollect(worker.KeyPositions, spec, arguments) || worker.KeyPositions.Count == 0)
            return new(RulingKind.Here);
        var names = new SlotNames(worker, client, arguments);
        if (client.Import is { IsOver: false } import && import.Slots.Has(names.Slot))
            return new(names.AreOneSlot ? RulingKind.Here : RulingKind.CrossSlot);
        return Judge(cluster.Map, names, client, spec, isAsking);
    }

    /// <summary>The same for all that EXEC is about to run, which has to be of one slot.</summary>
    public static ClusterRuling JudgeQueued(ShardWorker worker, Connection client, ClusterHost cluster)
    {
        Transaction transaction = client.Transaction;
        var ruling = new ClusterRuling(RulingKind.Here);
        for (int index = 0; index < transaction.Count; index++)
        {
            CommandSpec spec = transaction.SpecOf(index);
            ArgumentView arguments = transaction.ArgumentsOf(index);
            if (!TryCollect(worker.KeyPositions, spec, arguments) || worker.KeyPositions.Count == 0) continue;
            var names = new SlotNames(worker, client, arguments);
            if (ruling.Slot >= 0 && names.Slot != ruling.Slot) return new(RulingKind.CrossSlot);
            ClusterRuling next = Judge(cluster.Map, names, client, spec, isAsking: false);
            if (next.Kind is not (RulingKind.Here or RulingKind.Moved)) return next;
            ruling = next;
        }
        return ruling;
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
        return isOfMyPrimary ? null : $"MOVED {slot} {owner.EndpointFor(slot)}";
    }

    private static ClusterRuling Judge(
        ClusterMap map, in SlotNames names, Connection client, CommandSpec spec, bool isAsking)
    {
        int slot = names.Slot;
        SlotKind kind = map.KindOf(slot);
        if (kind == SlotKind.Unserved) return new(RulingKind.Down, slot, Reason: NotServed);
        if (!names.AreOneSlot) return new(RulingKind.CrossSlot);
        bool isSharded = spec.Placement is Placement.Channel or Placement.Channels;
        bool mayWrite = (spec.Flags & (CommandFlags.Write | CommandFlags.MayReplicate)) != 0;
        var here = new ClusterRuling(RulingKind.Here, slot);
        if (spec.Is(CommandFlags.Moves) && kind is SlotKind.Leaving or SlotKind.Coming) return here;
        if (!map.IsOk && JudgeDown(client.Server, isSharded, mayWrite) is { } down)
            return new(RulingKind.Down, slot, Reason: down);
        switch (kind)
        {
            case SlotKind.Mine:
                return here;
            case SlotKind.Leaving:
                if (isSharded || names.CountMissing() is not (> 0 and var missing)) return here;
                return missing < names.Count
                    ? new(RulingKind.TryAgain, slot)
                    : new(RulingKind.Ask, slot, map.TargetOf(slot));
            case SlotKind.Coming when isAsking:
                bool isHalf = names.Count > 1 && !isSharded && names.CountMissing() > 0;
                return isHalf ? new(RulingKind.TryAgain, slot) : here;
        }
        MapNode owner = map.OwnerOf(slot)!;
        bool isOfMyPrimary = map.MyPrimary == owner.Id;
        if (isOfMyPrimary && (isSharded || (client.ReadsFromReplica && !mayWrite))) return here;
        return new(RulingKind.Moved, slot, owner);
    }

    /// <summary>Why the cluster, which is down, does not run a command; null where it does.</summary>
    public static string? JudgeDown(FastShardServer server, bool isSharded, bool mayWrite)
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
