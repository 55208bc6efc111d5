using System.Numerics;
using System.Runtime.InteropServices;
using FastShard.Engine.Tracking;
using FastShard.Memory;
using FastShard.Server.PubSub;
using FastShard.Server.Sharding;

namespace FastShard.Server.Tracking;

/// <summary>
/// Client-side caching on one shard: whoever has read a key of it is told when that changes, and whoever asked for a
/// prefix is told of every key that begins with it. News leave by mail, also for clients of the same shard, before the
/// shard is let go. Touched by the shard's holder.
/// </summary>
internal sealed class ShardTracking(Shard shard, TrackingDirectory directory, int shardCount) : IKeyChangeListener
{
    private const int KeysPerTrim = 1000;

    private readonly InvalidationMail?[] _outgoing = new InvalidationMail?[shardCount];
    private readonly Dictionary<PrefixGroup, ChangedKeys> _changed = [];
    private readonly Stack<ChangedKeys> _spare = [];
    private readonly List<long> _readers = [];
    private readonly List<byte> _payload = [];
    private ulong _outgoingShards;
    private long _serial;

    /// <summary>The client of NOLOOP whose command runs; null = no such client's.</summary>
    public Tracker? Author { get; set; }

    /// <summary>There is something to post.</summary>
    public bool HasOutgoing => _outgoingShards != 0 || _changed.Count > 0;

    /// <summary>A client has read a key of this shard.</summary>
    public void Remember(ReadOnlySpan<byte> key, Tracker tracker)
    {
        if (shard.Keyspace.TrackedKeys is not { } keys) return;
        keys.Add(key, KeyHash.Of(key), KeySlot.Of(key), tracker.ClientId);
        if (directory.IsOverfull) Trim();
    }

    /// <summary>
    /// While more keys are tracked than may be, some are forgotten, and who has read them is told so as if they had
    /// changed. A limited number at a time.
    /// </summary>
    public void Trim()
    {
        if (shard.Keyspace.TrackedKeys is not { } keys) return;
        for (int left = KeysPerTrim; left > 0 && keys.Count > 0 && directory.IsOverfull; left--)
        {
            // Its bytes are about to go.
            byte[] any = keys.AnyKey().ToArray();
            TellReaders(any, KeyHash.Of(any), keys, author: null);
        }
    }

    public void OnKeyChanged(ReadOnlySpan<byte> key, ulong hash)
    {
        if (shard.Keyspace.TrackedKeys is not { } keys) return;
        if (directory.IsEmpty)
        {
            // The last one has gone; the next that comes sets all this up again.
            shard.Keyspace.KeyChanges = null;
            shard.Keyspace.TrackedKeys = null;
            keys.Dispose();
            return;
        }
        TellReaders(key, hash, keys, Author);
        foreach (PrefixGroup group in directory.Groups)
        {
            if (key.StartsWith(group.Prefix)) ChangedOf(group).Add(key, hash, Author);
        }
    }

    /// <summary>Every client that tracks is told that nothing is as it was; every shard is held.</summary>
    public void TellAllOfEverything(IEnumerable<Tracker> trackers)
    {
        foreach (Tracker tracker in trackers) Tell(tracker, InvalidationKind.Everything);
    }

    /// <summary>Posts what is for clients, before the shard is let go.</summary>
    public void PostOutgoing(ShardWorker worker)
    {
        if (_changed.Count > 0) TellGroups();
        for (; _outgoingShards != 0; _outgoingShards &= _outgoingShards - 1)
        {
            int index = BitOperations.TrailingZeroCount(_outgoingShards);
            worker.Post(worker.Server.Shards[index], _outgoing[index]!);
            _outgoing[index] = null;
        }
    }

    private void TellReaders(ReadOnlySpan<byte> key, ulong hash, TrackedKeys keys, Tracker? author)
    {
        _readers.Clear();
        keys.Take(key, hash, KeySlot.Of(key), _readers);
        if (_readers.Count == 0) return;
        _serial++;
        _payload.Clear();
        ChangedKeys.Head(_payload, (byte)'*', 1);
        ChangedKeys.Write(_payload, key);
        foreach (long id in _readers)
        {
            // It may have gone, or be told by prefix now.
            if (directory.Find(id) is not { IsBroadcast: false } tracker) continue;
            if (ReferenceEquals(tracker, author)) continue;
            Tell(tracker, InvalidationKind.Keys);
        }
    }

    private void TellGroups()
    {
        foreach ((PrefixGroup group, ChangedKeys changed) in _changed)
        {
            _serial++;
            _payload.Clear();
            changed.Write(_payload, reader: null);
            foreach (Tracker tracker in group.Members)
            {
                if (!(tracker.IsNoLoop && changed.HasAuthors)) Tell(tracker, InvalidationKind.Keys);
            }
            if (changed.HasAuthors) TellAuthors(group, changed);
            changed.Clear();
            _spare.Push(changed);
        }
        _changed.Clear();
    }

    private void TellAuthors(PrefixGroup group, ChangedKeys changed)
    {
        foreach (Tracker tracker in group.Members)
        {
            if (!tracker.IsNoLoop) continue;
            _serial++;
            _payload.Clear();
            if (changed.Write(_payload, tracker) > 0) Tell(tracker, InvalidationKind.Keys);
        }
    }

    // Of keys: those of the payload, under the serial number.
    private void Tell(Tracker tracker, InvalidationKind kind)
    {
        if (tracker.Own.IsGone) return;
        Subscriber target = tracker.Target;
        if (target.IsGone)
        {
            tracker.IsRedirectBroken = true;
            target = tracker.Own;
            kind = InvalidationKind.BrokenRedirect;
        }
        int home = target.Home.Index;
        _outgoingShards |= 1UL << home;
        InvalidationMail mail = _outgoing[home] ??= directory.Mails.Get();
        if (kind == InvalidationKind.Keys)
            mail.AddKeys(tracker, target, _serial, CollectionsMarshal.AsSpan(_payload));
        else mail.Add(tracker, target, kind);
    }

    private ChangedKeys ChangedOf(PrefixGroup group)
    {
        if (_changed.TryGetValue(group, out ChangedKeys? changed)) return changed;
        if (!_spare.TryPop(out changed)) changed = new ChangedKeys();
        return _changed[group] = changed;
    }
}
