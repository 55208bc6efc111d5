using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Streams;

/// <summary>The option "IDS count id ..." and the one that says what happens to deliveries, in any order.</summary>
internal struct StreamIdList
{
    /// <summary>Argument index of the first id.</summary>
    public int First { get; private set; }

    /// <summary>How many ids.</summary>
    public int Count { get; private set; }

    /// <summary>KEEPREF, DELREF or ACKED.</summary>
    public StreamReferences References { get; private set; }

    /// <summary>Reads all arguments from an index on; on failure the reply is written.</summary>
    public static bool TryParse(scoped ref CommandContext context, int index, out StreamIdList list)
    {
        list = default;
        bool hasReferences = false;
        for (; index < context.ArgCount; index++)
        {
            if (TryReferences(context, index, out StreamReferences references))
            {
                if (hasReferences) return Refuse(ref context, Errors.Syntax);
                hasReferences = true;
                list.References = references;
            }
            else if (context.ArgIs(index, "IDS"u8) && list.First == 0 && index + 1 < context.ArgCount)
            {
                if (!Numbers.TryParseInt64(context.Arg(index + 1), out long count) || count <= 0)
                    return Refuse(ref context, StreamErrors.NumberOfIds);
                if (count > context.ArgCount - index - 2) return Refuse(ref context, StreamErrors.NumberOfIdsDiffers);
                list.First = index + 2;
                list.Count = (int)count;
                index += list.Count + 1;
            }
            else
            {
                return Refuse(ref context, Errors.Syntax);
            }
        }
        if (list.First == 0) return Refuse(ref context, Errors.Syntax);
        return list.AreIds(ref context);
    }

    /// <summary>Whether an argument is one of the words for what happens to deliveries.</summary>
    public static bool TryReferences(scoped in CommandContext context, int index, out StreamReferences references)
    {
        references = StreamReferences.Keep;
        if (context.ArgIs(index, "KEEPREF"u8)) return true;
        references = StreamReferences.Delete;
        if (context.ArgIs(index, "DELREF"u8)) return true;
        references = StreamReferences.Acknowledged;
        return context.ArgIs(index, "ACKED"u8);
    }

    /// <summary>An id that was found to be one.</summary>
    public readonly StreamId this[in CommandContext context, int index]
    {
        get
        {
            _ = StreamIdText.TryParse(context.Arg(First + index), 0, out StreamId id);
            return id;
        }
    }

    // Before anything is changed: an error must not come half way.
    private readonly bool AreIds(scoped ref CommandContext context)
    {
        for (int index = First; index < First + Count; index++)
        {
            if (!StreamIdText.TryGet(ref context, index, out _)) return false;
        }
        return true;
    }

    private static bool Refuse(scoped ref CommandContext context, ReadOnlySpan<byte> error)
    {
        context.Reply.Error(error);
        return false;
    }
}
