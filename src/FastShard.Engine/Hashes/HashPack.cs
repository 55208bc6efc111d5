using FastShard.Memory;

namespace FastShard.Engine.Hashes;

/// <summary>
/// A hash in a listpack: fields and values in turn; or, once a field had a deadline, the time when somebody should look
/// for passed deadlines (0 = never) and then field, value and deadline (0 = none) in turn.
/// </summary>
internal static class HashPack
{
    /// <summary>Whether every field is followed by a deadline.</summary>
    public static bool HasDeadlines(ValueEncoding encoding) => encoding == ValueEncoding.ListPackEx;

    /// <summary>Elements of one field.</summary>
    public static int Stride(ValueEncoding encoding) => HasDeadlines(encoding) ? 3 : 2;

    /// <summary>Place of the first field, or of the end.</summary>
    public static int FirstField(ReadOnlySpan<byte> pack, ValueEncoding encoding) =>
        HasDeadlines(encoding) ? Listpack.Next(pack, Listpack.First) : Listpack.First;

    /// <summary>Fields.</summary>
    public static int Count(ReadOnlySpan<byte> pack, ValueEncoding encoding)
    {
        int elements = Listpack.Count(pack);
        return HasDeadlines(encoding) ? (elements - 1) / 3 : elements / 2;
    }

    /// <summary>When somebody should look for passed deadlines.</summary>
    public static long NextCheck(ReadOnlySpan<byte> pack) => Listpack.Get(pack, Listpack.First).Integer;
}
