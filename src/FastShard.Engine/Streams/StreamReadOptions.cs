using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;

namespace FastShard.Engine.Streams;

/// <summary>The options of XREAD and XREADGROUP.</summary>
internal struct StreamReadOptions
{
    /// <summary>Whether the client waits when there is nothing.</summary>
    public bool Blocks { get; private set; }

    /// <summary>Until when, milliseconds since 1970; 0 = for ever.</summary>
    public long DeadlineMillis { get; private set; }

    /// <summary>Entries of each stream at most; 0 = all.</summary>
    public long Count { get; private set; }

    /// <summary>Entries of all streams at most; 0 = all.</summary>
    public long MaxCount { get; private set; }

    /// <summary>Bytes of the reply at most, though one entry is always given; 0 = any.</summary>
    public long MaxSize { get; private set; }

    /// <summary>XREADGROUP: argument index of the group, and behind it of the consumer.</summary>
    public int GroupIndex { get; private set; }

    /// <summary>XREADGROUP: what is delivered is not pending.</summary>
    public bool NoAcknowledge { get; private set; }

    /// <summary>XREADGROUP: pending entries that were idle so long are delivered first; -1 = none are.</summary>
    public long ClaimMillis { get; private set; }

    /// <summary>Argument index of the first key.</summary>
    public int FirstKey { get; private set; }

    /// <summary>How many keys, and then as many ids.</summary>
    public int KeyCount { get; private set; }

    /// <summary>Reads the arguments up to the keys; on failure the reply is written.</summary>
    public static bool TryParse(scoped ref CommandContext context, bool isGroup, out StreamReadOptions options)
    {
        options = new StreamReadOptions { ClaimMillis = -1 };
        for (int index = 1; index < context.ArgCount && options.FirstKey == 0; index++)
        {
            if (!options.TryOption(ref context, ref index, isGroup)) return false;
        }
        if (options.FirstKey == 0) return Refuse(ref context, Errors.Syntax);
        if (isGroup && options.GroupIndex == 0)
            return Refuse(ref context, "ERR Missing GROUP option for XREADGROUP"u8);
        if (options.MaxCount > 0 && options.Count > options.MaxCount)
            return Refuse(ref context, "ERR MAXCOUNT must be greater than or equal to COUNT"u8);
        return true;
    }

    private bool TryOption(scoped ref CommandContext context, ref int index, bool isGroup)
    {
        bool hasMore = index + 1 < context.ArgCount;
        if (hasMore && context.ArgIs(index, "COUNT"u8))
        {
            if (!context.TryGetInteger(++index, out long count)) return false;
            Count = Math.Max(count, 0);
            return true;
        }
        if (hasMore && context.ArgIs(index, "BLOCK"u8)) return TryBlock(ref context, ++index);
        if (hasMore && context.ArgIs(index, "STREAMS"u8)) return TryStreams(ref context, index + 1, isGroup);
        if (hasMore && context.ArgIs(index, "MAXCOUNT"u8))
        {
            bool isRead = TryPositive(
                ref context, ++index, "ERR MAXCOUNT must be a positive integer"u8, out long maxCount);
            MaxCount = maxCount;
            return isRead;
        }
        if (hasMore && context.ArgIs(index, "MAXSIZE"u8))
        {
            bool isRead = TryPositive(
                ref context, ++index, "ERR MAXSIZE must be a positive integer"u8, out long maxSize);
            MaxSize = maxSize;
            return isRead;
        }
        return TryGroupOption(ref context, ref index, isGroup);
    }

    private bool TryGroupOption(scoped ref CommandContext context, ref int index, bool isGroup)
    {
        if (index + 2 < context.ArgCount && context.ArgIs(index, "GROUP"u8))
        {
            if (!isGroup) return RefuseGroupOption(ref context, "GROUP");
            GroupIndex = index + 1;
            index += 2;
            return true;
        }
        if (context.ArgIs(index, "NOACK"u8))
        {
            if (!isGroup) return RefuseGroupOption(ref context, "NOACK");
            NoAcknowledge = true;
            return true;
        }
        if (index + 1 < context.ArgCount && context.ArgIs(index, "CLAIM"u8))
        {
            if (!isGroup) return RefuseGroupOption(ref context, "CLAIM");
            if (!FastShard.Protocol.Numbers.TryParseInt64(context.Arg(++index), out long millis))
                return Refuse(ref context, "ERR min-idle-time is not an integer"u8);
            ClaimMillis = millis;
            return millis >= 0 || Refuse(ref context, "ERR min-idle-time must be a positive integer"u8);
        }
        return Refuse(ref context, Errors.Syntax);
    }

    private bool TryBlock(scoped ref CommandContext context, int index)
    {
        Blocks = true;
        bool isRead = BlockTimeout.TryReadMillis(ref context, index, out long deadline);
        DeadlineMillis = deadline;
        return isRead;
    }

    private bool TryStreams(scoped ref CommandContext context, int first, bool isGroup)
    {
        int count = context.ArgCount - first;
        FirstKey = first;
        KeyCount = count / 2;
        if (count % 2 == 0) return true;
        context.Reply.Error($"ERR Unbalanced '{(isGroup ? "xreadgroup" : "xread")}' list of streams: "
            + $"for each stream key an ID{(isGroup ? " or '>'" : ", '+', or '$'")} must be specified.");
        return false;
    }

    private static bool TryPositive(
        scoped ref CommandContext context, int index, ReadOnlySpan<byte> error, out long value)
    {
        if (!context.TryGetInteger(index, out value)) return false;
        return value > 0 || Refuse(ref context, error);
    }

    private static bool RefuseGroupOption(scoped ref CommandContext context, string option)
    {
        context.Reply.Error(
            $"ERR The {option} option is only supported by XREADGROUP. You called XREAD instead.");
        return false;
    }

    private static bool Refuse(scoped ref CommandContext context, ReadOnlySpan<byte> error)
    {
        context.Reply.Error(error);
        return false;
    }
}
