using FastShard.Engine.Commands;
using FastShard.Memory;

namespace FastShard.Engine.Streams;

/// <summary>Which deliveries XPENDING is to list.</summary>
internal struct PendingQuery
{
    /// <summary>Idle at least so long.</summary>
    public long MinIdleMillis { get; private set; }

    /// <summary>From this id on.</summary>
    public StreamId First { get; private set; }

    /// <summary>To this id.</summary>
    public StreamId Last { get; private set; }

    /// <summary>So many at most.</summary>
    public long Count { get; private set; }

    /// <summary>Argument index of the consumer whose they are; 0 = anybody's.</summary>
    public int ConsumerIndex { get; private set; }

    /// <summary>Reads the arguments behind the group; on failure the reply is written.</summary>
    public static bool TryParse(scoped ref CommandContext context, out PendingQuery query)
    {
        query = default;
        int count = context.ArgCount;
        if (count is < 6 or > 9)
        {
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        int index = 3;
        if (context.ArgIs(3, "IDLE"u8))
        {
            if (!context.TryGetInteger(4, out long idle)) return false;
            if (count < 8)
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
            query.MinIdleMillis = idle;
            index = 5;
        }
        if (!context.TryGetInteger(index + 2, out long limit)) return false;
        query.Count = Math.Max(limit, 0);
        if (!StreamIdText.TryGetStart(ref context, index, out StreamId first)) return false;
        if (!StreamIdText.TryGetEnd(ref context, index + 1, out StreamId last)) return false;
        query.First = first;
        query.Last = last;
        if (index + 3 < count) query.ConsumerIndex = index + 3;
        return true;
    }
}
