using FastShard.Engine.Collections;
using FastShard.Engine.Hashes;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Lists;
using FastShard.Engine.Sets;
using FastShard.Engine.SortedSets;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Sorting;

/// <summary>What SORT reads: the elements of a collection in its own order, and fields of hashes.</summary>
internal static class SortSource
{
    public static bool IsSortable(in Entry entry) =>
        entry.Type is ValueType.List or ValueType.Set or ValueType.SortedSet;

    /// <summary>All elements of a collection.</summary>
    public static void Gather(Database home, in Entry entry, EncodingLimits limits, SortArena arena)
    {
        switch (entry.Type)
        {
            case ValueType.List:
                GatherList(ListValue.Of(home, limits, entry), arena);
                break;
            case ValueType.Set:
                foreach (PackElement member in new SetValue(home, entry).Walk()) arena.Add(member);
                break;
            case ValueType.SortedSet:
                Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
                SortedWalk members = SortedSetValue.Of(home.Table, entry).Walk(0, backwards: false, scratch);
                while (members.MoveNext()) arena.Add(members.Member);
                break;
        }
    }

    private static void GatherList(in ListValue list, SortArena arena)
    {
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        for (ListWalk walk = list.Seek(0, scratch); !walk.IsEnd; walk.Move(backwards: false)) arena.Add(walk.Element);
    }

    /// <summary>A field of a hash; digits of an integer go to the scratch. False where there is none.</summary>
    public static bool TryField(
        Database home, scoped in Entry entry, ReadOnlySpan<byte> field, Span<byte> scratch,
        out ReadOnlySpan<byte> value)
    {
        value = default;
        if (entry.Type != ValueType.Hash) return false;
        if (!new HashValue(home, entry).TryGet(new Member(field), out HashField found)) return false;
        value = found.Value.Bytes(scratch);
        return true;
    }
}
