using FastShard.Protocol;

namespace FastShard.Persistence.Rdb;

/// <summary>What a file begins with: "REDIS" and four digits, or "VALKEY" and three.</summary>
internal static class RdbHead
{
    public const int Bytes = 9;

    private static ReadOnlySpan<byte> Redis => "REDIS"u8;

    private static ReadOnlySpan<byte> Valkey => "VALKEY"u8;

    public static void Write(int version, Span<byte> target)
    {
        Redis.CopyTo(target);
        for (int place = Bytes - 1; place >= Redis.Length; place--)
        {
            target[place] = (byte)('0' + (version % 10));
            version /= 10;
        }
    }

    /// <summary>False where the bytes are no head.</summary>
    public static bool TryRead(ReadOnlySpan<byte> head, out int version)
    {
        version = 0;
        int name = head.StartsWith(Redis) ? Redis.Length : head.StartsWith(Valkey) ? Valkey.Length : 0;
        if (name == 0 || head.Length < Bytes) return false;
        foreach (byte digit in head[name..Bytes])
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            version = (version * 10) + digit - '0';
        }
        return true;
    }
}
