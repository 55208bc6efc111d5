using FastShard.Engine.Commands;
using FastShard.Engine.Effects;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Engine.Streams;

/// <summary>
/// What is journalled in place of commands on streams that depend on the clock, on how entries are packed, or on what
/// a group has delivered.
/// </summary>
internal static class StreamEffects
{
    /// <summary>An entry was added, and <paramref name="trimmed"/> old ones removed after it.</summary>
    public static void Add(
        scoped in CommandContext context, scoped in Key key, StreamId id, scoped in StreamAddOptions options,
        long trimmed, long length)
    {
        if (key.Home.Rewrite() is not { } effects) return;
        bool isAcknowledged = options.Trim.References == StreamReferences.Acknowledged;
        bool trims = trimmed > 0 && !isAcknowledged;
        bool deletes = trims && options.Trim.References == StreamReferences.Delete;
        int first = options.IdIndex + 1;
        effects.Begin(3 + (trims ? 3 : 0) + (deletes ? 1 : 0) + context.ArgCount - first);
        effects.Add("XADD"u8);
        effects.Add(key.Bytes);
        if (deletes) effects.Add("DELREF"u8);
        if (trims) AddLength(effects, length);
        AddId(effects, id);
        for (int index = first; index < context.ArgCount; index++) effects.Add(context.Arg(index));
        if (trimmed > 0 && isAcknowledged) TrimAcknowledged(effects, key, options.Trim);
    }

    /// <summary>An entry was added with a producer's id.</summary>
    public static void Record(
        scoped in Key key, ReadOnlySpan<byte> producer, scoped ReadOnlySpan<byte> idempotentId, StreamId id)
    {
        if (key.Home.Rewrite() is not { } effects) return;
        effects.Begin(5);
        effects.Add("XIDMPRECORD"u8);
        effects.Add(key.Bytes);
        effects.Add(producer);
        effects.Add(idempotentId);
        AddId(effects, id);
    }

    /// <summary>The first entries were removed, and so many are left.</summary>
    public static void Trim(scoped in Key key, scoped in StreamTrim trim, long length)
    {
        if (key.Home.Rewrite() is not { } effects) return;
        if (trim.References == StreamReferences.Acknowledged)
        {
            TrimAcknowledged(effects, key, trim);
            return;
        }
        bool deletes = trim.References == StreamReferences.Delete;
        effects.Begin(deletes ? 6 : 5);
        effects.Add("XTRIM"u8);
        effects.Add(key.Bytes);
        AddLength(effects, length);
        if (deletes) effects.Add("DELREF"u8);
    }

    /// <summary>An entry was removed.</summary>
    public static void Delete(scoped in Key key, StreamId id) => WriteId(key, "XDEL"u8, default, id);

    /// <summary>A delivery is no longer pending.</summary>
    public static void Acknowledge(scoped in Key key, ReadOnlySpan<byte> group, StreamId id) =>
        WriteId(key, "XACK"u8, group, id);

    /// <summary>A delivery belongs to a consumer, who has it since then and for so often.</summary>
    public static void Claim(
        scoped in Key key, scoped in StreamGroup group, ReadOnlySpan<byte> consumer, StreamId id, long deliveryMillis,
        long deliveryCount)
    {
        if (key.Home.Rewrite() is not { } effects) return;
        effects.Begin(14);
        effects.Add("XCLAIM"u8);
        effects.Add(key.Bytes);
        effects.Add(group.Name);
        effects.Add(consumer);
        effects.Add("0"u8);
        AddId(effects, id);
        effects.Add("TIME"u8);
        effects.Add(deliveryMillis);
        effects.Add("RETRYCOUNT"u8);
        effects.Add(deliveryCount);
        effects.Add("FORCE"u8);
        effects.Add("JUSTID"u8);
        effects.Add("LASTID"u8);
        AddId(effects, group.LastId);
    }

    /// <summary>A group has read up to its last id.</summary>
    public static void SetGroup(scoped in Key key, scoped in StreamGroup group)
    {
        if (key.Home.Rewrite() is not { } effects) return;
        effects.Begin(7);
        effects.Add("XGROUP"u8);
        effects.Add("SETID"u8);
        effects.Add(key.Bytes);
        effects.Add(group.Name);
        AddId(effects, group.LastId);
        effects.Add("ENTRIESREAD"u8);
        effects.Add(group.EntriesRead);
    }

    /// <summary>A consumer was made.</summary>
    public static void MakeConsumer(scoped in Key key, scoped in StreamGroup group, ReadOnlySpan<byte> consumer)
    {
        if (key.Home.Rewrite() is not { } effects) return;
        effects.Begin(5);
        effects.Add("XGROUP"u8);
        effects.Add("CREATECONSUMER"u8);
        effects.Add(key.Bytes);
        effects.Add(group.Name);
        effects.Add(consumer);
    }

    // Which entries go depends on who has read them, so it cannot be said by a length.
    private static void TrimAcknowledged(EffectJournal effects, scoped in Key key, scoped in StreamTrim trim)
    {
        effects.Begin(trim.IsApproximate ? 8 : 6);
        effects.Add("XTRIM"u8);
        effects.Add(key.Bytes);
        effects.Add(trim.IsByLength ? "MAXLEN"u8 : "MINID"u8);
        effects.Add(trim.IsApproximate ? "~"u8 : "="u8);
        if (trim.IsByLength) effects.Add(trim.MaxLength);
        else AddId(effects, trim.MinId);
        if (trim.IsApproximate)
        {
            effects.Add("LIMIT"u8);
            effects.Add(trim.Limit);
        }
        effects.Add("ACKED"u8);
    }

    private static void WriteId(scoped in Key key, ReadOnlySpan<byte> name, ReadOnlySpan<byte> group, StreamId id)
    {
        if (key.Home.Rewrite() is not { } effects) return;
        bool hasGroup = name[1] == 'A';
        effects.Begin(hasGroup ? 4 : 3);
        effects.Add(name);
        effects.Add(key.Bytes);
        if (hasGroup) effects.Add(group);
        AddId(effects, id);
    }

    private static void AddLength(EffectJournal effects, long length)
    {
        effects.Add("MAXLEN"u8);
        effects.Add("="u8);
        effects.Add(length);
    }

    private static void AddId(EffectJournal effects, StreamId id)
    {
        Span<byte> text = stackalloc byte[StreamIdText.MaxBytes];
        effects.Add(text[..StreamIdText.Format(id, text)]);
    }
}
