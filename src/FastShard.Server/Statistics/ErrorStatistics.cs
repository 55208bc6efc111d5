using System.Text;

namespace FastShard.Server.Statistics;

/// <summary>Counts error replies by their first word ("ERR", "WRONGTYPE"): a shard's part of INFO errorstats.</summary>
public sealed class ErrorStatistics
{
    /// <summary>
    /// So many kinds are told apart; the rest share one line. Scripts may invent words, and a client must not be able
    /// to fill the memory with them.
    /// </summary>
    public const int KindsMax = 128;

    /// <summary>The line of the words beyond the limit.</summary>
    public const string Overflow = "ERRORSTATS_OVERFLOW";

    private const int PrefixBytesMax = 32;
    private const string NoPrefix = "ERR";

    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public ErrorStatistics() => _lookup = _counts.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Kinds and their counts, unordered.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Counts one error reply, given without the leading minus sign.</summary>
    public void Record(ReadOnlySpan<byte> error)
    {
        int space = error[..Math.Min(error.Length, PrefixBytesMax)].IndexOf((byte)' ');
        Span<char> prefix = stackalloc char[PrefixBytesMax];
        int length = space > 0 ? Encoding.Latin1.GetChars(error[..space], prefix) : 0;
        if (length == 0)
        {
            NoPrefix.CopyTo(prefix);
            length = NoPrefix.Length;
        }
        Count(prefix[..length], 1);
    }


    public void Clear() => _counts.Clear();

    private void Count(ReadOnlySpan<char> kind, long count)
    {
        if (_lookup.TryGetValue(kind, out long before)) _lookup[kind] = before + count;
        else if (_counts.Count < KindsMax) _lookup[kind] = count;
        else _counts[Overflow] = _counts.GetValueOrDefault(Overflow) + count;
    }
}
