using FastShard.Engine.Collections;
using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Engine.Hashes;

/// <summary>The options of HSETEX, which stand in any order before FIELDS.</summary>
internal struct SetExOptions
{
    private bool _onlyNew;
    private bool _onlyOld;

    /// <summary>Whether one of EX, PX, EXAT and PXAT was given.</summary>
    public bool HasTime { get; private set; }

    /// <summary>What it says.</summary>
    public long DeadlineMillis { get; private set; }

    /// <summary>KEEPTTL.</summary>
    public bool KeepsDeadline { get; private set; }

    /// <summary>Argument index of the first field; fields and values go on to the last argument.</summary>
    public int FirstField { get; private set; }

    /// <summary>Reads them; on failure the reply is written.</summary>
    public static bool TryParse(ref CommandContext context, out SetExOptions options)
    {
        options = default;
        for (int index = 2; index < context.ArgCount; index++)
        {
            if (context.ArgIs(index, "FIELDS"u8)) return options.TryFields(ref context, index);
            if (!options.TryOption(ref context, ref index)) return false;
        }
        return RefuseCount(ref context);
    }

    /// <summary>Whether all fields exist, or none, where that was asked for.</summary>
    public readonly bool IsMet(in CommandContext context, in HashValue hash)
    {
        if (!_onlyNew && !_onlyOld) return true;
        for (int index = FirstField; index < context.ArgCount; index += 2)
        {
            if (hash.TryGet(new Member(context.Arg(index)), out _) != _onlyOld) return false;
        }
        return true;
    }

    private bool TryOption(ref CommandContext context, ref int index)
    {
        bool keeps = context.ArgIs(index, "KEEPTTL"u8);
        bool isNew = context.ArgIs(index, "FNX"u8);
        if (isNew || context.ArgIs(index, "FXX"u8))
        {
            if (_onlyNew || _onlyOld)
                return Refuse(ref context, "ERR Only one of FXX or FNX arguments can be specified"u8);
            _onlyNew = isNew;
            _onlyOld = !isNew;
            return true;
        }
        bool isTime = IsTime(context, index);
        if ((keeps || isTime) && (HasTime || KeepsDeadline))
            return Refuse(ref context, "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified"u8);
        KeepsDeadline |= keeps;
        if (keeps) return true;
        if (!isTime)
        {
            byte[] error = [.. "ERR unknown argument: "u8, .. context.Arg(index)];
            return Refuse(ref context, error);
        }
        if (!FieldTime.TryReadOption(ref context, index++, out _, out long deadline)) return false;
        HasTime = true;
        DeadlineMillis = deadline;
        return true;
    }

    private static bool IsTime(in CommandContext context, int index) => context.ArgIs(index, "EX"u8)
        || context.ArgIs(index, "PX"u8) || context.ArgIs(index, "EXAT"u8) || context.ArgIs(index, "PXAT"u8);

    private bool TryFields(ref CommandContext context, int at)
    {
        if (at >= context.ArgCount - 3) return RefuseCount(ref context);
        if (!Numbers.TryParseInt64(context.Arg(at + 1), out long count) || count is < 1 or > int.MaxValue)
            return Refuse(ref context, "ERR invalid number of fields"u8);
        FirstField = at + 2;
        return context.ArgCount - FirstField == count * 2 || RefuseCount(ref context);
    }

    private static bool RefuseCount(ref CommandContext context)
    {
        context.Reply.Error($"ERR wrong number of arguments for '{context.Spec.FullName}' command");
        return false;
    }

    private static bool Refuse(ref CommandContext context, scoped ReadOnlySpan<byte> error)
    {
        context.Reply.Error(error);
        return false;
    }
}
