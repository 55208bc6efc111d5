// Fields of hashes whose deadline has passed are missing to everybody at once, and are removed here.
//
// Each hash with such fields knows when to look at it again, and stands with that time in its database's list. What is
// due is taken from the list's top. A packed hash is done with at once; of a table the fields with a deadline are
// walked over in steps, and at the end of the walk its earliest remaining deadline is known, which is the time of the
// next look. A hash of very many fields is not walked over more often than 10 microseconds a field.
//
// Items of the list are hints and are never looked for: a hash that goes leaves its item behind, one that gets an
// earlier deadline leaves the later one. So that they cannot pile up, every new item pays for a look at two old ones.

using FastShard.Engine.Effects;
using FastShard.Engine.Hashes;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Notifications;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Expiry;

/// <summary>Removes fields whose deadline has passed.</summary>
public static class FieldExpiry
{
    /// <summary>Fields visited at most in one call.</summary>
    public const int VisitsPerCall = 1024;

    private const int StepMax = 32;
    private const int VisitsPerStep = 256;
    private const int VisitsPerHash = 4;
    private const int FieldsPerMilli = 100;
    private const int UsefulShare = 10;
    private const int ShortKeyBytes = 256;

    /// <summary>
    /// One call over all databases of a shard. True when it had to stop early though it removed much: reason to call
    /// again in the next turn.
    /// </summary>
    public static bool Run(Keyspace keyspace)
    {
        // Whose keys are on their way here is asked slot by slot nowhere in the list: all wait for the end of that.
        if (keyspace.KeepsExpired || keyspace.Hidden is not null) return false;
        int left = VisitsPerCall;
        int removed = 0;
        for (int index = 0; index < keyspace.DatabaseCount && left > 0; index++)
        {
            if (keyspace.Existing(index) is { FieldDeadlines.Count: > 0 } database)
                Run(database, ref left, ref removed);
        }
        return left <= 0 && removed * UsefulShare >= VisitsPerCall;
    }

    /// <summary>
    /// A field of the hash got this deadline: it will be looked at in time.
    /// </summary>
    internal static void Note(in Key key, ref HashValue hash, long deadlineMillis)
    {
        if (hash.IsTable)
        {
            FieldTable table = hash.Table;
            if (table.WalkEarliestMillis == 0 || deadlineMillis < table.WalkEarliestMillis)
                table.WalkEarliestMillis = deadlineMillis;
        }
        long nextCheck = hash.NextCheckMillis;
        if (nextCheck != 0 && nextCheck <= deadlineMillis) return;
        hash.SetNextCheck(deadlineMillis);
        Enlist(key.Home, deadlineMillis, key.Slot, key.Hash);
    }

    /// <summary>
    /// A key that was made as a whole (RENAME, COPY, RESTORE): if it is a hash with deadlines, it is enlisted.
    /// </summary>
    internal static void Adopt(in Key key)
    {
        if (!key.Home.Table.TryFind(key.Slot, key.Hash, key.Bytes, out Entry entry)) return;
        if (entry.Type != ValueType.Hash) return;
        long nextCheck = new HashValue(key.Home, entry).NextCheckMillis;
        if (nextCheck != 0) Enlist(key.Home, nextCheck, key.Slot, key.Hash);
    }

    private static void Enlist(Database database, long millis, int slot, ulong hash)
    {
        FieldDeadlines list = database.FieldDeadlines;
        for (int looks = 0; looks < 2 && list.Count > 0; looks++)
        {
            int place = (int)(database.FieldDeadlineCursor++ % (uint)list.Count);
            list.Get(place, out long told, out int oldSlot, out ulong oldHash);
            if (!IsCurrent(database, told, oldSlot, oldHash, out _)) list.RemoveAt(place);
        }
        list.Add(Math.Min(millis, FieldDeadlines.MillisMax), slot, hash);
    }

    private static bool IsCurrent(Database database, long millis, int slot, ulong hash, out Entry entry) =>
        database.Table.TryFindHash(slot, hash, out entry) && entry.Type == ValueType.Hash
        && new HashValue(database, entry).NextCheckMillis == millis;

    private static void Run(Database database, ref int left, ref int removed)
    {
        FieldDeadlines list = database.FieldDeadlines;
        long now = database.Owner.NowMillis;
        while (left > 0 && list.Count > 0)
        {
            list.Get(0, out long due, out int slot, out ulong hash);
            if (due > now) return;
            left -= VisitsPerHash;
            if (!IsCurrent(database, due, slot, hash, out Entry entry))
            {
                list.RemoveAt(0);
                continue;
            }
            HashValue value = new(database, entry);
            Visit(new Key(entry.Key, slot, hash, database), ref value, ref left, ref removed);
        }
    }

    /// <summary>
    /// Removes what has passed of a hash that is due, or a part of it; the list's top item is its. The key's bytes are
    /// those of the entry, so they are copied before it changes.
    /// </summary>
    private static void Visit(in Key current, ref HashValue hash, ref int left, ref int removed)
    {
        int length = current.Bytes.Length;
        Span<byte> copy = length <= ShortKeyBytes ? stackalloc byte[length] : new byte[length];
        current.Bytes.CopyTo(copy);
        Key key = new(copy, current.Slot, current.Hash, current.Home);
        int before = removed;
        Database home = key.Home;
        home.Table.TakeBeforeChange(hash.Entry);
        long next = hash.IsTable
            ? StepTable(key, hash.Table, ref left, ref removed)
            : SweepPack(key, ref hash, ref left, ref removed);
        home.FieldDeadlines.RemoveAt(0);
        hash.SetNextCheck(next);
        if (next != 0) home.FieldDeadlines.Add(Math.Min(next, FieldDeadlines.MillisMax), key.Slot, key.Hash);
        if (removed == before) return;
        home.Owner.Counters.ExpiredFields += removed - before;
        bool isEmpty = hash.Count == 0;
        if (isEmpty) home.Table.Remove(ref hash.Entry);
        home.Modified(key, KeyEvent.HExpired);
        if (isEmpty) home.Notify(key, KeyEvent.Del);
    }

    private static long SweepPack(in Key key, ref HashValue hash, ref int left, ref int removed)
    {
        Database home = key.Home;
        Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
        long now = home.Owner.NowMillis;
        long next = 0;
        int at = HashPack.FirstField(hash.Entry.Value, ValueEncoding.ListPackEx);
        while (!Listpack.IsEnd(hash.Entry.Value, at))
        {
            left--;
            HashField field = new(hash.Entry.Value, at, hasDeadline: true);
            if (field.IsPassed(now))
            {
                Removed(key, Listpack.Get(hash.Entry.Value, at).Bytes(digits));
                new EntryPack(home.Table, ref hash.Entry).Remove(at, 3);
                removed++;
                continue;
            }
            if (field.DeadlineMillis != 0 && (next == 0 || field.DeadlineMillis < next)) next = field.DeadlineMillis;
            for (int passed = 0; passed < 3; passed++) at = Listpack.Next(hash.Entry.Value, at);
        }
        return next;
    }

    /// <summary>Goes on with the walk over a table; returns the time of the next look, 0 for never.</summary>
    private static long StepTable(in Key key, FieldTable table, ref int left, ref int removed)
    {
        long now = key.Home.Owner.NowMillis;
        Span<FieldEntry> found = stackalloc FieldEntry[StepMax];
        uint position = table.WalkPosition;
        if (position == 0) table.WalkEarliestMillis = 0;
        int visited = 0;
        int passed = 0;
        do
        {
            int count = table.Scan(ref position, found, volatileOnly: true);
            visited += Math.Max(count, 1);
            passed += RemovePassed(key, table, found[..count], now);
        }
        while (position != 0 && visited < VisitsPerStep);
        left -= visited;
        removed += passed;
        table.WalkPosition = position;
        // The other hashes that are due come first; and again in this call only while it is worth it.
        if (position != 0) return passed * UsefulShare >= visited ? now : now + 1;
        if (table.WalkEarliestMillis == 0) return 0;
        return Math.Max(table.WalkEarliestMillis, now + (table.VolatileCount / FieldsPerMilli));
    }

    private static void Removed(in Key key, ReadOnlySpan<byte> field)
    {
        key.Home.Owner.ChangedFields.Note(field);
        EffectJournal effects = key.Home.Owner.Effects;
        if (!effects.IsOn) return;
        effects.Database = key.Home.Index;
        effects.Write("HDEL"u8, key.Bytes, field);
    }

    private static int RemovePassed(in Key key, FieldTable table, ReadOnlySpan<FieldEntry> found, long now)
    {
        int removed = 0;
        foreach (FieldEntry entry in found)
        {
            long deadline = entry.DeadlineMillis;
            if (deadline <= now)
            {
                // Removing one lays the index out anew now and then, so the others are looked up again.
                Removed(key, entry.Field);
                table.Remove(entry.Field);
                removed++;
            }
            else if (table.WalkEarliestMillis == 0 || deadline < table.WalkEarliestMillis)
            {
                table.WalkEarliestMillis = deadline;
            }
        }
        return removed;
    }
}
