using System.Buffers.Text;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Streams;

/// <summary>Stream ids as text: "time-number", as strictly and as laxly read as by Redis.</summary>
internal static class StreamIdText
{
    /// <summary>The longest id.</summary>
    public const int MaxBytes = 41;

    private const int LongestRead = 127;

    /// <summary>Writes an id and returns its length.</summary>
    public static int Format(StreamId id, Span<byte> target)
    {
        Utf8Formatter.TryFormat(id.Millis, target, out int length);
        target[length++] = (byte)'-';
        if (id.Sequence < 10)
        {
            target[length] = (byte)('0' + id.Sequence);
            return length + 1;
        }
        Utf8Formatter.TryFormat(id.Sequence, target[length..], out int more);
        return length + more;
    }

    /// <summary>An id, whose number is <paramref name="missing"/> where only a time is given.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, ulong missing, out StreamId id)
    {
        bool isParsed = TryParse(text, missing, takesStar: false, out id, out _);
        return isParsed;
    }

    /// <summary>The same, and "time-*", whose number is to be found (0 for now).</summary>
    public static bool TryParseForAdding(ReadOnlySpan<byte> text, out StreamId id, out bool hasSequence) =>
        TryParse(text, 0, takesStar: true, out id, out hasSequence);

    /// <summary>An id argument; on failure the reply is written.</summary>
    public static bool TryGet(scoped ref CommandContext context, int index, out StreamId id) =>
        TryGet(ref context, context.Arg(index), 0, out id);

    /// <summary>
    /// One end of a range: an id, "-", "+", or an id behind "(", which is not in the range itself. On failure the reply
    /// is written.
    /// </summary>
    public static bool TryGetStart(scoped ref CommandContext context, int index, out StreamId id)
    {
        if (!TryGetEnd(ref context, index, 0, out id, out bool isExclusive)) return false;
        if (!isExclusive || id.TryNext(out id)) return true;
        context.Reply.Error("ERR invalid start ID for the interval"u8);
        return false;
    }

    /// <summary>The other end.</summary>
    public static bool TryGetEnd(scoped ref CommandContext context, int index, out StreamId id)
    {
        if (!TryGetEnd(ref context, index, ulong.MaxValue, out id, out bool isExclusive)) return false;
        if (!isExclusive || id.TryPrevious(out id)) return true;
        context.Reply.Error("ERR invalid end ID for the interval"u8);
        return false;
    }

    private static bool TryGetEnd(
        scoped ref CommandContext context, int index, ulong missing, out StreamId id, out bool isExclusive)
    {
        ReadOnlySpan<byte> text = context.Arg(index);
        isExclusive = text.Length > 1 && text[0] == '(';
        if (isExclusive) text = text[1..];
        else if (text.Length == 1 && text[0] is (byte)'-' or (byte)'+')
        {
            id = text[0] == '-' ? StreamId.Zero : StreamId.Max;
            return true;
        }
        return TryGet(ref context, text, missing, out id);
    }

    private static bool TryGet(
        scoped ref CommandContext context, ReadOnlySpan<byte> text, ulong missing, out StreamId id)
    {
        if (TryParse(text, missing, out id)) return true;
        context.Reply.Error(StreamErrors.InvalidId);
        return false;
    }

    private static bool TryParse(
        ReadOnlySpan<byte> text, ulong missing, bool takesStar, out StreamId id, out bool hasSequence)
    {
        id = default;
        hasSequence = true;
        if (text.Length > LongestRead) return false;
        int dash = text.IndexOf((byte)'-');
        ReadOnlySpan<byte> first = dash < 0 ? text : text[..dash];
        if (!TryNumber(first, out ulong millis)) return false;
        ulong sequence = missing;
        if (dash >= 0)
        {
            ReadOnlySpan<byte> second = text[(dash + 1)..];
            if (takesStar && second.Length == 1 && second[0] == '*')
            {
                hasSequence = false;
                sequence = 0;
            }
            else if (!TryNumber(second, out sequence))
            {
                return false;
            }
        }
        id = new StreamId(millis, sequence);
        return true;
    }

    // What C's strtoull takes: blanks, a sign, and zeroes in front. A plain negative number is refused before that.
    private static bool TryNumber(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (Numbers.TryParseInt64(text, out long plain) && plain < 0) return false;
        int at = 0;
        while (at < text.Length && (text[at] == ' ' || text[at] is >= 9 and <= 13)) at++;
        bool isNegative = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is (byte)'-' or (byte)'+') at++;
        if (at == text.Length) return false;
        for (; at < text.Length; at++)
        {
            uint digit = (uint)(text[at] - '0');
            if (digit > 9 || value > (ulong.MaxValue - digit) / 10) return false;
            value = (value * 10) + digit;
        }
        if (isNegative) value = 0 - value;
        return true;
    }
}
