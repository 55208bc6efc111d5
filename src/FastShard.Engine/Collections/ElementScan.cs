using System.Buffers;
using FastShard.Engine.Commands;
using FastShard.Engine.Keys;
using FastShard.Engine.Text;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Collections;

/// <summary>
/// What SSCAN, HSCAN and ZSCAN share: cursor, options, and a reply whose first element is known last. A cursor is a
/// place in the order of hashes, below 2^32; packed collections are returned whole.
/// </summary>
internal readonly ref struct ElementScan
{
    /// <summary>Elements that one step of a scan is given room for.</summary>
    public const int StepMax = 32;

    private const int DefaultCount = 10;

    private readonly ReadOnlySpan<byte> _pattern;
    private readonly bool _takesAll;

    private ElementScan(ReadOnlySpan<byte> pattern, long count, bool hasNoValues)
    {
        _pattern = pattern;
        _takesAll = GlobPattern.MatchesEverything(pattern);
        Count = count;
        HasNoValues = hasNoValues;
    }

    /// <summary>About how many elements to visit.</summary>
    public long Count { get; }

    /// <summary>HSCAN's NOVALUES.</summary>
    public bool HasNoValues { get; }

    /// <summary>
    /// Reads the cursor; false with the reply written when it is none. One that no scan gave out is behind the end.
    /// </summary>
    public static bool TryCursor(ref CommandContext context, int index, out uint position, out bool isOver)
    {
        bool isValid = ScanCursor.TryParse(context.Arg(index), out ScanCursor cursor);
        if (!isValid) context.Reply.Error(Errors.InvalidCursor);
        position = cursor.Position;
        isOver = cursor.Slot > 0;
        return isValid;
    }

    /// <summary>Reads the options; false with the reply written where they are wrong.</summary>
    public static bool TryOptions(ref CommandContext context, int first, bool mayOmitValues, out ElementScan options)
    {
        ReadOnlySpan<byte> pattern = "*"u8;
        long count = DefaultCount;
        bool hasNoValues = false;
        options = default;
        for (int index = first; index < context.ArgCount; index++)
        {
            bool hasValue = index + 1 < context.ArgCount;
            if (hasValue && context.ArgIs(index, "COUNT"u8))
            {
                if (!context.TryGetInteger(++index, out count)) return false;
                if (count >= 1) continue;
            }
            else if (hasValue && context.ArgIs(index, "MATCH"u8))
            {
                pattern = context.Arg(++index);
                continue;
            }
            else if (context.ArgIs(index, "NOVALUES"u8))
            {
                hasNoValues = true;
                if (mayOmitValues) continue;
                context.Reply.Error("ERR NOVALUES option can only be used in HSCAN"u8);
                return false;
            }
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        options = new ElementScan(pattern, count, hasNoValues);
        return true;
    }

    /// <summary>The reply for a missing key: the end, and nothing on the way to it.</summary>
    public static void ReplyNothing(ref CommandContext context)
    {
        context.Reply.Array(2);
        context.Reply.Bulk("0"u8);
        context.Reply.Array(0);
    }

    /// <summary>Begins the reply; elements follow.</summary>
    public static ReplyMark Begin(ref CommandContext context, out DeferredLength length)
    {
        context.Reply.Array(2);
        ReplyMark mark = context.Reply.Buffer.Mark();
        length = context.Reply.DeferArray();
        return mark;
    }

    /// <summary>Ends the reply with the number of elements written and the cursor for the next call.</summary>
    public static void End(
        ref CommandContext context, ReplyMark beforeCursor, DeferredLength length, uint position, int count)
    {
        context.Reply.SetDeferred(length, count);
        Span<byte> bulk = stackalloc byte[ScanCursor.BulkBytesMax];
        context.Reply.Buffer.Insert(beforeCursor, bulk[..new ScanCursor(0, position).FormatBulk(bulk)]);
    }

    /// <summary>Whether an element fits the pattern.</summary>
    public bool Accepts(PackElement element)
    {
        if (_takesAll) return true;
        Span<byte> scratch = stackalloc byte[Listpack.ScratchBytes];
        return GlobPattern.IsMatch(_pattern, element.Bytes(scratch));
    }
}
