using FastShard.Engine.Effects;
using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.Strings;

/// <summary>
/// What is journalled in place of commands that set strings on conditions, from numbers, or with deadlines.
/// </summary>
internal static class StringEffects
{
    /// <summary>The key holds this string now, until this deadline (0 = for ever).</summary>
    public static void Set(in Key key, ReadOnlySpan<byte> value, long deadlineMillis)
    {
        if (key.Home.Rewrite() is not { } effects) return;
        effects.Begin(deadlineMillis == 0 ? 3 : 5);
        effects.Add("SET"u8);
        effects.Add(key.Bytes);
        effects.Add(value);
        if (deadlineMillis == 0) return;
        effects.Add("PXAT"u8);
        effects.Add(deadlineMillis);
    }
}
