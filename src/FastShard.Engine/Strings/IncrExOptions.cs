using System.Text;
using FastShard.Engine.Commands;

namespace FastShard.Engine.Strings;

/// <summary>
/// The options of INCREX: Redis's, and Valkey's NX and XX. Unlike SET it refuses any option that is given twice.
/// Indexes are 0 where an option is absent.
/// </summary>
internal struct IncrExOptions
{
    private StringOption _existence;
    private int _integerIndex;
    private int _floatIndex;
    private int _lowerIndex;
    private int _upperIndex;
    private int _timeIndex;
    private StringOption _timeUnit;

    /// <summary>BYFLOAT was given: value, bounds and reply are floats.</summary>
    public readonly bool IsFloat => _floatIndex != 0;

    /// <summary>Argument of BYINT or BYFLOAT; 0 adds one.</summary>
    public readonly int IncrementIndex => _floatIndex + _integerIndex;

    /// <summary>Argument of LBOUND.</summary>
    public readonly int LowerIndex => _lowerIndex;

    /// <summary>Argument of UBOUND.</summary>
    public readonly int UpperIndex => _upperIndex;

    /// <summary>A sum outside of the bounds becomes the nearer bound, instead of changing nothing.</summary>
    public bool Saturates { get; private set; }

    /// <summary>The deadline goes away.</summary>
    public bool Persists { get; private set; }

    /// <summary>The new deadline counts only for a key that has none.</summary>
    public bool KeepsDeadline { get; private set; }

    /// <summary>Whether NX or XX, where given, lets the key be changed.</summary>
    public readonly bool Allows(bool isFound) =>
        _existence == StringOption.None || isFound == (_existence == StringOption.Xx);

    /// <summary>On failure the reply is written.</summary>
    public static bool TryParse(ref CommandContext context, out IncrExOptions options)
    {
        options = default;
        for (int index = 2; index < context.ArgCount; index++)
        {
            if (!options.TryTake(ref context, ref index))
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
        }
        if (!options.KeepsDeadline || options._timeIndex != 0) return true;
        context.Reply.Error(options.Persists ? Errors.Syntax : "ERR ENX flag requires an expiration"u8);
        return false;
    }

    /// <summary>The new deadline, 0 without one. On failure the reply is written.</summary>
    public readonly bool TryGetDeadline(ref CommandContext context, out long deadlineMillis)
    {
        deadlineMillis = 0;
        return _timeIndex == 0 || Deadline.TryRead(ref context, _timeIndex, _timeUnit, out deadlineMillis);
    }

    private bool TryTake(ref CommandContext context, ref int index)
    {
        ReadOnlySpan<byte> word = context.Arg(index);
        StringOption option = StringOptions.OptionOf(word);
        if ((option & StringOption.Existence) != 0)
        {
            if (_existence != StringOption.None) return false;
            _existence = option;
            return true;
        }
        if ((option & (StringOption.Times | StringOption.Persist)) != 0)
        {
            if (_timeIndex != 0 || Persists) return false;
            if (option == StringOption.Persist) return Persists = true;
            _timeUnit = option;
            return TryTakeValue(ref context, ref index, ref _timeIndex);
        }
        if (Ascii.EqualsIgnoreCase(word, "BYINT"u8))
            return !IsFloat && TryTakeValue(ref context, ref index, ref _integerIndex);
        if (Ascii.EqualsIgnoreCase(word, "BYFLOAT"u8))
            return _integerIndex == 0 && TryTakeValue(ref context, ref index, ref _floatIndex);
        if (Ascii.EqualsIgnoreCase(word, "LBOUND"u8)) return TryTakeValue(ref context, ref index, ref _lowerIndex);
        if (Ascii.EqualsIgnoreCase(word, "UBOUND"u8)) return TryTakeValue(ref context, ref index, ref _upperIndex);
        if (Ascii.EqualsIgnoreCase(word, "SATURATE"u8) && !Saturates) return Saturates = true;
        if (Ascii.EqualsIgnoreCase(word, "ENX"u8) && !KeepsDeadline) return KeepsDeadline = true;
        return false;
    }

    private static bool TryTakeValue(ref CommandContext context, ref int index, ref int valueIndex)
    {
        if (valueIndex != 0 || index + 1 == context.ArgCount) return false;
        valueIndex = ++index;
        return true;
    }
}
