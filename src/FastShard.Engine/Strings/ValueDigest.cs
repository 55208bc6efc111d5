using System.Globalization;
using System.IO.Hashing;
using FastShard.Memory;

namespace FastShard.Engine.Strings;

/// <summary>
/// The digest of a string: XXH3 with seed 0, so that clients can compute it themselves and name a value without sending
/// it. As text it is 16 hexadecimal digits, lower case, the most significant first.
/// </summary>
internal static class ValueDigest
{
    /// <summary>Length of a digest as text.</summary>
    public const int TextBytes = 16;

    /// <summary>The digest of an entry's string, an integer's of its text.</summary>
    public static ulong Of(in Entry entry)
    {
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        return XxHash3.HashToUInt64(StringValue.Bytes(entry, scratch));
    }

    /// <summary>Writes the text.</summary>
    public static void Format(ulong digest, Span<byte> target) =>
        digest.TryFormat(target, out _, "x16", CultureInfo.InvariantCulture);

    /// <summary>Reads exactly 16 hexadecimal digits, in any case.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong digest)
    {
        digest = 0;
        return text.Length == TextBytes
            && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out digest);
    }
}
