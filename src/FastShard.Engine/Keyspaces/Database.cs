using System.Runtime.CompilerServices;
using FastShard.Engine.Effects;
using FastShard.Engine.Notifications;
using FastShard.Memory;

namespace FastShard.Engine.Keyspaces;

/// <summary>
/// One shard's part of one logical database: the only place where a passed deadline makes a key missing, an access
/// refreshes its clock, and a change breaks watches. Handlers come through here and never to the table itself.
/// </summary>
public sealed class Database
{
    private static readonly ChangedFields NoFields = new();

    private bool _isReplacing;

    internal Database(Keyspace owner, int index)
    {
        Owner = owner;
        Index = index;
        Table = new KeyTable(owner.Heap);
        FieldDeadlines = new FieldDeadlines(owner.Heap);
    }

    /// <summary>The shard's keyspace.</summary>
    public Keyspace Owner { get; }

    /// <summary>Logical database number; SWAPDB changes it.</summary>
    public int Index { get; internal set; }

    /// <summary>The table below: for scans, sampling and bulk work, which look after deadlines themselves.</summary>
    public KeyTable Table { get; }

    /// <summary>When hashes are to be looked at for passed deadlines of their fields.</summary>
    public FieldDeadlines FieldDeadlines { get; }

    /// <summary>Where the next old item of that list is looked at.</summary>
    internal uint FieldDeadlineCursor { get; set; }

    /// <summary>Finds a live key for a read command: counts hit or miss and refreshes the access clock.</summary>
    public bool TryRead(in Key key, out Entry entry)
    {
        if (!TryLook(key, out entry)) return false;
        if (!Owner.SuppressTouch) Owner.AccessClock.Touch(entry, Owner.AccessMillis);
        return true;
    }

    /// <summary>
    /// Finds a live key for a command that asks about it without using it (EXISTS, TYPE, TTL, OBJECT): counts hit or
    /// miss and leaves the access clock alone.
    /// </summary>
    public bool TryLook(in Key key, out Entry entry)
    {
        if (TryInspect(key, out entry)) return true;
        Announce(key.Bytes, KeyEvent.KeyMiss);
        return false;
    }

    /// <summary>As <see cref="TryLook"/>, for OBJECT: a miss is counted, but no event of the key.</summary>
    public bool TryInspect(in Key key, out Entry entry)
    {
        if (!TryFindLive(key, mayKeepExpired: true, out entry))
        {
            Owner.Counters.Misses++;
            return false;
        }
        Owner.Counters.Hits++;
        return true;
    }

    /// <summary>Finds a live key for a write command: refreshes the access clock, counts nothing.</summary>
    public bool TryWrite(in Key key, out Entry entry)
    {
        if (!TryPeek(key, out entry)) return false;
        if (!Owner.SuppressTouch) Owner.AccessClock.Touch(entry, Owner.AccessMillis);
        return true;
    }

    /// <summary>Finds a live key without a trace, for commands that write. Removes an expired one.</summary>
    public bool TryPeek(in Key key, out Entry entry) => TryFindLive(key, mayKeepExpired: false, out entry);

    /// <summary>Whether an entry's deadline has passed: commands must not see it any more.</summary>
    public bool IsExpired(in Entry entry) => entry.HasExpiry && entry.ExpiryMillis <= Owner.NowMillis;

    /// <summary>Finds a live string for reading.</summary>
    public Lookup ReadString(in Key key, out Entry entry)
    {
        if (!TryRead(key, out entry)) return Lookup.Missing;
        return entry.Type == Memory.ValueType.String ? Lookup.Found : Lookup.WrongType;
    }

    /// <summary>Finds a live string for changing.</summary>
    public Lookup WriteString(in Key key, out Entry entry)
    {
        if (!TryWrite(key, out entry)) return Lookup.Missing;
        return entry.Type == Memory.ValueType.String ? Lookup.Found : Lookup.WrongType;
    }

    /// <summary>Finds a live value of one type for reading.</summary>
    public Lookup Read(in Key key, Memory.ValueType type, out Entry entry)
    {
        if (!TryRead(key, out entry)) return Lookup.Missing;
        return entry.Type == type ? Lookup.Found : Lookup.WrongType;
    }

    /// <summary>Finds a live value of one type for changing.</summary>
    public Lookup Write(in Key key, Memory.ValueType type, out Entry entry)
    {
        if (!TryWrite(key, out entry)) return Lookup.Missing;
        return entry.Type == type ? Lookup.Found : Lookup.WrongType;
    }

    /// <summary>
    /// A new entry's access clock is set and the key counted as changed by the caller's <see cref="Modified"/>.
    /// </summary>
    public Entry Insert(in Key key, Memory.ValueType type, ValueEncoding encoding, int valueLength, long expiryMillis)
    {
        if (Owner.KeepsExpired) RemoveKept(key);
        Entry entry = Table.Insert(key.Slot, key.Hash, key.Bytes, type, encoding, valueLength, expiryMillis);
        entry.SetAccessClock(Owner.AccessClock.Initial(key.Hash, Owner.AccessMillis));
        AnnounceNew(key);
        return entry;
    }

    /// <summary>The same for a value that is a blob already; ownership of one reference moves in.</summary>
    public Entry InsertBlob(in Key key, Memory.ValueType type, ValueEncoding encoding, Blob value, long expiryMillis)
    {
        if (Owner.KeepsExpired) RemoveKept(key);
        Entry entry = Table.InsertBlob(key.Slot, key.Hash, key.Bytes, type, encoding, value, expiryMillis);
        entry.SetAccessClock(Owner.AccessClock.Initial(key.Hash, Owner.AccessMillis));
        AnnounceNew(key);
        return entry;
    }

    /// <summary>
    /// Removes a live key; false when there was none. The caller reports the change with <see cref="Modified"/>.
    /// </summary>
    public bool Remove(in Key key)
    {
        if (!TryPeek(key, out Entry entry)) return false;
        Table.Remove(ref entry);
        return true;
    }

    /// <summary>
    /// A key was changed: counts it, breaks watches. Called once per changed key by every write handler.
    /// </summary>
    public void Modified(in Key key, KeyEvent change)
    {
        Owner.Counters.Dirty++;
        Notify(key, change);
    }

    /// <summary>
    /// The same for a change that nobody is told of by name: a value that is kept differently now (PFCOUNT's estimate).
    /// </summary>
    public void ModifiedSilently(in Key key)
    {
        Owner.Counters.Dirty++;
        if (!Owner.Watches.IsEmpty) Owner.Watches.Touch(Index, key.Hash);
        Owner.KeyChanges?.OnKeyChanged(key.Bytes, key.Hash);
    }

    /// <summary>
    /// The same for a change beside the value that clients watch (of a stream's consumer groups): it breaks no watches.
    /// Those who wait for the key are only told where it may be what they wait for.
    /// </summary>
    public void ModifiedAside(in Key key, KeyEvent? change, bool wakes)
    {
        Owner.Counters.Dirty++;
        if (wakes && !Owner.Waiters.IsEmpty) Owner.Waiters.Signal(Index, key.Hash);
        if (change is not null) Announce(key.Bytes, change);
    }

    /// <summary>
    /// Names one more event of a change that <see cref="Modified"/> counted: SET with EX is "set" and "expire".
    /// </summary>
    public void Notify(in Key key, KeyEvent change)
    {
        Changed(key.Bytes, key.Hash);
        Announce(key.Bytes, change);
    }

    /// <summary>
    /// Where a handler writes what is journalled in place of its command, whose row says so; null where nothing is to
    /// be written. A handler that asks and writes nothing leaves no trace of the command.
    /// </summary>
    public EffectJournal? Rewrite()
    {
        EffectJournal effects = Owner.Effects;
        if (!effects.TryRewrite()) return null;
        effects.Database = Index;
        return effects;
    }

    /// <summary>
    /// The next insertion takes the place of a value that was just removed, so that its key is not a new one.
    /// </summary>
    public void ExpectReplacement() => _isReplacing = true;

    /// <summary>
    /// Names the event of a key whose whole value was replaced by another (SET, COPY with REPLACE, RENAME onto a key,
    /// the STORE commands): told before the event of the command itself.
    /// </summary>
    public void Overwritten(in Key key, Memory.ValueType oldType, Memory.ValueType newType)
    {
        if (Owner.AnnouncedClasses == 0) return;
        Announce(key.Bytes, KeyEvent.Overwritten);
        if (oldType != newType) Announce(key.Bytes, KeyEvent.TypeChanged);
    }

    /// <summary>Removes an entry whose deadline has passed (lazily on access, or by the active cycle).</summary>
    public void RemoveExpired(ref Entry entry, ulong hash)
    {
        // Told while the key's bytes are still there: who listens cannot look before the shard is let go.
        Announce(entry.Key, KeyEvent.Expired);
        Owner.KeyChanges?.OnKeyChanged(entry.Key, hash);
        JournalRemoval(entry);
        Table.Remove(ref entry);
        Owner.Counters.Expired++;
        Owner.Counters.Dirty++;
        if (!Owner.Watches.IsEmpty) Owner.Watches.TouchExpired(Index, hash);
        if (!Owner.Waiters.IsEmpty) Owner.Waiters.Signal(Index, hash);
    }

    /// <summary>
    /// As <see cref="RemoveExpired(ref Entry, ulong)"/>, for one entry of several in hand: the index may have been
    /// laid out anew since they were collected, so the cell is looked up again. Does nothing if it is gone.
    /// </summary>
    public void RemoveExpired(in Entry collected)
    {
        ulong hash = KeyHash.Of(collected.Key);
        if (Table.TryFind(collected.Slot, hash, collected.Key, out Entry entry)) RemoveExpired(ref entry, hash);
    }

    /// <summary>Removes an entry to make room.</summary>
    public void RemoveEvicted(ref Entry entry, ulong hash)
    {
        Owner.AccessClock.NoteEvicted(entry, hash, Table.Count, Owner.NowMillis);
        Announce(entry.Key, KeyEvent.Evicted);
        Changed(entry.Key, hash);
        JournalRemoval(entry);
        Table.Remove(ref entry);
        Owner.Counters.Evicted++;
        Owner.Counters.Dirty++;
    }

    /// <summary>Removes a collected entry whose slot is another server's now. Does nothing if it is gone.</summary>
    public void RemoveMoved(in Entry collected)
    {
        ulong hash = KeyHash.Of(collected.Key);
        if (!Table.TryFind(collected.Slot, hash, collected.Key, out Entry entry)) return;
        Announce(entry.Key, KeyEvent.Del);
        Changed(entry.Key, hash);
        JournalRemoval(entry);
        Table.Remove(ref entry);
        Owner.Counters.Dirty++;
    }

    /// <summary>Whether the table holds a watched key, live or not.</summary>
    internal bool Holds(WatchedKey key, out bool isExpired)
    {
        bool isHeld = Table.TryFind(key.Slot, key.Hash, key.Bytes, out Entry entry);
        isExpired = isHeld && IsExpired(entry);
        return isHeld;
    }

    // A read left an expired key where it was, and now one of its name is made: there must never be two.
    private void RemoveKept(in Key key) => _ = TryPeek(key, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryFindLive(in Key key, bool mayKeepExpired, out Entry entry)
    {
        if (!Table.TryFind(key.Slot, key.Hash, key.Bytes, out entry)) return false;
        if (!IsExpired(entry))
        {
            // Who looks without leaving an expired key alone is about to write.
            if (!mayKeepExpired) Table.TakeBeforeChange(entry);
            return true;
        }
        if (!mayKeepExpired || !Owner.KeepsExpired) RemoveExpired(ref entry, key.Hash);
        entry = default;
        return false;
    }

    private void JournalRemoval(in Entry entry)
    {
        EffectJournal effects = Owner.Effects;
        if (!effects.IsOn) return;
        effects.Database = Index;
        effects.Write("DEL"u8, entry.Key);
    }

    // Who watches the key, who waits for it, and who keeps a copy of it.
    private void Changed(ReadOnlySpan<byte> key, ulong hash)
    {
        if (!Owner.Watches.IsEmpty) Owner.Watches.Touch(Index, hash);
        if (!Owner.Waiters.IsEmpty) Owner.Waiters.Signal(Index, hash);
        Owner.KeyChanges?.OnKeyChanged(key, hash);
    }

    private void AnnounceNew(in Key key)
    {
        if (!_isReplacing) Announce(key.Bytes, KeyEvent.New);
        _isReplacing = false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Announce(ReadOnlySpan<byte> key, KeyEvent change)
    {
        if ((Owner.AnnouncedClasses & change.ClassBit) == 0) return;
        // What other events come with the change of a hash (new, overwritten) is not about its fields.
        bool isOfHash = change.ClassBit == KeyEvent.HSet.ClassBit;
        Owner.KeyEvents!.OnKeyEvent(Index, key, change, isOfHash ? Owner.ChangedFields : NoFields);
        if (isOfHash) Owner.ChangedFields.Clear();
    }
}
