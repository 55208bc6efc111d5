using System.Text;
using FastShard.Protocol;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>Where another node sends a request on to: MOVED and ASK, read.</summary>
/// <param name="IsAsk">For this one request only.</param>
/// <param name="Slot">Of which slot.</param>
/// <param name="Host">The address; empty = the one of the node that says so.</param>
/// <param name="Port">The port.</param>
internal readonly record struct Redirection(bool IsAsk, int Slot, string Host, int Port)
{
    /// <summary>Whether an error is a redirection.</summary>
    public static bool IsOne(ReadOnlySpan<byte> error) => error.StartsWith("-MOVED "u8) || error.StartsWith("-ASK "u8);

    /// <summary>Reads one.</summary>
    public static bool TryParse(ReadOnlySpan<byte> error, out Redirection redirection)
    {
        redirection = default;
        if (!IsOne(error)) return false;
        string[] words = Encoding.Latin1.GetString(error).TrimEnd().Split(' ');
        if (words.Length < 3 || !Numbers.TryParseInt64(Encoding.Latin1.GetBytes(words[1]), out long slot)) return false;
        int colon = words[2].LastIndexOf(':');
        if (colon < 0 || !int.TryParse(words[2].AsSpan(colon + 1), out int port)) return false;
        if (slot is < 0 or >= FastShard.Memory.KeySlot.Count || port is <= 0 or > ushort.MaxValue) return false;
        string host = words[2][..colon];
        redirection = new Redirection(words[0] == "-ASK", (int)slot, host == "?" ? "" : host, port);
        return true;
    }
}
