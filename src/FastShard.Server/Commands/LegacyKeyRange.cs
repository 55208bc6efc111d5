using FastShard.Engine.Commands;

namespace FastShard.Server.Commands;

/// <summary>
/// First key, last key and step, as clients before key specifications read them: the specifications at fixed places,
/// joined where they adjoin.
/// </summary>
internal readonly record struct LegacyKeyRange(int First, int Last, int Step)
{
    public static LegacyKeyRange Of(CommandSpec spec)
    {
        if (spec.Keys is [{ Keyword: null, IsCounted: false } only]) return Of(only);
        LegacyKeyRange joined = default;
        foreach (KeySpec keys in spec.Keys)
        {
            if (keys.Keyword is not null || keys.IsCounted || keys.Step != 1) continue;
            LegacyKeyRange range = Of(keys);
            if (joined.First == 0) joined = range;
            else if (range.First == joined.Last + 1) joined = joined with { Last = range.Last };
        }
        return joined;
    }

    private static LegacyKeyRange Of(KeySpec keys) =>
        new(keys.Begin, keys.Last < 0 ? keys.Last : keys.Begin + keys.Last, keys.Step);
}
