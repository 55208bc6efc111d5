using System.Buffers;

namespace FastShard.Engine.Strings;

/// <summary>
/// The table of the longest common subsequence, with one bit a cell where Redis keeps 32: the lengths themselves are
/// needed only one row at a time, and the way back asks of a cell only which neighbour is longer.
/// <code>
///   length(i, j) = length(i-1, j-1) + 1              where first[i-1] equals second[j-1]
///                  max(length(i-1, j), length(i, j-1))    elsewhere; the bit says that the former is longer
/// </code>
/// </summary>
internal sealed class LcsTable : IDisposable
{
    private byte[] _isUpLonger = [];
    private int[] _row = [];
    private int _stride;

    /// <summary>Length of the subsequence.</summary>
    public int Length { get; private set; }

    /// <summary>
    /// Fills the table; without the bits when only the length is wanted. False when Redis's table would need more than
    /// <paramref name="bytesMax"/> bytes.
    /// </summary>
    public bool TryCompute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, bool needsPath, long bytesMax)
    {
        // A cell counts for the four bytes that Redis gives it, whatever it takes here: the limit is one of time too,
        // and a shard that compares two strings of a megabyte would serve nobody for an hour.
        if ((first.Length + 1L) * (second.Length + 1L) * sizeof(int) > bytesMax) return false;
        _stride = (second.Length + 7) / 8;
        long bitBytes = needsPath ? (long)first.Length * _stride : 0;
        _isUpLonger = ArrayPool<byte>.Shared.Rent((int)bitBytes);
        _row = ArrayPool<int>.Shared.Rent(second.Length + 1);
        Span<int> row = _row.AsSpan(0, second.Length + 1);
        row.Clear();
        for (int index = 0; index < first.Length; index++)
        {
            Span<byte> bits = needsPath ? _isUpLonger.AsSpan(index * _stride, _stride) : [];
            ComputeRow(first[index], second, row, bits);
        }
        Length = row[second.Length];
        return true;
    }

    /// <summary>
    /// True when the cell above (i-1, j) is longer than the one to the left (i, j-1); i and j count from 1.
    /// </summary>
    public bool IsUpLonger(int i, int j)
    {
        byte bits = _isUpLonger[((i - 1) * _stride) + ((j - 1) >> 3)];
        return (bits >> ((j - 1) & 7) & 1) != 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_isUpLonger);
        ArrayPool<int>.Shared.Return(_row);
        _isUpLonger = [];
        _row = [];
    }

    private static void ComputeRow(byte letter, ReadOnlySpan<byte> second, Span<int> row, Span<byte> bits)
    {
        int diagonal = 0;
        int left = 0;
        int packed = 0;
        for (int column = 0; column < second.Length; column++)
        {
            int up = row[column + 1];
            if (!bits.IsEmpty)
            {
                packed |= (up > left ? 1 : 0) << (column & 7);
                if ((column & 7) == 7 || column == second.Length - 1)
                {
                    bits[column >> 3] = (byte)packed;
                    packed = 0;
                }
            }
            left = second[column] == letter ? diagonal + 1 : Math.Max(up, left);
            diagonal = up;
            row[column + 1] = left;
        }
    }
}
