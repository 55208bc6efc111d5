using System.Text;

namespace FastShard.SystemTests.Harness;

/// <summary>Names of keys by the shard that owns them: slots are dealt to shards in contiguous runs.</summary>
internal static class Slots
{
    private const int Count = 16384;

    /// <summary>A key "prefix:number" of a shard, the first such number.</summary>
    public static string KeyOn(int shard, int shards, string prefix = "key")
    {
        for (int number = 0; ; number++)
        {
            string key = $"{prefix}:{number}";
            if ((long)Of(key) * shards / Count == shard) return key;
        }
    }

    /// <summary>The slot of a key without a hash tag: CRC16 (XMODEM) of its bytes.</summary>
    public static int Of(string key)
    {
        int crc = 0;
        foreach (byte letter in Encoding.UTF8.GetBytes(key))
        {
            crc ^= letter << 8;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            crc &= 0xFFFF;
        }

        return crc % Count;
    }
}
