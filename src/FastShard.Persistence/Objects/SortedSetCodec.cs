using FastShard.Engine.SortedSets;
using FastShard.Memory;
using FastShard.Native.Diagnostics;
using FastShard.Persistence.Packs;
using FastShard.Persistence.Rdb;
using FastShard.Protocol;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Persistence.Objects;

/// <summary>
/// Sorted sets: a pack of members and scores in turn, or one member after the other, the highest first.
/// </summary>
internal static class SortedSetCodec
{
    public static void Write(KeyTable table, in Entry entry, in RdbWriter writer)
    {
        if (entry.Encoding == ValueEncoding.ListPack && writer.Version >= RdbVersion.Listpacks)
        {
            writer.Type(RdbType.SortedSetListpack);
            writer.Text(entry.Value);
            return;
        }
        SortedSetValue set = SortedSetValue.Of(table, entry);
        writer.Type(RdbType.SortedSet);
        writer.Length(set.Count);
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        SortedWalk walk = set.Walk(set.Count - 1, backwards: true, scratch);
        while (walk.MoveNext())
        {
            writer.Text(walk.Member);
            writer.Double(walk.Score);
        }
    }

    public static ReadOutcome Read(ref RdbReader reader, RdbType type, in ObjectTarget target)
    {
        TextScratch scratch = default;
        ReadOutcome outcome = type switch
        {
            RdbType.SortedSetListpack => ReadPack(ref reader, ref scratch, target),
            RdbType.SortedSetZiplist => ReadZiplist(ref reader, ref scratch, target),
            _ => ReadMembers(ref reader, ref scratch, type == RdbType.SortedSetText, target),
        };
        scratch.Dispose();
        return outcome;
    }

    private static ReadOutcome ReadPack(ref RdbReader reader, ref TextScratch scratch, in ObjectTarget target)
    {
        if (!reader.TryText(ref scratch, out ReadOnlySpan<byte> pack)) return ReadOutcome.Malformed;
        PackBuilder rebuilt = default;
        ReadOutcome outcome = ReadOutcome.Malformed;
        if (ForeignPack.TryAdopt(pack, ref rebuilt, out ReadOnlySpan<byte> adopted, out int count))
            outcome = Adopt(adopted, count, target);
        rebuilt.Dispose();
        return outcome;
    }

    private static ReadOutcome ReadZiplist(
        ref RdbReader reader, scoped ref TextScratch scratch, in ObjectTarget target)
    {
        if (!reader.TryText(ref scratch, out ReadOnlySpan<byte> ziplist)) return ReadOutcome.Malformed;
        PackBuilder pack = default;
        ReadOutcome outcome = Ziplist.TryRead(ziplist, ref pack)
            ? Adopt(pack.Finish(), pack.Count, target)
            : ReadOutcome.Malformed;
        pack.Dispose();
        return outcome;
    }

    /// <summary>Keeps a pack as it is where it is small and in order, else adds its members one by one.</summary>
    private static ReadOutcome Adopt(ReadOnlySpan<byte> pack, int count, in ObjectTarget target)
    {
        if (count == 0) return ReadOutcome.Empty;
        if (count % 2 != 0 || !TryShape(pack, out bool isSorted, out int longest)) return ReadOutcome.Malformed;
        bool isSmall = count / 2 <= target.Limits.SortedSetMaxListpackEntries
            && longest <= target.Limits.SortedSetMaxListpackValue;
        if (isSmall && isSorted)
        {
            if (!ForeignPack.AreDistinct(pack, count, 2)) return ReadOutcome.Malformed;
            target.Insert(ValueType.SortedSet, ValueEncoding.ListPack, pack);
            return ReadOutcome.Done;
        }
        SortedSetValue set = SortedSetValue.Create(target.Key, target.Limits, count / 2, longest);
        Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
        for (int at = Listpack.First; !Listpack.IsEnd(pack, at);)
        {
            int scoreAt = Listpack.Next(pack, at);
            _ = TryScore(Listpack.Get(pack, scoreAt), out double score);
            if (!TryAdd(ref set, Listpack.Get(pack, at).Bytes(digits), score, target)) return ReadOutcome.Malformed;
            at = Listpack.Next(pack, scoreAt);
        }
        return ReadOutcome.Done;
    }

    /// <summary>Looks at all scores; false where one is none.</summary>
    private static bool TryShape(ReadOnlySpan<byte> pack, out bool isSorted, out int longest)
    {
        isSorted = true;
        longest = 0;
        Span<byte> left = stackalloc byte[Listpack.ScratchBytes];
        Span<byte> right = stackalloc byte[Listpack.ScratchBytes];
        int previous = -1;
        double previousScore = 0;
        for (int at = Listpack.First; !Listpack.IsEnd(pack, at);)
        {
            ReadOnlySpan<byte> member = Listpack.Get(pack, at).Bytes(right);
            longest = Math.Max(longest, member.Length);
            int scoreAt = Listpack.Next(pack, at);
            if (!TryScore(Listpack.Get(pack, scoreAt), out double score)) return false;
            if (previous >= 0)
            {
                isSorted &= previousScore < score || (previousScore == score
                    && Listpack.Get(pack, previous).Bytes(left).SequenceCompareTo(member) < 0);
            }
            (previous, previousScore) = (at, score);
            at = Listpack.Next(pack, scoreAt);
        }
        return true;
    }

    private static bool TryScore(PackElement element, out double score)
    {
        score = element.IsInteger ? element.Integer : 0;
        return element.IsInteger || (Numbers.TryParseDouble(element.Text, out score) && !double.IsNaN(score));
    }

    private static ReadOutcome ReadMembers(
        ref RdbReader reader, scoped ref TextScratch scratch, bool areTexts, in ObjectTarget target)
    {
        if (!reader.TryCount(2, out int count)) return ReadOutcome.Malformed;
        if (count == 0) return ReadOutcome.Empty;
        // How long the members are shows when they come; each that is too long makes the set a structure.
        SortedSetValue set = SortedSetValue.Create(target.Key, target.Limits, count, longestMember: 0);
        for (; count > 0; count--)
        {
            if (!reader.TryText(ref scratch, out ReadOnlySpan<byte> member)) return ReadOutcome.Malformed;
            bool isRead = areTexts ? reader.TryTextDouble(out double score) : reader.TryDouble(out score);
            if (!isRead || double.IsNaN(score)) return ReadOutcome.Malformed;
            if (!TryAdd(ref set, member, score, target)) return ReadOutcome.Malformed;
        }
        return ReadOutcome.Done;
    }

    private static bool TryAdd(
        scoped ref SortedSetValue set, scoped ReadOnlySpan<byte> member, double score, in ObjectTarget target)
    {
        Invariant.Slow(!double.IsNaN(score));
        FoundMember found = set.Find(member);
        if (found.Exists) return false;
        set.Put(found, member, score, target.Limits);
        return true;
    }
}
