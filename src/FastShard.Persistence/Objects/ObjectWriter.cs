using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Native.Diagnostics;
using FastShard.Persistence.Rdb;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Persistence.Objects;

/// <summary>Writes a value as an object: the byte of its type, and the bytes that its readers expect.</summary>
public static class ObjectWriter
{
    /// <summary>
    /// The version that an entry needs at least: newer than what was asked for where that has no words for it.
    /// </summary>
    public static int VersionFor(Database home, in Entry entry, int version) =>
        entry.Type == ValueType.Hash && HashCodec.HasDeadlines(home, entry)
            ? Math.Max(version, RdbVersion.FieldDeadlines)
            : version;

    /// <summary>Writes type and value of an entry.</summary>
    public static void Write(Database home, in Entry entry, in RdbWriter writer)
    {
        switch (entry.Type)
        {
            case ValueType.String:
                StringCodec.Write(entry, writer);
                break;
            case ValueType.List:
                ListCodec.Write(home.Table, entry, writer);
                break;
            case ValueType.Set:
                SetCodec.Write(home, entry, writer);
                break;
            case ValueType.SortedSet:
                SortedSetCodec.Write(home.Table, entry, writer);
                break;
            case ValueType.Hash:
                HashCodec.Write(home, entry, writer);
                break;
            case ValueType.Stream:
                StreamCodec.Write(home.Table, entry, writer);
                break;
            default:
                Invariant.Check(false);
                break;
        }
    }
}
