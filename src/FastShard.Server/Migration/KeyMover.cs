// MIGRATE at work. The keys are written down while all shards are held, and writes of their slots wait from then on;
// the courier sends them, and the client waits for that, nobody else. What the target has is removed here at one
// instant, before the slots' writes go on: as if it had happened at once.

using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Native.Clocks;
using FastShard.Server.Blocking;
using FastShard.Server.Sharding;

namespace FastShard.Server.Migration;

/// <summary>Keys on their way to other servers, one MIGRATE each.</summary>
internal sealed class KeyMover(FastShardServer server, Courier courier)
{
    public const string CannotConnect = "IOERR error or timeout connecting to the client";

    // The courier's.
    private readonly Dictionary<string, KeyMoveLink> _links = [];

    public static string Silent(string doing) => $"IOERR error or timeout {doing} to target instance";

    /// <summary>The client waits, and its keys are written down: every shard is held.</summary>
    public void Begin(KeyMove move, BlockedCall call)
    {
        move.Call = call;
        call.AddReference();
        if (!move.Options.Copies) server.SlotHold.HoldWrites(move.Slots);
        courier.Ask(() => LinkTo(move.Options.Host, move.Options.Port).Begin(move, SystemClock.WallMillis()));
    }

    /// <summary>The courier is done with it.</summary>
    public void Tell(KeyMove move) => courier.Tell(worker => End(worker, move));

    /// <summary>A link was not used for long.</summary>
    public void Forget(string host, int port) => _links.Remove($"{host}:{port}");

    private KeyMoveLink LinkTo(string host, int port)
    {
        string name = $"{host}:{port}";
        if (_links.TryGetValue(name, out KeyMoveLink? link)) return link;
        link = new KeyMoveLink(this, courier, host, port);
        _links.Add(name, link);
        courier.Add(link);
        return link;
    }

    private void End(ShardWorker worker, KeyMove move)
    {
        worker.HoldAll(server.AllShards);
        BlockedCall call = move.Call!;
        // Its role may have changed meanwhile: then what is here is the new primary's business.
        if (!move.Options.Copies && !server.Replication.IsReplica)
        {
            foreach (int index in move.Moved) Remove(move.Keys[index], call.Database);
        }
        if (ReferenceEquals(move.Client.Blocked, call) && call.TryEnd())
        {
            if (!move.Options.Copies) move.Client.HasEffects = true;
            Blocker.Answer(worker, call, move.Error);
        }
        call.DropReference();
        if (!move.Options.Copies) server.SlotHold.Release(worker, move.Slots);
        move.Dispose();
    }

    private void Remove(byte[] name, int database)
    {
        int slot = KeySlot.Of(name);
        Database home = server.Dataset.Home(slot, database);
        if (home.Table.TryFind(slot, KeyHash.Of(name), name, out Entry entry)) home.RemoveMoved(entry);
    }
}
