using FastShard.Cluster.State;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Native.Clocks;
using FastShard.Server.Sharding;

namespace FastShard.Server.Migration;

/// <summary>
/// Removes what is left on a shard of slots that have gone, or that have not come: hidden from everybody, and bit by
/// bit, at the end of its turns.
/// </summary>
internal sealed class SlotSweep
{
    private const long PortionNanos = 200_000;
    private const int PauseShare = 3; // of the time between two portions
    private const int StepKeys = 32;
    private const int RevealedAtOnce = 1024;

    private readonly SlotSet _doomed = new();
    private SlotSet _swept = new();
    private long _nextNanos;

    /// <summary>There is something to do.</summary>
    public bool HasWork => _doomed.Count > 0;

    /// <summary>Adds a slot of the shard, which is held.</summary>
    public void Add(int slot) => _doomed.Add(slot);

    /// <summary>Goes on. Returns how many milliseconds the shard may sleep as far as this goes.</summary>
    public int Run(FastShardServer server, Shard shard)
    {
        if (_doomed.Count == 0) return int.MaxValue;
        if (server.Gates.IsLoading || server.Replication.IsReplica) return Limits.IdleWaitMillis;
        long began = SystemClock.MonotonicNanos();
        if (began < _nextNanos) return 1;
        long now = began;
        while (now - began < PortionNanos && _doomed.TryNextRange(0, out int slot, out _))
        {
            // It is this node's again: then what is there is its data.
            bool isOurs = shard.Keyspace.Hidden?.Has(slot) != true;
            if (!isOurs) RemoveSome(shard.Keyspace, slot);
            bool isEmpty = server.Dataset.KeysInSlot(slot) == 0;
            if (isOurs || isEmpty) _doomed.Remove(slot);
            if (!isOurs && isEmpty) _swept.Add(slot);
            now = SystemClock.MonotonicNanos();
        }
        _nextNanos = now + ((now - began) * PauseShare);
        if (_swept.Count > 0 && (_doomed.Count == 0 || _swept.Count >= RevealedAtOnce)) Report(server);
        return _doomed.Count > 0 ? 1 : int.MaxValue;
    }

    private static void RemoveSome(Keyspace keyspace, int slot)
    {
        Span<Entry> found = stackalloc Entry[StepKeys];
        for (int database = 0; database < keyspace.DatabaseCount; database++)
        {
            if (keyspace.Existing(database) is not { } home || home.Table.SlotKeyCount(slot) == 0) continue;
            uint position = 0;
            int count = home.Table.Scan(slot, ref position, found);
            foreach (Entry entry in found[..count]) home.RemoveMoved(entry);
        }
    }

    private void Report(FastShardServer server)
    {
        server.Cluster!.Enter().Handover.Reveal(_swept);
        server.Cluster.Leave();
        _swept = new SlotSet();
    }
}
