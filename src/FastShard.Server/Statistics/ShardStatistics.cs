// Everything that INFO, SLOWLOG and LATENCY tell is counted where it happens: on the shard that runs the command, by
// whoever holds that shard's token, in plain fields. Commands that show it hold all shards and sum. Nothing here is
// shared between threads except the number of the next log entry.

using FastShard.Engine.Commands;

namespace FastShard.Server.Statistics;

/// <summary>One shard's statistics. Written only by the holder of the shard's token.</summary>
public sealed class ShardStatistics
{
    private static readonly long[] LastLogIds = [-1, -1, -1];

    private readonly CommandCounts[] _commands;
    private readonly LatencyHistogram?[] _latencies;
    private readonly CommandLog[] _logs = [new(), new(), new()];

    public ShardStatistics(CommandTable table)
    {
        _commands = new CommandCounts[table.All.Count];
        _latencies = new LatencyHistogram?[table.All.Count];
    }

    public ShardCounters Counters { get; } = new();

    public ErrorStatistics Errors { get; } = new();

    public LatencyMonitor Latency { get; } = new();

    public RateSampler OpsRate { get; } = new();

    public RateSampler InputRate { get; } = new();

    public RateSampler OutputRate { get; } = new();

    /// <summary>cluster-slot-stats-enabled: what each slot costs; null = nobody wants to know.</summary>
    public SlotStatistics? Slots { get; set; }

    /// <summary>latency-tracking: whether each call's duration goes to the command's histogram.</summary>
    public bool TracksLatency { get; set; } = true;

    /// <summary>Counts by <see cref="CommandSpec.Id"/>.</summary>
    public ReadOnlySpan<CommandCounts> Commands => _commands;

    /// <summary>The command's histogram; null while it was never called.</summary>
    public LatencyHistogram? LatencyOf(CommandSpec spec) => _latencies[spec.Id];

    public CommandLog Log(CommandLogKind kind) => _logs[(int)kind];

    /// <summary>Counts a run of executions of one command that took <paramref name="nanos"/> together.</summary>
    public void Record(CommandSpec spec, long calls, long nanos)
    {
        ref CommandCounts counts = ref _commands[spec.Id];
        counts.Calls += calls;
        counts.Nanos += nanos;
        Counters.Commands += calls;
        if (TracksLatency) HistogramOf(spec).Record(calls, calls == 1 ? nanos : nanos / calls);
    }

    /// <summary>True when the command's duration is known from an earlier call.</summary>
    public bool WasTimed(CommandSpec spec) => _commands[spec.Id].Calls > 0;

    /// <summary>
    /// Counts executions that were not timed, as taking what the command takes on average. Gives what that is.
    /// </summary>
    public long RecordAlike(CommandSpec spec, long calls)
    {
        ref CommandCounts counts = ref _commands[spec.Id];
        // None at all when the command itself was CONFIG RESETSTAT.
        long average = counts.Calls == 0 ? 0 : counts.Nanos / counts.Calls;
        Record(spec, calls, average * calls);
        return average * calls;
    }

    /// <summary>Counts a refusal before execution.</summary>
    public void Rejected(CommandSpec spec) => _commands[spec.Id].Rejected++;

    /// <summary>Counts an execution that replied with an error.</summary>
    public void Failed(CommandSpec spec) => _commands[spec.Id].Failed++;

    /// <summary>Counts one error reply, given without its minus sign.</summary>
    public void Error(ReadOnlySpan<byte> error)
    {
        Counters.Errors++;
        Errors.Record(error);
    }

    /// <summary>A number for a log entry, rising over all shards; each log counts from 0.</summary>
    public static long NextLogId(CommandLogKind kind) => Interlocked.Increment(ref LastLogIds[(int)kind]);

    /// <summary>Called about ten times a second.</summary>
    public void Sample(long nowMillis)
    {
        OpsRate.Sample(Counters.Commands, nowMillis);
        InputRate.Sample(Counters.InputBytes, nowMillis);
        OutputRate.Sample(Counters.OutputBytes, nowMillis);
    }

    /// <summary>CONFIG RESETSTAT; the logs have resets of their own.</summary>
    public void Reset()
    {
        Counters.Reset();
        Errors.Clear();
        Slots?.Reset();
        Array.Clear(_commands);
        ResetLatencies();
        OpsRate.Clear();
        InputRate.Clear();
        OutputRate.Clear();
    }

    /// <summary>Forgets all histograms: CONFIG RESETSTAT, and latency-tracking turned off.</summary>
    public void ResetLatencies() => Array.Clear(_latencies);

    private LatencyHistogram HistogramOf(CommandSpec spec) => _latencies[spec.Id] ??= new LatencyHistogram();
}
