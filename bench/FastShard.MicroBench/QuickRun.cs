using System.Globalization;

namespace FastShard.MicroBench;

/// <summary>
/// All benchmarks without BenchmarkDotNet: set up (which checks their answers), run, print one JSON line each.
/// Processor time and the best of some rounds, because the machine may be busy. The checksum shows that two builds
/// computed the same; the exit code shows that none of them allocated.
/// </summary>
internal static class QuickRun
{
    private const int SmokeCalls = 3;

    private static long _sink;

    public static int Run(int rounds, int minMillis)
    {
        using var requests = new RequestBench();
        using var replies = new ReplyBench();
        using var hashes = new HashBench();
        using var keys = new KeyTableBench { Keys = minMillis == 0 ? 1000 : 1 << 17 };
        requests.Setup();
        replies.Setup();
        hashes.Setup();
        keys.Setup();
        BenchCase[] cases = [.. requests.Cases(), .. replies.Cases(), .. hashes.Cases(), .. keys.Cases()];
        bool isFree = true;
        foreach (BenchCase one in cases) isFree &= Measure(one, rounds, minMillis);
        return isFree ? 0 : 1;
    }

    private static bool Measure(BenchCase one, int rounds, int minMillis)
    {
        long checksum = 0;
        for (int i = 0; i < SmokeCalls; i++) checksum += one.Body();
        double best = double.MaxValue;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < rounds; round++) best = Math.Min(best, Round(one, minMillis));
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        string nanos = minMillis == 0 ? "null" : best.ToString("F1", CultureInfo.InvariantCulture);
        Console.WriteLine(
            $"{{\"bench\":\"{one.Name}\",\"nanosPerOperation\":{nanos}," +
            $"\"allocatedBytes\":{allocated},\"checksum\":{checksum}}}");
        return allocated == 0;
    }

    private static double Round(BenchCase one, int minMillis)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime;
        long calls = 0;
        long sink = 0;
        do
        {
            for (int i = 0; i < 100; i++) sink += one.Body();
            calls += 100;
        }
        while (minMillis > 0 && (Environment.CpuUsage.TotalTime - start).TotalMilliseconds < minMillis);
        Volatile.Write(ref _sink, sink);
        return (Environment.CpuUsage.TotalTime - start).TotalNanoseconds / (calls * one.Operations);
    }
}
