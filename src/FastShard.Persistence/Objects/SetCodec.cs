using FastShard.Engine.Collections;
using FastShard.Engine.Sets;
using FastShard.Memory;
using FastShard.Persistence.Packs;
using FastShard.Persistence.Rdb;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Persistence.Objects;

/// <summary>Sets: a sorted array of integers, a pack (from version 11 on), or one member after the other.</summary>
internal static class SetCodec
{
    public static void Write(Engine.Keyspaces.Database home, in Entry entry, in RdbWriter writer)
    {
        if (entry.Encoding == ValueEncoding.IntSet)
        {
            writer.Type(RdbType.SetIntSet);
            writer.Text(entry.Value);
        }
        else if (entry.Encoding == ValueEncoding.ListPack && writer.Version >= RdbVersion.ListpackSets)
        {
            writer.Type(RdbType.SetListpack);
            writer.Text(entry.Value);
        }
        else
        {
            SetValue set = new(home, entry);
            writer.Type(RdbType.Set);
            writer.Length(set.Count);
            foreach (PackElement member in set.Walk()) writer.Text(member);
        }
    }

    public static ReadOutcome Read(ref RdbReader reader, RdbType type, in ObjectTarget target)
    {
        TextScratch scratch = default;
        ReadOutcome outcome = type switch
        {
            RdbType.SetIntSet => ReadIntegers(ref reader, ref scratch, target),
            RdbType.SetListpack => ReadPack(ref reader, ref scratch, target),
            _ => ReadMembers(ref reader, ref scratch, target),
        };
        scratch.Dispose();
        return outcome;
    }

    private static ReadOutcome ReadIntegers(ref RdbReader reader, ref TextScratch scratch, in ObjectTarget target)
    {
        if (!reader.TryText(ref scratch, out ReadOnlySpan<byte> set) || !IntSet.IsValid(set))
            return ReadOutcome.Malformed;
        target.Insert(ValueType.Set, ValueEncoding.IntSet, set);
        if (IntSet.Count(set) <= target.Limits.SetMaxIntsetEntries) return ReadOutcome.Done;
        if (target.TryFind(out Entry entry)) SetConversion.ToTable(target.Table, ref entry);
        return ReadOutcome.Done;
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

    private static ReadOutcome Adopt(ReadOnlySpan<byte> pack, int count, in ObjectTarget target)
    {
        if (count == 0) return ReadOutcome.Empty;
        bool isSmall = count <= target.Limits.SetMaxListpackEntries
            && ForeignPack.Longest(pack) <= target.Limits.SetMaxListpackValue;
        if (isSmall)
        {
            if (!ForeignPack.AreDistinct(pack, count, 1)) return ReadOutcome.Malformed;
            target.Insert(ValueType.Set, ValueEncoding.ListPack, pack);
            return ReadOutcome.Done;
        }
        SetValue set = default;
        Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
        for (int at = Listpack.First; !Listpack.IsEnd(pack, at); at = Listpack.Next(pack, at))
        {
            if (!TryAdd(ref set, Listpack.Get(pack, at).Bytes(digits), count, target)) return ReadOutcome.Malformed;
        }
        return ReadOutcome.Done;
    }

    private static ReadOutcome ReadMembers(ref RdbReader reader, ref TextScratch scratch, in ObjectTarget target)
    {
        if (!reader.TryCount(1, out int count)) return ReadOutcome.Malformed;
        if (count == 0) return ReadOutcome.Empty;
        SetValue set = default;
        for (int index = 0; index < count; index++)
        {
            if (!reader.TryText(ref scratch, out ReadOnlySpan<byte> text)) return ReadOutcome.Malformed;
            if (!TryAdd(ref set, text, count, target)) return ReadOutcome.Malformed;
        }
        return ReadOutcome.Done;
    }

    /// <summary>Adds a member, the first of which makes the set; false for one that is there.</summary>
    private static bool TryAdd(ref SetValue set, ReadOnlySpan<byte> text, int count, in ObjectTarget target)
    {
        Member member = new(text);
        if (set.IsNull) set = SetValue.Create(target.Key, member, count, target.Limits);
        return set.Add(member, target.Limits);
    }
}
