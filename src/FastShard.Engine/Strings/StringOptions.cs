using System.Text;
using FastShard.Engine.Commands;
using FastShard.Memory;

namespace FastShard.Engine.Strings;

/// <summary>The options of one request: which were given, and where the values of those that take one are.</summary>
internal struct StringOptions
{
    private StringOption _given;

    /// <summary>Argument index of the deadline, when one of <see cref="StringOption.Times"/> was given.</summary>
    public int TimeIndex { get; private set; }

    /// <summary>Argument index of the value or digest to compare with.</summary>
    public int ComparandIndex { get; private set; }

    /// <summary>The comparison that was asked for, or None.</summary>
    public readonly StringOption Comparison => _given & StringOption.Comparisons;

    /// <summary>True when any of the options was given.</summary>
    public readonly bool Has(StringOption options) => (_given & options) != 0;

    /// <summary>
    /// Reads the arguments from <paramref name="first"/> to the last. As in Redis an option may be repeated, and then
    /// its last value counts, but two of one kind exclude each other. On failure the reply is written.
    /// </summary>
    public static bool TryParse(ref CommandContext context, int first, StringOption allowed, out StringOptions options)
    {
        options = default;
        for (int index = first; index < context.ArgCount; index++)
        {
            StringOption option = OptionOf(context.Arg(index)) & allowed;
            bool takesValue = (option & (StringOption.Times | StringOption.Comparisons)) != 0;
            if (option == StringOption.None
                || options.Has(RivalsOf(option))
                || (takesValue && index + 1 == context.ArgCount))
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
            options._given |= option;
            if (!takesValue) continue;
            index++;
            if ((option & StringOption.Times) != 0) options.TimeIndex = index;
            else options.ComparandIndex = index;
        }
        return true;
    }

    /// <summary>
    /// The new deadline in milliseconds since 1970, or 0 when none was given. On failure the reply is written.
    /// </summary>
    public readonly bool TryGetDeadline(ref CommandContext context, out long deadlineMillis)
    {
        deadlineMillis = 0;
        StringOption unit = _given & StringOption.Times;
        return unit == StringOption.None || Deadline.TryRead(ref context, TimeIndex, unit, out deadlineMillis);
    }

    /// <summary>
    /// Whether the condition of the request holds: true without one. False with the reply written when it cannot be
    /// judged. Comparisons want a string.
    /// </summary>
    public readonly bool TryEvaluate(ref CommandContext context, bool isFound, in Entry entry, out bool isMet)
    {
        isMet = true;
        if (Has(StringOption.Nx)) isMet = !isFound;
        else if (Has(StringOption.Xx)) isMet = isFound;
        else if (Comparison == StringOption.None) isMet = true;
        else if (!isFound) isMet = Has(StringOption.IfNotEqual | StringOption.IfDigestNotEqual);
        else return ValueComparison.TryEvaluate(ref context, Comparison, ComparandIndex, entry, out isMet);
        return true;
    }

    /// <summary>The option that a word names, in any case; None for any other word.</summary>
    public static StringOption OptionOf(ReadOnlySpan<byte> word)
    {
        switch (word.Length)
        {
            case 2:
                if (Ascii.EqualsIgnoreCase(word, "EX"u8)) return StringOption.Ex;
                if (Ascii.EqualsIgnoreCase(word, "PX"u8)) return StringOption.Px;
                if (Ascii.EqualsIgnoreCase(word, "NX"u8)) return StringOption.Nx;
                if (Ascii.EqualsIgnoreCase(word, "XX"u8)) return StringOption.Xx;
                break;
            case 3:
                if (Ascii.EqualsIgnoreCase(word, "GET"u8)) return StringOption.Get;
                break;
            case 4:
                if (Ascii.EqualsIgnoreCase(word, "EXAT"u8)) return StringOption.ExAt;
                if (Ascii.EqualsIgnoreCase(word, "PXAT"u8)) return StringOption.PxAt;
                if (Ascii.EqualsIgnoreCase(word, "IFEQ"u8)) return StringOption.IfEqual;
                if (Ascii.EqualsIgnoreCase(word, "IFNE"u8)) return StringOption.IfNotEqual;
                break;
            case 5:
                if (Ascii.EqualsIgnoreCase(word, "IFDEQ"u8)) return StringOption.IfDigestEqual;
                if (Ascii.EqualsIgnoreCase(word, "IFDNE"u8)) return StringOption.IfDigestNotEqual;
                break;
            case 7:
                if (Ascii.EqualsIgnoreCase(word, "KEEPTTL"u8)) return StringOption.KeepTtl;
                if (Ascii.EqualsIgnoreCase(word, "PERSIST"u8)) return StringOption.Persist;
                break;
        }
        return StringOption.None;
    }

    private static StringOption RivalsOf(StringOption option)
    {
        if ((option & StringOption.Conditions) != 0) return StringOption.Conditions & ~option;
        if ((option & StringOption.Expiry) != 0) return StringOption.Expiry & ~option;
        return StringOption.None;
    }
}
