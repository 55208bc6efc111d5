using System.Runtime.Intrinsics;

namespace FastShard.Engine.Bitmaps;

/// <summary>
/// Combines bitmaps byte by byte, 32 at a time. A source shorter than the target counts as padded with zeros.
/// </summary>
internal static class BitCombiner
{
    /// <summary>target &amp;= source.</summary>
    public static void And(Span<byte> target, ReadOnlySpan<byte> source)
    {
        Combine<AndOperator>(target, source);
        if (source.Length < target.Length) target[source.Length..].Clear();
    }

    /// <summary>target &amp;= ~source.</summary>
    public static void AndNot(Span<byte> target, ReadOnlySpan<byte> source) =>
        Combine<AndNotOperator>(target, source);

    /// <summary>target |= source.</summary>
    public static void Or(Span<byte> target, ReadOnlySpan<byte> source) => Combine<OrOperator>(target, source);

    /// <summary>target ^= source.</summary>
    public static void Xor(Span<byte> target, ReadOnlySpan<byte> source) => Combine<XorOperator>(target, source);

    /// <summary>target = ~target.</summary>
    public static void Not(Span<byte> target) => Combine<NotOperator>(target, target);

    private static void Combine<TOperator>(Span<byte> target, ReadOnlySpan<byte> source)
        where TOperator : struct, IBitOperator
    {
        int length = Math.Min(target.Length, source.Length);
        int index = 0;
        for (; index <= length - Vector256<byte>.Count; index += Vector256<byte>.Count)
        {
            Span<byte> part = target.Slice(index, Vector256<byte>.Count);
            Vector256<byte> left = Vector256.Create((ReadOnlySpan<byte>)part);
            Vector256<byte> right = Vector256.Create(source.Slice(index, Vector256<byte>.Count));
            TOperator.Combine(left, right).CopyTo(part);
        }
        for (; index < length; index++) target[index] = TOperator.Combine(target[index], source[index]);
    }

    private interface IBitOperator
    {
        static abstract Vector256<byte> Combine(Vector256<byte> left, Vector256<byte> right);

        static abstract byte Combine(byte left, byte right);
    }

    private readonly struct AndOperator : IBitOperator
    {
        public static Vector256<byte> Combine(Vector256<byte> left, Vector256<byte> right) => left & right;

        public static byte Combine(byte left, byte right) => (byte)(left & right);
    }

    private readonly struct AndNotOperator : IBitOperator
    {
        public static Vector256<byte> Combine(Vector256<byte> left, Vector256<byte> right) => left & ~right;

        public static byte Combine(byte left, byte right) => (byte)(left & ~right);
    }

    private readonly struct OrOperator : IBitOperator
    {
        public static Vector256<byte> Combine(Vector256<byte> left, Vector256<byte> right) => left | right;

        public static byte Combine(byte left, byte right) => (byte)(left | right);
    }

    private readonly struct XorOperator : IBitOperator
    {
        public static Vector256<byte> Combine(Vector256<byte> left, Vector256<byte> right) => left ^ right;

        public static byte Combine(byte left, byte right) => (byte)(left ^ right);
    }

    private readonly struct NotOperator : IBitOperator
    {
        public static Vector256<byte> Combine(Vector256<byte> left, Vector256<byte> right) => ~left;

        public static byte Combine(byte left, byte right) => (byte)~left;
    }
}
