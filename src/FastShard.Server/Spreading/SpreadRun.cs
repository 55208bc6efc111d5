using FastShard.Engine.Commands;
using FastShard.Engine.Effects;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Spreading;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Blocking;
using FastShard.Server.Clients;
using FastShard.Server.Execution;
using FastShard.Server.Sharding;

namespace FastShard.Server.Spreading;

/// <summary>
/// Leads commands past, over or through keys that are spread. Asked only while there are such keys, and then decides by
/// one bit for keys of other slots.
/// </summary>
internal static class SpreadRun
{
    /// <summary>What is to become of a command that is about to run; a record that runs spread is told where.</summary>
    public static SpreadRoute Route(
        ShardWorker worker, Connection client, Batch batch, ref CommandRecord record, SpreadMap map)
    {
        CommandSpec spec = record.Spec!;
        record.Spread = null;
        if (spec.Placement == Placement.Keys && record.Shard >= 0 && !map.HasSlot(record.Slot)) return SpreadRoute.None;
        var arguments = new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount);
        if (record.Shard >= 0 && spec is { SpreadsOver: not SpreadKinds.None, SingleKeyIndex: > 0 })
        {
            SpreadKey? key = map.Find(record.Slot, record.Hash, arguments[spec.SingleKeyIndex], client.Db);
            if (key is not null && TryLead(worker, client, ref record, arguments, key)) return SpreadRoute.Spread;
        }
        if (!Touches(worker, client, spec, arguments, map)) return SpreadRoute.None;
        return IsForbidden(worker, client, spec, arguments) ? SpreadRoute.Refused : SpreadRoute.Together;
    }

    /// <summary>
    /// The same for a plain command: true where it runs as its record says, false where more is to be decided.
    /// </summary>
    public static bool TryRoutePlain(
        ShardWorker worker, Connection client, Batch batch, ref CommandRecord record, SpreadMap map)
    {
        record.Spread = null;
        if (!map.HasSlot(record.Slot)) return true;
        var arguments = new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount);
        ReadOnlySpan<byte> name = arguments[record.Spec!.SingleKeyIndex];
        if (map.Find(record.Slot, record.Hash, name, client.Db) is { } key)
            return TryLead(worker, client, ref record, arguments, key);
        return map.FindAny(record.Slot, record.Hash, name) is null;
    }

    /// <summary>
    /// Runs a plain request on a spread counter together with those behind it that say the same. Returns how many have
    /// run; 0 where each is to run by itself.
    /// </summary>
    public static int TryRunBurst(
        ShardWorker worker, Connection client, Batch batch, int first, ReplyBuffer output, ref RunTiming timing)
    {
        ref CommandRecord record = ref batch.Records[first];
        CommandSpec spec = record.Spec!;
        if (record.Spread is not SpreadCounter counter || spec.SpreadStep == 0) return 0;
        int end = first + 1;
        while (end < batch.Count && IsAlike(batch.Records[end], record)) end++;
        if (end - first < 2) return 0;
        timing.BeforeBrief(spec, output);
        var reply = new ReplyWriter(output, client.Version);
        Keyspace here = worker.Server.Dataset[record.Shard];
        bool isRun = EffectUnit.TryRunBurst(here, client.Db, counter, spec.SpreadStep, end - first, ref reply);
        timing.AddBrief(isRun ? end - first - 1 : -1);
        if (!isRun) return 0;
        // Whoever looks at them later is to know where they ran.
        for (int index = first + 1; index < end; index++)
            (batch.Records[index].Spread, batch.Records[index].Shard) = (record.Spread, record.Shard);
        return end - first;
    }

    /// <summary>A command has come to its key's shard in a parcel: false when it is not to run at all.</summary>
    public static bool TryArrive(ShardWorker worker, Batch batch, ref CommandRecord record)
    {
        record.Spread = null;
        if (worker.Server.Spread.Active is not { } map || record.Spec!.SingleKeyIndex == 0) return true;
        if (!map.HasSlot(record.Slot)) return true;
        var arguments = new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount);
        ReadOnlySpan<byte> name = arguments[record.Spec.SingleKeyIndex];
        if (map.Find(record.Slot, record.Hash, name, batch.Connection.Db) is not { } key) return true;
        if (!key.Accepts(record.Spec, arguments)) return false;
        record.Spread = key;
        return true;
    }

    /// <summary>
    /// The last look before a command runs, since waiting for tokens takes its time: brings together what has to be.
    /// True when keys of all kinds were, which are to be spread again behind the command.
    /// </summary>
    public static bool Settle(
        ShardWorker worker, Connection client, Batch batch, ref CommandRecord record, ref ulong shards)
    {
        FastShardServer server = worker.Server;
        while (true)
        {
            if (record.Spread is { IsActive: true } || server.Spread.Active is not { } map) break;
            if (record.Spread is not null) ReturnHome(worker, ref record, ref shards);
            var arguments = new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount);
            if (!Touches(worker, client, record.Spec!, arguments, map)) return false;
            if (worker.Held != server.AllShards)
            {
                worker.HoldAll(server.AllShards);
                continue;
            }
            worker.PostOutgoing();
            if (NeedsAll(record.Spec!, client, arguments))
            {
                server.Spread.SettleAll(worker.NowMillis, LeavesKeysAlone(record.Spec!));
                return true;
            }
            SettleKeys(worker, record.Spec!, arguments);
            return false;
        }
        if (record.Spread is { IsActive: false }) ReturnHome(worker, ref record, ref shards);
        return false;
    }

    /// <summary>A client that waits is about to be served; false while a shard that this needs is not held.</summary>
    public static bool TrySettle(ShardWorker worker, BlockedCall call)
    {
        if (worker.Server.Spread.Active is not { } map) return true;
        if (!TouchesKeys(worker, call.Spec, call.Arguments, map)) return true;
        if (worker.Held != worker.Server.AllShards) return false;
        worker.PostOutgoing();
        SettleKeys(worker, call.Spec, call.Arguments);
        return true;
    }

    /// <summary>Whether a command that is queued or under way could not run on this key as it is.</summary>
    public static bool Contradicts(Batch batch, in CommandRecord record, SpreadKey key)
    {
        if (record.Spec is not { Placement: Placement.Keys } spec || record.Shard < 0 || record.Slot != key.Slot)
            return false;
        return !key.Accepts(spec, new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount));
    }

    private static bool IsAlike(in CommandRecord next, in CommandRecord first) =>
        next.IsRepeat && next.ArgCount == first.ArgCount;

    private static bool TryLead(
        ShardWorker worker, Connection client, ref CommandRecord record, scoped in ArgumentView arguments,
        SpreadKey key)
    {
        if (!key.Accepts(record.Spec!, arguments) || key.IsDue(worker.NowMillis)) return false;
        record.Spread = key;
        record.Shard = key.TakesPart(client.Home.Index) ? client.Home.Index : key.Home;
        return true;
    }

    // It is no longer spread: it runs where its slot belongs.
    private static void ReturnHome(ShardWorker worker, ref CommandRecord record, ref ulong shards)
    {
        record.Spread = null;
        record.Shard = worker.Server.Dataset.ShardOf(record.Slot);
        shards = 1UL << record.Shard;
        worker.HoldAll(shards);
    }

    private static bool Touches(
        ShardWorker worker, Connection client, CommandSpec spec, scoped in ArgumentView arguments, SpreadMap map) =>
        spec.Placement switch
        {
            Placement.AllShards => true,
            Placement.Transaction => RunsQueue(spec, client) && client.Transaction.TouchesSpread(worker, map),
            Placement.Keys => TouchesKeys(worker, spec, arguments, map),
            _ => false,
        };

    /// <summary>Whether a command names keys that are spread, or looks at keys that it does not name.</summary>
    public static bool TouchesKeys(
        ShardWorker worker, CommandSpec spec, scoped in ArgumentView arguments, SpreadMap map)
    {
        if (spec.ReachesBeyondKeys is { } reachesBeyond && reachesBeyond(arguments)) return true;
        KeyPositions positions = worker.KeyPositions;
        if (!KeyExtraction.TryCollect(spec, arguments, positions)) return false;
        for (int key = 0; key < positions.Count; key++)
        {
            ReadOnlySpan<byte> name = arguments[positions[key]];
            int slot = KeySlot.Of(name);
            if (map.HasSlot(slot) && map.FindAny(slot, KeyHash.Of(name), name) is not null) return true;
        }
        return false;
    }

    private static bool NeedsAll(CommandSpec spec, Connection client, scoped in ArgumentView arguments) =>
        spec.Placement == Placement.AllShards || RunsQueue(spec, client)
        || (spec.ReachesBeyondKeys is { } reachesBeyond && reachesBeyond(arguments));

    private static bool RunsQueue(CommandSpec spec, Connection client) =>
        spec.Is(CommandFlags.AbortsWhenRefused) && client.Transaction.IsOpen;

    // Copies may stay where nothing can be changed.
    private static bool LeavesKeysAlone(CommandSpec spec) =>
        (spec.Flags & (CommandFlags.Write | CommandFlags.Admin | CommandFlags.MayReplicate)) == 0
        && spec.Placement == Placement.AllShards;

    private static void SettleKeys(ShardWorker worker, CommandSpec spec, scoped in ArgumentView arguments)
    {
        SpreadBoard board = worker.Server.Spread;
        KeyPositions positions = worker.KeyPositions;
        if (!KeyExtraction.TryCollect(spec, arguments, positions)) return;
        for (int index = 0; index < positions.Count; index++)
        {
            ReadOnlySpan<byte> name = arguments[positions[index]];
            int slot = KeySlot.Of(name);
            ulong hash = KeyHash.Of(name);
            while (board.Active?.FindAny(slot, hash, name) is { } key) board.Settle(key, worker.NowMillis);
        }
    }

    private static bool IsForbidden(
        ShardWorker worker, Connection client, CommandSpec spec, scoped in ArgumentView arguments)
    {
        // What every key may meet (DEL, EXPIRE) is not about its value.
        bool isOfValue = spec.Is(CommandFlags.Write) && spec.Group != CommandGroup.Generic;
        if (!isOfValue || spec.Placement != Placement.Keys) return false;
        KeyPositions positions = worker.KeyPositions;
        if (!KeyExtraction.TryCollect(spec, arguments, positions)) return false;
        for (int index = 0; index < positions.Count; index++)
        {
            ReadOnlySpan<byte> name = arguments[positions[index]];
            SpreadKey? key = worker.Server.Spread.Active?.Find(KeySlot.Of(name), KeyHash.Of(name), name, client.Db);
            if (key is not null && worker.Server.Spread.IsStrict(key)) return true;
        }
        return false;
    }
}
