namespace FastShard.Engine.Keyspaces;

/// <summary>The generator of random choices among keys; its state is a plain number, and any number will do.</summary>
internal static class SplitMix
{
    /// <summary>The next 64 random bits.</summary>
    public static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from 0 to <paramref name="bound"/> - 1.</summary>
    public static long Below(ref ulong state, long bound) => (long)Math.BigMul(Next(ref state), (ulong)bound, out _);
}
