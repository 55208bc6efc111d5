using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>The 128-bit key that an item of a tree begins with: two words, the higher first.</summary>
internal static unsafe class TreeKey
{
    internal const int Bytes = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static StreamId Of(byte* item) => new(*(ulong*)item, *(ulong*)(item + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Write(byte* item, StreamId key)
    {
        *(ulong*)item = key.Millis;
        *(ulong*)(item + 8) = key.Sequence;
    }
}
