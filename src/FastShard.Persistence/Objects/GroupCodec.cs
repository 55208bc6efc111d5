using FastShard.Engine.Streams;
using FastShard.Memory;
using FastShard.Persistence.Rdb;

namespace FastShard.Persistence.Objects;

/// <summary>
/// A stream's consumer group: how far it is, all that is pending, and the consumers with the ids of theirs. A delivery
/// without an owner (XNACK released it) has the delivery time 0; other servers want an owner for each, so it is written
/// as the first consumer's.
/// </summary>
internal static class GroupCodec
{
    private const int IdBytes = 16;
    private const int PendingBytesMin = IdBytes + sizeof(long) + 1;
    private const int ConsumerBytesMin = 1 + sizeof(long) + 1;

    public static void Write(scoped in StreamGroup group, in RdbWriter writer)
    {
        writer.Text(group.Name);
        StreamCodec.Write(group.LastId, writer);
        if (StreamCodec.HasProgress(writer.Version)) writer.Length((ulong)group.EntriesRead);
        writer.Length(group.PendingCount);
        Span<byte> id = stackalloc byte[IdBytes];
        PendingReader pending = new(group, StreamId.Zero, StreamId.Max);
        while (pending.MoveNext())
        {
            PendingEntry delivery = pending.Current;
            StreamCodec.WriteRaw(delivery.Id, id);
            writer.Raw(id);
            writer.Millis(delivery.DeliveryMillis);
            writer.Length(delivery.DeliveryCount);
        }
        bool needsOwner = group.ReleasedCount > 0 && group.ConsumerCount == 0;
        writer.Length(group.ConsumerCount + (needsOwner ? 1 : 0));
        if (needsOwner) WriteOwnerless(group, writer);
        for (int index = 0; index < group.ConsumerCount; index++)
            WriteConsumer(group, group.ConsumerAt(index), ownsReleased: index == 0, writer);
    }

    public static bool TryRead(ref RdbReader reader, RdbType type, scoped in StructureHandle stream)
    {
        TextScratch scratch = default;
        PendingClaims claims = new();
        bool isRead = TryRead(ref reader, type, stream, ref scratch, claims);
        scratch.Dispose();
        return isRead;
    }

    private static void WriteConsumer(
        scoped in StreamGroup group, scoped in StreamConsumer consumer, bool ownsReleased, in RdbWriter writer)
    {
        writer.Text(consumer.Name);
        writer.Millis(consumer.SeenMillis);
        if (writer.Version >= RdbVersion.ListpackSets) writer.Millis(consumer.ActiveMillis);
        bool takesMore = ownsReleased && group.ReleasedCount > 0;
        writer.Length(consumer.PendingCount + (takesMore ? group.ReleasedCount : 0));
        PendingReader own = new(group, consumer, StreamId.Zero, StreamId.Max);
        WriteIds(ref own, releasedOnly: false, writer);
        if (takesMore) WriteReleased(group, writer);
    }

    private static void WriteOwnerless(scoped in StreamGroup group, in RdbWriter writer)
    {
        writer.Text(default(ReadOnlySpan<byte>));
        writer.Millis(0);
        if (writer.Version >= RdbVersion.ListpackSets) writer.Millis(-1);
        writer.Length(group.ReleasedCount);
        WriteReleased(group, writer);
    }

    private static void WriteReleased(scoped in StreamGroup group, in RdbWriter writer)
    {
        PendingReader all = new(group, StreamId.Zero, StreamId.Max);
        WriteIds(ref all, releasedOnly: true, writer);
    }

    private static void WriteIds(ref PendingReader pending, bool releasedOnly, in RdbWriter writer)
    {
        Span<byte> id = stackalloc byte[IdBytes];
        while (pending.MoveNext())
        {
            if (releasedOnly && !pending.Current.IsReleased) continue;
            StreamCodec.WriteRaw(pending.Id, id);
            writer.Raw(id);
        }
    }

    private static bool TryRead(
        ref RdbReader reader, RdbType type, scoped in StructureHandle stream, ref TextScratch scratch,
        PendingClaims claims)
    {
        if (!reader.TryText(ref scratch, out ReadOnlySpan<byte> name)) return false;
        if (!new StreamGroups(stream).TryCreate(name, out StreamGroup group)) return false;
        if (!StreamCodec.TryId(ref reader, out StreamId last)) return false;
        group.LastId = last;
        group.EntriesRead = GroupProgress.CountTo(new StreamEntries(stream), last);
        if (type != RdbType.Stream)
        {
            if (!reader.TryLength(out ulong read) || (long)read < StreamGroup.UnknownRead) return false;
            group.EntriesRead = (long)read;
        }
        if (!TryPending(ref reader, claims) || !reader.TryCount(ConsumerBytesMin, out int consumers)) return false;
        for (; consumers > 0; consumers--)
        {
            if (!TryConsumer(ref reader, type, group, ref scratch, claims)) return false;
        }
        return claims.TrySettle(group);
    }

    private static bool TryPending(ref RdbReader reader, PendingClaims claims)
    {
        if (!reader.TryCount(PendingBytesMin, out int count)) return false;
        for (; count > 0; count--)
        {
            if (!StreamCodec.TryRawId(ref reader, out StreamId id)) return false;
            if (!reader.TryMillis(out long delivered) || !reader.TryNumber(out long deliveries)) return false;
            if (!claims.TryAdd(id, delivered, deliveries)) return false;
        }
        return true;
    }

    private static bool TryConsumer(
        ref RdbReader reader, RdbType type, scoped StreamGroup group, ref TextScratch scratch, PendingClaims claims)
    {
        if (!reader.TryText(ref scratch, out ReadOnlySpan<byte> name)) return false;
        if (!reader.TryMillis(out long seen)) return false;
        if (!group.GetOrCreateConsumer(name, seen, out StreamConsumer consumer)) return false;
        long active = seen;
        if (type == RdbType.Stream3 && !reader.TryMillis(out active)) return false;
        consumer.SeenMillis = seen;
        consumer.ActiveMillis = active;
        int ordinal = claims.AddOwner(name);
        if (!reader.TryCount(IdBytes, out int count)) return false;
        for (; count > 0; count--)
        {
            if (!StreamCodec.TryRawId(ref reader, out StreamId id) || !claims.TryClaim(id, ordinal)) return false;
        }
        return true;
    }
}
