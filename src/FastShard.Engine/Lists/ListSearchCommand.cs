using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Protocol;

namespace FastShard.Engine.Lists;

/// <summary>LPOS: where in a list elements stand.</summary>
public static class ListSearchCommand
{
    /// <summary>The declaration.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("LPOS", -3, CommandFlags.ReadOnly, static (ref CommandContext context) => Search(ref context))
        {
            Group = CommandGroup.List,
            Since = "6.0.6",
            Complexity = "O(N) where N is the number of elements compared.",
            Summary = "Returns the indexes of the elements of a list that equal another.",
            Syntax = "key element [RANK rank:integer] [COUNT num-matches:integer] [MAXLEN len:integer]",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
    ];

    private static void Search(ref CommandContext context)
    {
        if (!Options.TryParse(ref context, out Options options)) return;
        Key key = context.Key(1);
        switch (ListValue.Read(context, key, out ListValue list))
        {
            case Lookup.Missing:
                if (options.Count < 0) context.Reply.Null();
                else context.Reply.Array(0);
                return;
            case Lookup.WrongType:
                context.Reply.Error(Errors.WrongType);
                return;
        }
        if (options.Count < 0) ReplyOne(ref context, options, list);
        else ReplyAll(ref context, options, list);
    }

    private static void ReplyOne(ref CommandContext context, in Options options, in ListValue list)
    {
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        Matches matches = new(options, list, context.Arg(2), scratch);
        if (matches.TryNext(out long index)) context.Reply.Integer(index);
        else context.Reply.Null();
    }

    private static void ReplyAll(ref CommandContext context, in Options options, in ListValue list)
    {
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        Matches matches = new(options, list, context.Arg(2), scratch);
        long most = options.Count == 0 ? long.MaxValue : options.Count;
        DeferredLength length = context.Reply.DeferArray();
        int found = 0;
        for (; found < most && matches.TryNext(out long index); found++) context.Reply.Integer(index);
        context.Reply.SetDeferred(length, found);
    }

    /// <summary>What stands behind the element; a negative Count is none.</summary>
    private readonly record struct Options(long Rank, long Count, long MaxLength)
    {
        public static bool TryParse(ref CommandContext context, out Options options)
        {
            options = new Options(1, -1, 0);
            for (int index = 3; index < context.ArgCount; index += 2)
            {
                if (index + 1 == context.ArgCount)
                {
                    context.Reply.Error(Errors.Syntax);
                    return false;
                }
                if (!TryReadOption(ref context, index, ref options)) return false;
            }
            return true;
        }

        private static bool TryReadOption(ref CommandContext context, int index, ref Options options)
        {
            if (context.ArgIs(index, "RANK"u8))
            {
                if (!ListEditCommands.TryReadSigned(ref context, index + 1, out long rank)) return false;
                options = options with { Rank = rank };
                if (rank != 0) return true;
                context.Reply.Error(Errors.ZeroRank);
                return false;
            }
            bool isCount = context.ArgIs(index, "COUNT"u8);
            if (!isCount && !context.ArgIs(index, "MAXLEN"u8))
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
            if (!Numbers.TryParseInt64(context.Arg(index + 1), out long number) || number < 0)
            {
                context.Reply.Error(isCount ? "ERR COUNT can't be negative"u8 : "ERR MAXLEN can't be negative"u8);
                return false;
            }
            options = isCount ? options with { Count = number } : options with { MaxLength = number };
            return true;
        }
    }

    /// <summary>The matches from the rank on, one after the other.</summary>
    private ref struct Matches
    {
        private readonly ListPattern _pattern;
        private readonly bool _backwards;
        private readonly long _last;
        private ListWalk _walk;
        private long _compared;
        private long _skipped;

        public Matches(in Options options, scoped in ListValue list, ReadOnlySpan<byte> element, Span<byte> scratch)
        {
            _pattern = new ListPattern(element);
            _backwards = options.Rank < 0;
            _last = list.Count - 1;
            _walk = list.Seek(_backwards ? -1 : 0, scratch);
            _skipped = Math.Abs(options.Rank) - 1;
            Left = options.MaxLength == 0 ? long.MaxValue : options.MaxLength;
        }

        private long Left { get; set; }

        public bool TryNext(out long index)
        {
            index = 0;
            while (!_walk.IsEnd && Left > 0)
            {
                bool isMatch = _pattern.Equals(_walk.Element);
                index = _backwards ? _last - _compared : _compared;
                _walk.Move(_backwards);
                _compared++;
                Left--;
                if (isMatch && _skipped-- <= 0) return true;
            }
            return false;
        }
    }
}
