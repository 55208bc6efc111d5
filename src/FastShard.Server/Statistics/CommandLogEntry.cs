using System.Text;
using FastShard.Engine.Commands;

namespace FastShard.Server.Statistics;

/// <summary>One logged command. Holds a copy of its arguments, cut as Redis cuts them.</summary>
public sealed class CommandLogEntry
{
    /// <summary>More arguments are replaced by a remark.</summary>
    public const int ArgumentsMax = 32;

    /// <summary>More bytes of an argument are replaced by a remark.</summary>
    public const int ArgumentBytesMax = 128;

    private static readonly byte[] Redacted = [.. "(redacted)"u8];

    /// <summary>Unique and rising over all shards.</summary>
    public required long Id { get; init; }

    /// <summary>Wall clock, seconds since 1970.</summary>
    public required long UnixSeconds { get; init; }

    /// <summary>Microseconds or bytes, by the log's kind.</summary>
    public required long Amount { get; init; }

    public required byte[][] Arguments { get; init; }

    /// <summary>The client's ip:port.</summary>
    public required string ClientAddress { get; init; }

    /// <summary>CLIENT SETNAME's text, or empty.</summary>
    public required string ClientName { get; init; }

    /// <summary>Copies arguments within the limits; those at <paramref name="secrets"/> are hidden.</summary>
    public static byte[][] Copy(in ArgumentView arguments, KeyPositions? secrets)
    {
        byte[][] copy = new byte[Math.Min(arguments.Count, ArgumentsMax)][];
        for (int index = 0; index < copy.Length; index++) copy[index] = Copy(arguments[index]);
        for (int secret = 0; secret < (secrets?.Count ?? 0); secret++)
        {
            if (secrets![secret] < copy.Length) copy[secrets[secret]] = Redacted;
        }
        int left = arguments.Count - ArgumentsMax + 1;
        if (arguments.Count > ArgumentsMax) copy[^1] = Encoding.ASCII.GetBytes($"... ({left} more arguments)");
        return copy;
    }

    private static byte[] Copy(ReadOnlySpan<byte> argument)
    {
        if (argument.Length <= ArgumentBytesMax) return argument.ToArray();
        string remark = $"... ({argument.Length - ArgumentBytesMax} more bytes)";
        return [.. argument[..ArgumentBytesMax], .. Encoding.ASCII.GetBytes(remark)];
    }
}
