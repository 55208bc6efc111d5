using System.Buffers;
using FastShard.Memory;

namespace FastShard.Persistence.Packs;

/// <summary>
/// Packs from outside on their way into an entry: they must be well-formed, keep integers as integers (elements are
/// found by that), and not say the same twice where that is not allowed.
/// </summary>
internal static class ForeignPack
{
    /// <summary>
    /// Checks a listpack and returns it as this server would have written it; <paramref name="rebuilt"/> holds it where
    /// that is not how it came.
    /// </summary>
    public static bool TryAdopt(
        ReadOnlySpan<byte> pack, scoped ref PackBuilder rebuilt, out ReadOnlySpan<byte> adopted, out int count)
    {
        adopted = pack;
        if (!ListpackCheck.IsValid(pack, out count)) return false;
        if (IsCanonical(pack)) return true;
        for (int at = Listpack.First; !Listpack.IsEnd(pack, at); at = Listpack.Next(pack, at))
            rebuilt.Append(Listpack.Get(pack, at));
        adopted = rebuilt.Finish();
        return true;
    }

    /// <summary>
    /// Whether all keys of a pack differ, where every <paramref name="stride"/>th element from the first on is one.
    /// </summary>
    public static bool AreDistinct(ReadOnlySpan<byte> pack, int count, int stride)
    {
        int keys = count / stride;
        ulong[] hashes = ArrayPool<ulong>.Shared.Rent(Math.Max(keys, 1));
        Span<byte> scratch = stackalloc byte[Listpack.ScratchBytes];
        int at = Listpack.First;
        for (int key = 0; key < keys; key++)
        {
            hashes[key] = KeyHash.Of(Listpack.Get(pack, at).Bytes(scratch));
            for (int passed = 0; passed < stride; passed++) at = Listpack.Next(pack, at);
        }
        Span<ulong> sorted = hashes.AsSpan(0, keys);
        sorted.Sort();
        bool areDistinct = true;
        // Two keys of one hash are refused though they may differ: that does not happen unless somebody made them so.
        for (int key = 1; key < keys; key++) areDistinct &= sorted[key] != sorted[key - 1];
        ArrayPool<ulong>.Shared.Return(hashes);
        return areDistinct;
    }

    /// <summary>Bytes of the longest element.</summary>
    public static int Longest(ReadOnlySpan<byte> pack)
    {
        int longest = 0;
        for (int at = Listpack.First; !Listpack.IsEnd(pack, at); at = Listpack.Next(pack, at))
            longest = Math.Max(longest, Listpack.Get(pack, at).Length);
        return longest;
    }

    private static bool IsCanonical(ReadOnlySpan<byte> pack)
    {
        for (int at = Listpack.First; !Listpack.IsEnd(pack, at); at = Listpack.Next(pack, at))
        {
            PackElement element = Listpack.Get(pack, at);
            if (!element.IsInteger && Listpack.TryInteger(element.Text, out _)) return false;
        }
        return true;
    }
}
