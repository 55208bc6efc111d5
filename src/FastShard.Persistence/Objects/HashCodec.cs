using FastShard.Engine.Collections;
using FastShard.Engine.Expiry;
using FastShard.Engine.Hashes;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Persistence.Packs;
using FastShard.Persistence.Rdb;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Persistence.Objects;

/// <summary>
/// Hashes: a pack of fields and values in turn, or one field after the other; with the distance of each deadline from
/// the first where fields have any.
/// </summary>
internal static class HashCodec
{
    /// <summary>Whether a field has a deadline, which versions before 12 have no words for.</summary>
    public static bool HasDeadlines(Database home, in Entry entry) => FirstDeadline(home, entry) != 0;

    public static void Write(Database home, in Entry entry, in RdbWriter writer)
    {
        long first = FirstDeadline(home, entry);
        if (first == 0 && entry.Encoding == ValueEncoding.ListPack && writer.Version >= RdbVersion.Listpacks)
        {
            writer.Type(RdbType.HashListpack);
            writer.Text(entry.Value);
            return;
        }
        HashValue hash = new(home, entry);
        writer.Type(first == 0 ? RdbType.Hash : RdbType.HashDeadlines);
        if (first != 0) writer.Millis(first);
        writer.Length(hash.Count);
        HashWalk walk = hash.Walk();
        while (walk.MoveNext())
        {
            // 0 says that there is none, so the first is 1.
            if (first != 0) writer.Length(walk.DeadlineMillis == 0 ? 0 : walk.DeadlineMillis - first + 1);
            writer.Text(walk.Field);
            writer.Text(walk.Value);
        }
    }

    public static ReadOutcome Read(ref RdbReader reader, RdbType type, in ObjectTarget target)
    {
        TextScratch scratch = default;
        TextScratch valueScratch = default;
        bool isPack = type is RdbType.HashListpack or RdbType.HashZiplist or RdbType.HashZipmap
            or RdbType.HashListpackDeadlinesEarly or RdbType.HashListpackDeadlines;
        ReadOutcome outcome = isPack
            ? ReadPack(ref reader, ref scratch, type, target)
            : ReadFields(ref reader, ref scratch, ref valueScratch, FormOf(type, reader.Version), target);
        scratch.Dispose();
        valueScratch.Dispose();
        return outcome;
    }

    private static HashForm FormOf(RdbType type, int version) => type switch
    {
        RdbType.Hash => HashForm.Plain,
        RdbType.HashDeadlines => HashForm.Distances,
        _ => version == RdbVersion.Valkey ? HashForm.Valkey : HashForm.Times,
    };

    private static long FirstDeadline(Database home, in Entry entry)
    {
        if (entry.Encoding == ValueEncoding.ListPack) return 0;
        HashValue hash = new(home, entry);
        if (hash.IsTable && hash.Table.VolatileCount == 0) return 0;
        long first = 0;
        HashWalk walk = hash.Walk();
        while (walk.MoveNext())
        {
            if (walk.DeadlineMillis != 0 && (first == 0 || walk.DeadlineMillis < first)) first = walk.DeadlineMillis;
        }
        return first;
    }

    private static ReadOutcome ReadPack(
        ref RdbReader reader, ref TextScratch scratch, RdbType type, in ObjectTarget target)
    {
        // The first deadline can be seen in the pack.
        if (type == RdbType.HashListpackDeadlines && !reader.TryMillis(out _)) return ReadOutcome.Malformed;
        if (!reader.TryText(ref scratch, out ReadOnlySpan<byte> bytes)) return ReadOutcome.Malformed;
        bool hasDeadlines = type is RdbType.HashListpackDeadlinesEarly or RdbType.HashListpackDeadlines;
        PackBuilder rebuilt = default;
        scoped ReadOnlySpan<byte> pack = default;
        int count = 0;
        bool isRead = type switch
        {
            RdbType.HashZiplist => Ziplist.TryRead(bytes, ref rebuilt),
            RdbType.HashZipmap => Zipmap.TryRead(bytes, ref rebuilt),
            _ => ForeignPack.TryAdopt(bytes, ref rebuilt, out pack, out count),
        };
        if (isRead && type is RdbType.HashZiplist or RdbType.HashZipmap)
        {
            pack = isRead ? rebuilt.Finish() : default;
            count = rebuilt.Count;
        }
        ReadOutcome outcome = isRead ? Adopt(pack, count, hasDeadlines ? 3 : 2, target) : ReadOutcome.Malformed;
        rebuilt.Dispose();
        return outcome;
    }

    /// <summary>Keeps a small pack without deadlines as it is, else adds its fields one by one.</summary>
    private static ReadOutcome Adopt(ReadOnlySpan<byte> pack, int count, int stride, in ObjectTarget target)
    {
        if (count == 0) return ReadOutcome.Empty;
        if (count % stride != 0) return ReadOutcome.Malformed;
        bool isSmall = count / stride <= target.Limits.HashMaxListpackEntries
            && ForeignPack.Longest(pack) <= target.Limits.HashMaxListpackValue;
        if (isSmall && stride == 2)
        {
            if (!ForeignPack.AreDistinct(pack, count, stride)) return ReadOutcome.Malformed;
            target.Insert(ValueType.Hash, ValueEncoding.ListPack, pack);
            return ReadOutcome.Done;
        }
        HashValue hash = HashValue.Create(target.Key);
        Span<byte> fieldDigits = stackalloc byte[Listpack.ScratchBytes];
        Span<byte> valueDigits = stackalloc byte[Listpack.ScratchBytes];
        for (int at = Listpack.First; !Listpack.IsEnd(pack, at);)
        {
            ReadOnlySpan<byte> field = Listpack.Get(pack, at).Bytes(fieldDigits);
            at = Listpack.Next(pack, at);
            ReadOnlySpan<byte> value = Listpack.Get(pack, at).Bytes(valueDigits);
            at = Listpack.Next(pack, at);
            long deadline = 0;
            if (stride == 3)
            {
                PackElement told = Listpack.Get(pack, at);
                if (!told.IsInteger || !IsDeadline(told.Integer)) return ReadOutcome.Malformed;
                deadline = told.Integer;
                at = Listpack.Next(pack, at);
            }
            if (!TryAdd(ref hash, field, value, deadline, count / stride, target)) return ReadOutcome.Malformed;
        }
        return hash.Count > 0 ? ReadOutcome.Done : ReadOutcome.Empty;
    }

    private static ReadOutcome ReadFields(
        ref RdbReader reader, ref TextScratch fieldScratch, ref TextScratch valueScratch, HashForm form,
        in ObjectTarget target)
    {
        long first = 0;
        if (form == HashForm.Distances && (!reader.TryMillis(out first) || !IsDeadline(first)))
            return ReadOutcome.Malformed;
        if (!reader.TryCount(2, out int count)) return ReadOutcome.Malformed;
        HashValue hash = HashValue.Create(target.Key);
        for (int index = 0; index < count; index++)
        {
            long deadline = 0;
            if (form is HashForm.Distances or HashForm.Times && !TryLead(ref reader, form, first, out deadline))
                return ReadOutcome.Malformed;
            if (!reader.TryText(ref fieldScratch, out ReadOnlySpan<byte> field)) return ReadOutcome.Malformed;
            if (!reader.TryText(ref valueScratch, out ReadOnlySpan<byte> value)) return ReadOutcome.Malformed;
            if (form == HashForm.Valkey && !TryTrail(ref reader, out deadline)) return ReadOutcome.Malformed;
            if (!TryAdd(ref hash, field, value, deadline, count, target)) return ReadOutcome.Malformed;
        }
        return hash.Count > 0 ? ReadOutcome.Done : ReadOutcome.Empty;
    }

    /// <summary>The deadline in front of a field: 0, a distance from the first, or a time.</summary>
    private static bool TryLead(ref RdbReader reader, HashForm form, long first, out long deadline)
    {
        if (!reader.TryNumber(out deadline) || !IsDeadline(deadline)) return false;
        if (form == HashForm.Distances && deadline != 0) deadline += first - 1;
        return IsDeadline(deadline);
    }

    /// <summary>The deadline behind a value: a time, or -1.</summary>
    private static bool TryTrail(ref RdbReader reader, out long deadline)
    {
        if (!reader.TryMillis(out deadline)) return false;
        if (deadline == -1) deadline = 0;
        return IsDeadline(deadline);
    }

    private static bool IsDeadline(long millis) => millis is >= 0 and <= FieldTime.MillisMax;

    /// <summary>Adds a field, unless its deadline has passed; false for one that is there.</summary>
    private static bool TryAdd(
        ref HashValue hash, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, long deadlineMillis, int count,
        in ObjectTarget target)
    {
        Member field = new(name);
        if (hash.TryFind(field, out _)) return false;
        if (deadlineMillis != 0 && deadlineMillis <= target.Key.Home.Owner.NowMillis) return true;
        hash.Expect(count, Math.Max(name.Length, value.Length), target.Limits);
        hash.Set(field, value, keepsDeadline: false, target.Limits);
        if (deadlineMillis == 0 || !hash.TryFind(field, out HashField added)) return true;
        hash.SetDeadline(field, added, deadlineMillis);
        FieldExpiry.Note(target.Key, ref hash, deadlineMillis);
        return true;
    }
}
