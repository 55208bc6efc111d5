using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace FastShard.Memory;

/// <summary>
/// The hash that places keys inside a slot: XxHash3 with a seed of this process, so that nobody outside can aim
/// keys at one bucket. Never leaves the process: what nodes agree on is <see cref="KeySlot"/>.
/// </summary>
public static class KeyHash
{
    private static long _seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    /// <summary>
    /// The seed. Set it, if at all, before the first key is stored: keys stored under another seed are never found.
    /// </summary>
    public static long Seed
    {
        get => _seed;
        set => _seed = value;
    }

    /// <summary>The 64-bit hash of <paramref name="key"/>; every bit is usable.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ReadOnlySpan<byte> key) => XxHash3.HashToUInt64(key, _seed);
}
