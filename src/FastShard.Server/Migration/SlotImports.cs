// Slots on their way here. A node's connection brings them as ordinary commands, which no gate but this one lets
// through; the keys are hidden until the slots are this node's, and go again when the connection is lost before.

using System.Collections.Concurrent;
using FastShard.Cluster;
using FastShard.Cluster.State;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Server.Clients;
using FastShard.Server.Logging;
using FastShard.Server.Sharding;

namespace FastShard.Server.Migration;

/// <summary>The slots that other nodes bring here.</summary>
internal sealed class SlotImports(FastShardServer server)
{
    private const long AnnounceMillis = 10_000;

    private readonly List<SlotImport> _imports = [];
    private readonly ConcurrentQueue<SlotImport> _lost = new();
    private HiddenSlots? _announced;
    private long _announceMillis;

    /// <summary>A node wants to bring slots; every shard is held. Null, or the error reply.</summary>
    public string? Begin(Connection client, MigrationRecord record)
    {
        if (client.Import is not null) return "ERR This connection brings slots already";
        foreach (SlotImport other in _imports)
        {
            for (int slot = 0; slot < SlotSet.Slots; slot++)
            {
                if (other.Slots.Has(slot) && record.Slots.Has(slot)) return "TRYAGAIN Slots are being imported already";
            }
        }
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (record.Slots.Has(slot) && server.Dataset.KeysInSlot(slot) > 0)
                return "TRYAGAIN Slots still hold keys of an earlier time";
        }
        string? error = server.Cluster!.Enter().Handover.BeginImport(record.Slots, record.Source);
        server.Cluster.Leave();
        if (error is not null) return error;
        record.State = "importing";
        var import = new SlotImport(record, client) { FlushesAtStart = Flushes() };
        client.Import = import;
        client.IsImportSource = true;
        _imports.Add(import);
        server.Migrations.Add(record, server.Options.ClusterSlotMigrationLogLength);
        Announce(client.Worker.NowMillis);
        return null;
    }

    /// <summary>All has come, and the slots are to be this node's; every shard is held. Null, or why not.</summary>
    public string? Claim(ShardWorker worker, Connection client, string name, ulong epoch)
    {
        if (client.Import is not { IsOver: false } import || import.Record.Name != name)
            return "ERR No such slot migration on this connection";
        if (import.FlushesAtStart != Flushes()) return "ERR The target was flushed meanwhile";
        // What it has written is in the stream before the slots are.
        worker.PostOutgoing();
        string? error = server.Cluster!.Enter().Handover.Claim(import.Slots, import.Record.Source, epoch);
        server.Cluster.Leave();
        if (error is null) End(worker, import, "success", "");
        return error;
    }

    /// <summary>
    /// The source does not know what became of it: if the slots are not this node's by now they never will be. Every
    /// shard is held.
    /// </summary>
    public bool Settle(ShardWorker worker, string name, int slot)
    {
        ClusterMachine machine = server.Cluster!.Enter();
        bool isMine = machine.State.Slots.Owner(slot) == machine.State.Myself;
        server.Cluster.Leave();
        if (isMine) return true;
        if (_imports.Find(import => import.Record.Name == name) is { } import)
            Drop(worker, import, "failed", "The source has given it up");
        return false;
    }

    /// <summary>An administrator wishes an end of all; every shard is held.</summary>
    public void CancelAll(ShardWorker worker)
    {
        foreach (SlotImport import in _imports.ToArray())
            Drop(worker, import, "cancelled", "Cancelled by an administrator");
    }

    /// <summary>The connection that brings it is closed. Any thread.</summary>
    public void NoteLost(SlotImport import)
    {
        if (import.IsOver) return;
        import.End();
        _lost.Enqueue(import);
        server.Shards[0].Reactor.Wake();
    }

    /// <summary>By the first shard's worker, each turn.</summary>
    public void Tick(ShardWorker worker)
    {
        bool isToTell = !ReferenceEquals(_announced, server.Dataset.Hidden)
            || (_announced is not null && worker.NowMillis >= _announceMillis);
        if (isToTell)
        {
            worker.HoldAll(server.AllShards);
            Announce(worker.NowMillis);
        }
        if (_lost.IsEmpty && _imports.Count == 0) return;
        while (_lost.TryDequeue(out SlotImport? lost))
        {
            worker.HoldAll(server.AllShards);
            Drop(worker, lost, "failed", "Connection lost to the source");
        }
        long silence = Math.Max(server.Options.ClusterNodeTimeoutMillis, SlotExports.SilenceMillisMin);
        foreach (SlotImport import in _imports)
        {
            if (worker.NowMillis - import.Client.LastRequestMillis <= silence) continue;
            worker.HoldAll(server.AllShards);
            Drop(worker, import, "failed", "Timed out after too long with no interaction");
            return;
        }
    }

    // Replicas are told which slots are hidden, in the stream: one that takes this server's place knows what to drop.
    private void Announce(long nowMillis)
    {
        _announced = server.Dataset.Hidden;
        _announceMillis = nowMillis + AnnounceMillis;
        if (!server.Replication.NeedsEffects) return;
        server.Replication.PostAll();
        List<int> ends = [];
        for (int slot = 0; _announced is not null && slot < SlotSet.Slots; slot++)
        {
            if (!_announced.Has(slot)) continue;
            bool goesOn = ends.Count > 0 && ends[^1] == slot - 1;
            if (goesOn) ends[^1] = slot;
            else ends.AddRange([slot, slot]);
        }
        using NativeBuffer request = new(0);
        KeyMove.WriteHead(request, 3 + ends.Count);
        KeyMove.WriteWord(request, "CLUSTER"u8);
        KeyMove.WriteWord(request, "SYNCSLOTS"u8);
        KeyMove.WriteWord(request, "HIDDEN"u8);
        foreach (int end in ends) KeyMove.WriteNumber(request, end);
        server.Aof.Log.PostRaw(request.Bytes);
    }

    private void Drop(ShardWorker worker, SlotImport import, string state, string why)
    {
        if (!_imports.Contains(import)) return;
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (!import.Slots.Has(slot)) continue;
            Shard shard = server.Shards[server.Dataset.ShardOf(slot)];
            shard.Sweep.Add(slot);
        }
        foreach (Shard shard in server.Shards) shard.Reactor.Wake();
        End(worker, import, state, why);
        if (!import.Client.IsClosed && ReferenceEquals(import.Client.Import, import)) worker.Close(import.Client);
    }

    private void End(ShardWorker worker, SlotImport import, string state, string why)
    {
        import.End();
        _imports.Remove(import);
        MigrationRecord record = import.Record;
        record.State = state;
        record.Message = why;
        record.IsOver = true;
        record.UpdatedMillis = worker.NowMillis;
        Log.Notice($"Slot migration {record.Name} ({record.Slots.Count} slots from {record.Source}): {state} {why}");
        if (state != "success") return;
        import.Client.Import = null;
        import.Client.IsImportSource = false;
    }

    private long Flushes()
    {
        long flushes = 0;
        foreach (Keyspace keyspace in server.Dataset.Keyspaces) flushes += keyspace.Flushes;
        return flushes;
    }
}
