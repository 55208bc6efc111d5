using System.Globalization;
using System.Text;
using FastShard.Engine.Eviction;
using FastShard.Engine.Keys;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Persistence.Objects;
using FastShard.Persistence.Rdb;

namespace FastShard.Server.Commands;

/// <summary>DEBUG OBJECT: how a value is kept, and what it comes to when it is written.</summary>
internal static class DebugObject
{
    public static string Describe(in Key key, in Entry entry, long nowMillis)
    {
        KeyTable table = key.Home.Table;
        string encoding = Encoding.ASCII.GetString(EncodingNames.Of(entry));
        long idle = AccessClock.IdleSeconds(entry, nowMillis);
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"Value at:slot{key.Slot} refcount:1 encoding:{encoding} " +
            $"serializedlength:{SerializedLength(key.Home, entry)} lru:{entry.AccessClock} lru_seconds_idle:{idle}");
        return entry.Encoding == ValueEncoding.QuickList ? text + Nodes(table, entry) : text;
    }

    // As Redis counts: what DUMP would say of the value without its type and footer.
    private static int SerializedLength(Database home, in Entry entry)
    {
        using NativeBuffer buffer = new(0);
        int version = ObjectWriter.VersionFor(home, entry, RdbSettings.Version);
        ObjectWriter.Write(home, entry, new RdbWriter(buffer, version, RdbSettings.Compresses));
        return buffer.Length - 1;
    }

    private static string Nodes(KeyTable table, in Entry entry)
    {
        ListNodeReader nodes = new(table.Structure(entry));
        (long count, long bytes) = (0, 0);
        for (; nodes.MoveNext(); count++) bytes += nodes.Bytes.Length;
        double average = count == 0 ? 0 : (double)table.Structure(entry).Count / count;
        return string.Create(
            CultureInfo.InvariantCulture,
            $" ql_nodes:{count} ql_avg_node:{average:F2} ql_compressed:0 ql_uncompressed_size:{bytes}");
    }
}
