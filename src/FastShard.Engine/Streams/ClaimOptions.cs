using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Streams;

/// <summary>The arguments of XCLAIM from the idle time on.</summary>
internal struct ClaimOptions
{
    /// <summary>Only what was idle so long is claimed.</summary>
    public long MinIdleMillis { get; private set; }

    /// <summary>Argument index behind the last id; the first is 5.</summary>
    public int EndOfIds { get; private set; }

    /// <summary>When the entries count as delivered.</summary>
    public long DeliveryMillis { get; private set; }

    /// <summary>How often they count as delivered; -1 = once more.</summary>
    public long RetryCount { get; private set; }

    /// <summary>What is not pending is made so.</summary>
    public bool Forces { get; private set; }

    /// <summary>Only ids are replied, and no delivery counted.</summary>
    public bool JustId { get; private set; }

    /// <summary>The group has read up to here at least.</summary>
    public StreamId LastId { get; private set; }

    /// <summary>Reads them; on failure the reply is written.</summary>
    public static bool TryParse(scoped ref CommandContext context, out ClaimOptions options)
    {
        options = new ClaimOptions { RetryCount = -1, DeliveryMillis = -1, EndOfIds = 5 };
        if (!StreamClaimCommands.TryReadMinIdle(
            ref context, "ERR Invalid min-idle-time argument for XCLAIM"u8, out long minIdle)) return false;
        options.MinIdleMillis = minIdle;
        while (options.EndOfIds < context.ArgCount
            && StreamIdText.TryParse(context.Arg(options.EndOfIds), 0, out _))
        {
            options.EndOfIds++;
        }
        for (int index = options.EndOfIds; index < context.ArgCount; index++)
        {
            if (!options.TryOption(ref context, ref index)) return false;
        }
        // A time from a client whose clock differs is no reason to fail.
        long now = context.NowMillis;
        if (options.DeliveryMillis < 0 || options.DeliveryMillis > now) options.DeliveryMillis = now;
        return true;
    }

    private bool TryOption(scoped ref CommandContext context, ref int index)
    {
        bool hasMore = index + 1 < context.ArgCount;
        if (context.ArgIs(index, "FORCE"u8)) return Forces = true;
        if (context.ArgIs(index, "JUSTID"u8)) return JustId = true;
        long value;
        if (hasMore && context.ArgIs(index, "IDLE"u8))
        {
            if (!TryGet(ref context, ++index, "ERR Invalid IDLE option argument for XCLAIM"u8, out value)) return false;
            DeliveryMillis = unchecked(context.NowMillis - value);
            return true;
        }
        if (hasMore && context.ArgIs(index, "TIME"u8))
        {
            if (!TryGet(ref context, ++index, "ERR Invalid TIME option argument for XCLAIM"u8, out value)) return false;
            DeliveryMillis = value;
            return true;
        }
        if (hasMore && context.ArgIs(index, "RETRYCOUNT"u8))
        {
            if (!TryGet(ref context, ++index, "ERR Invalid RETRYCOUNT option argument for XCLAIM"u8, out value))
                return false;
            RetryCount = value;
            return true;
        }
        if (hasMore && context.ArgIs(index, "LASTID"u8))
        {
            bool isRead = StreamIdText.TryGet(ref context, ++index, out StreamId id);
            LastId = id;
            return isRead;
        }
        context.Reply.Error($"ERR Unrecognized XCLAIM option '{StreamErrors.Text(context.Arg(index))}'");
        return false;
    }

    private static bool TryGet(scoped ref CommandContext context, int index, ReadOnlySpan<byte> error, out long value)
    {
        if (Numbers.TryParseInt64(context.Arg(index), out value)) return true;
        context.Reply.Error(error);
        return false;
    }
}
