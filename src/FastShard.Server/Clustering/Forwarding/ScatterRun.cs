using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Server.Clients;
using FastShard.Server.Execution;
using FastShard.Server.Sharding;
using FastShard.Server.Spreading;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>
/// Begins a command of several nodes: divides it, sends the parts of others, and runs the part that is here at once,
/// while its shards are held. What is of one slot goes in one part, because a node takes no more than that together;
/// what is here is one part, whatever its slots. Nothing of the batch runs before its end, and it begins when
/// everything before it is done: so it sees what its client did before, and what comes after sees it.
/// </summary>
internal static class ScatterRun
{
    private const int Attempts = 4;

    /// <summary>Begins one. False when there is no room for its parts yet: the client comes back.</summary>
    public static bool TryBegin(ShardWorker worker, Connection client, Batch batch, ref RunTiming timing)
    {
        ref CommandRecord record = ref batch.Records[batch.Next];
        NodeLinks links = client.Home.Links!;
        ScatterKind kind = KindOf(record.Spec!);
        Scatter scatter = links.Scatters.Take(batch, batch.Next, kind, worker.NowMillis);
        string? refusal = SlotNames.TryAgain;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            scatter.Forget();
            ClusterMap map = worker.Server.Cluster!.Map;
            refusal = kind switch
            {
                ScatterKind.Keys => PlanKeys(worker, client, scatter, map),
                ScatterKind.Nodes => PlanNodes(worker, scatter, map),
                _ => PlanWalk(worker, scatter, map),
            };
            // Taking tokens takes its time: the keys that are here may be elsewhere by now.
            if (ReferenceEquals(map, worker.Server.Cluster.Map)) break;
            refusal = SlotNames.TryAgain;
        }
        if (refusal is not null || scatter.Count == 0)
        {
            links.Scatters.Return(scatter);
            ForwardRun.Refuse(worker, client, batch, refusal ?? ClusterGate.NotServed);
            return true;
        }
        if (Blocked(links, scatter) is { } full)
        {
            full.Await(client);
            links.Scatters.Return(scatter);
            return false;
        }
        batch.AddForeign(batch.Next, ForwardRun.DropsReply(client));
        links.Counters.Scattered++;
        Send(worker, links, scatter);
        RunHere(worker, client, scatter, ref timing);
        batch.IsBarrier = true;
        return true;
    }

    private static ScatterKind KindOf(CommandSpec spec) => spec.RequestPolicy switch
    {
        RequestPolicy.MultiShard => ScatterKind.Keys,
        RequestPolicy.Special => ScatterKind.Walk,
        _ => ScatterKind.Nodes,
    };

    private static string? PlanKeys(ShardWorker worker, Connection client, Scatter scatter, ClusterMap map)
    {
        CommandSpec spec = scatter.Spec;
        ArgumentView arguments = CallText.ArgumentsOf(scatter.Batch, scatter.Record);
        KeyPositions keys = worker.KeyPositions;
        if (!KeyExtraction.TryCollect(spec, arguments, keys)) return Refusals.WrongArity(spec);
        for (int key = 0; key < keys.Count; key++) scatter.Positions.Add(keys[key]);
        if (!map.IsOk && ClusterGate.JudgeDown(client.Server, false, spec.Is(CommandFlags.Write)) is { } down)
            return down;
        HoldOwn(worker, client, scatter, map, arguments);
        Dictionary<int, int> bySlot = scatter.BySlot;
        int here = -1;
        for (int key = 0; key < scatter.Positions.Count; key++)
        {
            ReadOnlySpan<byte> name = arguments[scatter.Positions[key]];
            int slot = KeySlot.Of(name);
            SlotKind kind = map.KindOf(slot);
            if (kind == SlotKind.Unserved) return ClusterGate.NotServed;
            bool isGone = kind == SlotKind.Leaving && !IsHere(worker, name, slot);
            if (kind == SlotKind.Mine || (kind == SlotKind.Leaving && !isGone))
            {
                if (here < 0) here = scatter.Add(map.OwnerOf(slot)!, slot: -1);
                scatter[here].Keys.Add(key);
                continue;
            }
            if (isGone)
            {
                int alone = scatter.Add(map.TargetOf(slot), slot);
                scatter[alone].IsAsking = true;
                scatter[alone].Keys.Add(key);
                continue;
            }
            if (!bySlot.TryGetValue(slot, out int part))
                bySlot.Add(slot, part = scatter.Add(client.Home.Links!.RouteOf(map, slot)!, slot));
            scatter[part].Keys.Add(key);
        }
        return null;
    }

    private static void HoldOwn(
        ShardWorker worker, Connection client, Scatter scatter, ClusterMap map, in ArgumentView arguments)
    {
        ulong shards = 0;
        foreach (int position in scatter.Positions)
        {
            int slot = KeySlot.Of(arguments[position]);
            if (map.KindOf(slot) is SlotKind.Mine or SlotKind.Leaving)
                shards |= 1UL << worker.Server.Dataset.ShardOf(slot);
        }
        // Keys that are spread over shards may have to be brought together, which needs all of them.
        if (shards != 0 && worker.Server.Spread.Active is not null) shards = worker.Server.AllShards;
        scatter.Shards = shards;
        worker.HoldAll(shards | client.Home.Bit);
    }

    private static bool IsHere(ShardWorker worker, ReadOnlySpan<byte> name, int slot)
    {
        Database home = worker.Server.Dataset.Home(slot, 0);
        return home.TryInspect(new Key(name, slot, KeyHash.Of(name), home), out _);
    }

    private static string? PlanNodes(ShardWorker worker, Scatter scatter, ClusterMap map)
    {
        if (!map.IsOk && ClusterGate.JudgeDown(worker.Server, false, scatter.Spec.Is(CommandFlags.Write)) is { } down)
            return down;
        bool isHere = false;
        foreach (MapNode node in map.Primaries)
        {
            _ = scatter.Add(node, slot: -1);
            isHere |= node.IsMyself;
        }
        scatter.Shards = worker.Server.AllShards;
        if (isHere) worker.HoldAll(worker.Server.AllShards);
        return null;
    }

    private static string? PlanWalk(ShardWorker worker, Scatter scatter, ClusterMap map)
    {
        ArgumentView arguments = CallText.ArgumentsOf(scatter.Batch, scatter.Record);
        int count = map.Primaries.Length;
        if (count == 0) return ClusterGate.NotServed;
        if (count > WalkPlace.Nodes) return $"ERR SCAN of more than {WalkPlace.Nodes} nodes";
        if (!WalkPlace.TryParse(arguments[1], map.Digest, count, out WalkPlace place)) return "ERR invalid cursor";
        scatter.Place = place;
        scatter.PlaceCount = count;
        MapNode node = map.Primaries[place.Node];
        _ = scatter.Add(node, slot: -1);
        scatter.Shards = worker.Server.AllShards;
        if (node.IsMyself) worker.HoldAll(worker.Server.AllShards);
        return null;
    }

    private static ForwardLink? Blocked(NodeLinks links, Scatter scatter)
    {
        for (int part = 0; part < scatter.Count; part++)
        {
            MapNode node = scatter[part].Node;
            if (node.IsMyself) continue;
            ForwardLink link = links.LinkTo(node, scatter.Batch.Connection.Version);
            if (link.IsFull) return link;
        }
        return null;
    }

    private static void Send(ShardWorker worker, NodeLinks links, Scatter scatter)
    {
        bool isRead = scatter.Spec.Is(CommandFlags.ReadOnly);
        for (int index = 0; index < scatter.Count; index++)
        {
            ScatterPart part = scatter[index];
            if (part.Node.IsMyself) continue;
            ForwardedCall call = links.Take(
                scatter.Batch, scatter.Record, CallKind.Part, part.Node, part.Slot, isRead);
            call.BeginPart(scatter, index);
            call.IsAsking = part.IsAsking;
            part.Send(call);
            scatter.Batch.Outstanding++;
            links.Counters.Parts++;
            links.Send(worker, call);
        }
    }

    private static void RunHere(ShardWorker worker, Connection client, Scatter scatter, ref RunTiming timing)
    {
        int count = scatter.Count;
        for (int index = 0; index < count; index++)
        {
            if (!scatter[index].Node.IsMyself) continue;
            using var request = new OwnPart(scatter, index);
            CommandRecord record = scatter.Batch.Records[scatter.Record];
            record.ArgStart = 0;
            record.Shard = -1;
            record.Spread = null;
            record.ElementHash = 0;
            RunHere(worker, client, scatter, record, request, ref timing);
            ReplyMark start = scatter.Replies.Mark();
            request.MoveReply(scatter.Replies);
            if (!scatter.Put(index, start, wasDone: true)) continue;
            client.Home.Links!.Scatters.Finish(worker, scatter);
            worker.MarkUnflushed(client);
            return;
        }
    }

    private static void RunHere(
        ShardWorker worker, Connection client, Scatter scatter, CommandRecord record, in OwnPart request,
        ref RunTiming timing)
    {
        ulong shards = scatter.Shards;
        bool isInterrupted = worker.Server.Spread.Active is not null && SpreadRun.Settle(
            worker, client, scatter.Batch, ref scatter.Batch.Records[scatter.Record], ref shards);
        bool mayWrite = worker.Server.Dataset.IsJournalled && record.Spec!.MayWrite;
        bool isBlock = mayWrite && shards != 0 && !ulong.IsPow2(shards);
        if (isBlock) worker.BeginBlock(shards);
        Executor.Run(worker, shards, client, record, request.Arguments, request.Reply, ref timing);
        if (isBlock) worker.EndBlock(shards);
        if (isInterrupted) worker.Server.Spread.Resume(worker.NowMillis);
        if (mayWrite) client.HasEffects = true;
        if (!record.Spec!.Is(CommandFlags.ReadOnly)) worker.NoteReady(shards);
    }
}
