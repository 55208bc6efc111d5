using FastShard.Engine.Commands;
using FastShard.Memory;

namespace FastShard.Engine.Keys;

/// <summary>
/// NX, XX, GT and LT: when EXPIRE may change a deadline. A key without one counts as living for ever.
/// </summary>
internal readonly struct ExpireConditions
{
    private readonly bool _onlyWithout;
    private readonly bool _onlyWith;
    private readonly bool _onlyLater;
    private readonly bool _onlyEarlier;

    private ExpireConditions(bool onlyWithout, bool onlyWith, bool onlyLater, bool onlyEarlier)
    {
        _onlyWithout = onlyWithout;
        _onlyWith = onlyWith;
        _onlyLater = onlyLater;
        _onlyEarlier = onlyEarlier;
    }

    private static ReadOnlySpan<byte> NxWithOthers =>
        "ERR NX and XX, GT or LT options at the same time are not compatible"u8;

    private static ReadOnlySpan<byte> LaterAndEarlier =>
        "ERR GT and LT options at the same time are not compatible"u8;

    /// <summary>Reads the options from an argument on; false with the reply written when they make no sense.</summary>
    public static bool TryParse(ref CommandContext context, int firstIndex, out ExpireConditions conditions)
    {
        conditions = default;
        bool nx = false, xx = false, gt = false, lt = false;
        for (int index = firstIndex; index < context.ArgCount; index++)
        {
            if (context.ArgIs(index, "NX"u8)) nx = true;
            else if (context.ArgIs(index, "XX"u8)) xx = true;
            else if (context.ArgIs(index, "GT"u8)) gt = true;
            else if (context.ArgIs(index, "LT"u8)) lt = true;
            else return RefuseOption(ref context, context.Arg(index));
        }
        if (nx && (xx || gt || lt)) return Refuse(ref context, NxWithOthers);
        if (gt && lt) return Refuse(ref context, LaterAndEarlier);
        conditions = new ExpireConditions(nx, xx, gt, lt);
        return true;
    }

    /// <summary>Whether this entry may get this deadline.</summary>
    public bool Allow(in Entry entry, long deadlineMillis)
    {
        if (!entry.HasExpiry) return !_onlyWith && !_onlyLater;
        if (_onlyWithout) return false;
        if (_onlyLater && deadlineMillis <= entry.ExpiryMillis) return false;
        return !_onlyEarlier || deadlineMillis < entry.ExpiryMillis;
    }

    private static bool RefuseOption(ref CommandContext context, scoped ReadOnlySpan<byte> option)
    {
        byte[] error = [.. "ERR Unsupported option "u8, .. option];
        context.Reply.Error(error);
        return false;
    }

    private static bool Refuse(ref CommandContext context, scoped ReadOnlySpan<byte> error)
    {
        context.Reply.Error(error);
        return false;
    }
}
