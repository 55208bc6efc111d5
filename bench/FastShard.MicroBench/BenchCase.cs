namespace FastShard.MicroBench;

/// <summary>One benchmark for a run without BenchmarkDotNet.</summary>
/// <param name="Name">What the line says.</param>
/// <param name="Operations">Operations of one call.</param>
/// <param name="Body">One call; its result goes into the checksum, so that nothing is optimized away.</param>
internal sealed record BenchCase(string Name, int Operations, Func<long> Body);
