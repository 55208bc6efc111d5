using System.Globalization;
using System.Text;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Engine.Eviction;
using FastShard.Engine.Keys;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Strings;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Server.Commands;

/// <summary>DEBUG subcommands that look at keys or make them.</summary>
internal static class DebugKeys
{
    private const int NumberDigits = 20;

    public static void Digest(ref CommandContext context) =>
        context.Reply.Status(DatasetDigest.OfAll(context.Dataset, context.NowMillis));

    public static void DigestValue(ref CommandContext context)
    {
        Span<byte> digest = stackalloc byte[EntryDigest.Bytes];
        context.Reply.Array(context.ArgCount - 2);
        for (int index = 2; index < context.ArgCount; index++)
        {
            Key key = context.Key(index);
            digest.Clear();
            if (key.Home.TryPeek(key, out Entry entry)) EntryDigest.Add(key.Home, entry, digest);
            context.Reply.Status(Convert.ToHexStringLower(digest));
        }
    }

    public static void Populate(ref CommandContext context)
    {
        long size = 0;
        if (!context.TryGetInteger(2, out long count)) return;
        if (context.ArgCount > 4 && !context.TryGetInteger(4, out size)) return;
        if (count < 0 || size < 0 || size > EngineLimits.StringLengthMax)
        {
            context.Reply.Error("ERR value is out of range, must be positive"u8);
            return;
        }
        byte[] prefix = context.ArgCount > 3 ? context.Arg(3).ToArray() : "key"u8.ToArray();
        var name = new byte[prefix.Length + 1 + NumberDigits];
        prefix.CopyTo(name, 0);
        name[prefix.Length] = (byte)':';
        var value = new byte[Math.Max(size, "value:".Length + NumberDigits)];
        for (long number = 0; number < count; number++)
        {
            int nameLength = prefix.Length + 1 + Numbers.FormatInt64(number, name.AsSpan(prefix.Length + 1));
            int textLength = FormatValue(number, value);
            ReadOnlySpan<byte> content = value.AsSpan(0, size == 0 ? textLength : (int)size);
            Populate(ref context, name.AsSpan(0, nameLength), content);
        }
        context.Reply.Ok();
    }

    // "value:N"; what a longer number left behind it is cleared.
    private static int FormatValue(long number, Span<byte> value)
    {
        "value:"u8.CopyTo(value);
        Span<byte> digits = value.Slice("value:".Length, NumberDigits);
        digits.Clear();
        return "value:".Length + Numbers.FormatInt64(number, digits);
    }

    private static void Populate(ref CommandContext context, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Key key = context.KeyOf(name, context.Session.Db);
        if (key.Home.TryPeek(key, out _)) return;
        Entry entry = default;
        StringValue.Set(key, isFound: false, ref entry, value, expiryMillis: 0);
        key.Home.Modified(key, KeyEvent.Set);
    }

    public static void Object(ref CommandContext context)
    {
        Key key = context.Key(2);
        if (!key.Home.TryPeek(key, out Entry entry))
        {
            context.Reply.Error(Errors.NoSuchKey);
            return;
        }
        context.Reply.Status(DebugObject.Describe(key, entry, context.NowMillis));
    }

    public static void Lengths(ref CommandContext context)
    {
        Key key = context.Key(2);
        if (!key.Home.TryPeek(key, out Entry entry))
        {
            context.Reply.Error(Errors.NoSuchKey);
            return;
        }
        if (entry.Type != Memory.ValueType.String || entry.Encoding == ValueEncoding.Int)
        {
            context.Reply.Error("ERR Not an sds encoded string."u8);
            return;
        }
        int spare = entry.IsBlob ? entry.Blob.Capacity - entry.Blob.Length : 0;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"key_sds_len:{key.Bytes.Length}, key_sds_avail:0, key_zmalloc: 0, val_sds_len:{entry.ValueLength}, " +
            $"val_sds_avail:{spare}, val_zmalloc: {entry.AllocatedBytes}");
        context.Reply.Status(text);
    }

    public static void TableStatistics(ref CommandContext context)
    {
        if (!context.TryGetInteger(2, out long index)) return;
        if (index < 0 || index >= context.Dataset.DatabaseCount)
        {
            context.Reply.Error("ERR Out of range database"u8);
            return;
        }
        StringBuilder text = new();
        foreach (Keyspace keyspace in context.Dataset.Keyspaces)
        {
            KeyTable table = keyspace[(int)index].Table;
            int slots = 0;
            for (int slot = table.NextSlot(0); slot >= 0; slot = table.NextSlot(slot + 1)) slots++;
            text.Append(
                CultureInfo.InvariantCulture,
                $"shard{keyspace.ShardIndex}: keys={table.Count} expires={table.VolatileCount} slots_used={slots}\n");
        }
        context.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(text.ToString()));
    }

    public static void SlotStatistics(ref CommandContext context)
    {
        Key key = context.Key(2);
        if (!key.Home.TryPeek(key, out _))
        {
            context.Reply.Error(Errors.NoSuchKey);
            return;
        }
        KeyTable table = key.Home.Table;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"slot{key.Slot}: keys={table.SlotKeyCount(key.Slot)} bytes={table.SlotBytes(key.Slot)}\n");
        context.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(text));
    }
}
