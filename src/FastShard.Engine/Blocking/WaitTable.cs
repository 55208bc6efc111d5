using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.Blocking;

/// <summary>
/// The keys of one shard that clients wait for, by database and key hash, and those of them that have changed since
/// somebody looked: the ready ones. Whoever holds the shard serves these before the next command runs there.
/// </summary>
public sealed class WaitTable
{
    private const int SpareQueues = 256;

    private readonly Dictionary<ulong, WaitQueue> _rows = [];
    private readonly Queue<(WaitQueue Queue, long Ticket)> _ready = [];
    private readonly Stack<WaitQueue> _spare = [];

    // Few: only what waits for time to pass (XREADGROUP with CLAIM) is in it.
    private readonly Dictionary<ulong, long> _dues = [];
    private readonly List<ulong> _overdue = [];

    // Of all shards: a command that holds several is to be seen to make their keys ready in its own order.
    private static long _tickets;

    // What was taken and put back stands before all others.
    private (WaitQueue Queue, long Ticket)? _front;
    private long _taken;

    /// <summary>True when nobody waits: a change of a key then costs nothing more.</summary>
    public bool IsEmpty => _rows.Count == 0;

    /// <summary>Keys that are waited for.</summary>
    public int Count => _rows.Count;

    /// <summary>Whether anybody waits for the key.</summary>
    public bool Contains(int database, ulong hash) => _rows.ContainsKey(RowOf(database, hash));

    /// <summary>True while keys that changed were not looked at.</summary>
    public bool HasReady => _front is not null || _ready.Count > 0;

    /// <summary>
    /// When the key became ready that has been so longest, as a number that grows over all shards; the largest when
    /// there is none.
    /// </summary>
    public long ReadySince =>
        _front is { } first ? first.Ticket : _ready.TryPeek(out (WaitQueue, long Ticket) next) ? next.Ticket
        : long.MaxValue;

    /// <summary>When the next key is ready by the passing of time, milliseconds since 1970.</summary>
    public long NextDueMillis { get; private set; } = long.MaxValue;

    /// <summary>Keys whose end is waited for too.</summary>
    public int CountGroupKeys()
    {
        int count = 0;
        foreach (WaitQueue queue in _rows.Values)
        {
            if (queue.GroupCount > 0) count++;
        }
        return count;
    }

    /// <summary>
    /// Puts a waiter at the end of a key's queue; the key is argument <paramref name="keyIndex"/> of its command.
    /// </summary>
    public void Join(in Key key, Waiter waiter, int keyIndex)
    {
        ulong row = RowOf(key.Home.Index, key.Hash);
        if (!_rows.TryGetValue(row, out WaitQueue? queue))
        {
            queue = _spare.Count > 0 ? _spare.Pop() : new WaitQueue();
            queue.Begin(row, key.Home.Index);
            _rows[row] = queue;
        }
        if (queue.EndsWith(waiter)) return;
        WaitPlace place = waiter.AddPlace();
        place.Table = this;
        place.KeyIndex = keyIndex;
        queue.Add(place);
    }

    /// <summary>Takes a waiter out of all queues of this shard.</summary>
    public void Leave(Waiter waiter)
    {
        foreach (WaitPlace place in waiter.Places)
        {
            if (!ReferenceEquals(place.Table, this) || place.Queue is not { } queue) continue;
            queue.Remove(place);
            if (!queue.IsEmpty) continue;
            _rows.Remove(queue.Row);
            if (queue.ReadyCount == 0) Keep(queue);
        }
    }

    /// <summary>A key was changed or removed: it is ready if somebody waits for it.</summary>
    public void Signal(int database, ulong hash)
    {
        if (_rows.TryGetValue(RowOf(database, hash), out WaitQueue? queue)) MarkReady(queue);
    }

    /// <summary>
    /// A key will be ready at a time, or earlier if that was said before: what it holds changes by then.
    /// </summary>
    public void SignalAt(int database, ulong hash, long millis)
    {
        ulong row = RowOf(database, hash);
        if (_dues.TryGetValue(row, out long due) && due <= millis) return;
        _dues[row] = millis;
        NextDueMillis = Math.Min(NextDueMillis, millis);
    }

    /// <summary>Makes the keys ready whose time has come.</summary>
    public void SignalDue(long nowMillis)
    {
        NextDueMillis = long.MaxValue;
        foreach ((ulong row, long due) in _dues)
        {
            if (due <= nowMillis) _overdue.Add(row);
            else NextDueMillis = Math.Min(NextDueMillis, due);
        }
        foreach (ulong row in _overdue)
        {
            _dues.Remove(row);
            if (_rows.TryGetValue(row, out WaitQueue? queue)) MarkReady(queue);
        }
        _overdue.Clear();
    }

    /// <summary>A database's whole content was removed or replaced: all its keys are ready.</summary>
    public void SignalAll(int database)
    {
        foreach (WaitQueue queue in _rows.Values)
        {
            if (queue.Database == database) MarkReady(queue);
        }
    }

    /// <summary>Takes the key that has been ready longest; null when there is none.</summary>
    public WaitQueue? TakeReady()
    {
        while (HasReady)
        {
            (WaitQueue queue, _taken) = _front ?? _ready.Dequeue();
            _front = null;
            queue.ReadyCount--;
            if (!queue.IsEmpty) return queue;
            if (queue.ReadyCount == 0) Keep(queue);
        }
        return null;
    }

    /// <summary>The key that was taken last could not be served yet: it is the first again.</summary>
    public void PutBack(WaitQueue queue)
    {
        if (queue.IsEmpty) return;
        queue.ReadyCount++;
        _front = (queue, _taken);
    }

    private void MarkReady(WaitQueue queue)
    {
        if (queue.ReadyCount > 0 || queue.IsEmpty) return;
        queue.ReadyCount++;
        _ready.Enqueue((queue, Interlocked.Increment(ref _tickets)));
    }

    private void Keep(WaitQueue queue)
    {
        if (_spare.Count < SpareQueues) _spare.Push(queue);
    }

    private static ulong RowOf(int database, ulong hash) => hash ^ ((ulong)(uint)database * 0x9E3779B97F4A7C15);
}
