using FastShard.Engine.Eviction;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Persistence.Objects;
using FastShard.Persistence.Rdb;

namespace FastShard.Persistence.Snapshots;

/// <summary>
/// One key of a file:
/// <code>
///   | deadline, if any | use, if told | type, 1 | key | object |
/// </code>
/// </summary>
internal static class RecordWriter
{
    /// <summary>Writes a whole record.</summary>
    public static void Write(
        Database home, in Entry entry, NativeBuffer target, TextPlaces? texts, int version, UsageNotes usage)
    {
        WriteNotes(home, entry, new RdbWriter(target, version, texts), usage);
        ObjectWriter.Write(home, entry, new RdbWriter(target, version, texts, entry.Key));
    }

    /// <summary>Writes what stands in front of the type.</summary>
    public static void WriteNotes(Database home, in Entry entry, in RdbWriter writer, UsageNotes usage)
    {
        if (entry.HasExpiry)
        {
            writer.Byte(RdbOpcode.ExpiryMillis);
            writer.Millis(entry.ExpiryMillis);
        }
        long now = home.Owner.NowMillis;
        switch (usage)
        {
            case UsageNotes.IdleTime:
                writer.Byte(RdbOpcode.Idle);
                writer.Length(AccessClock.IdleMillis(entry, now) / 1000);
                break;
            case UsageNotes.Frequency:
                writer.Byte(RdbOpcode.Frequency);
                writer.Byte((byte)home.Owner.AccessClock.Frequency(entry, now));
                break;
        }
    }
}
