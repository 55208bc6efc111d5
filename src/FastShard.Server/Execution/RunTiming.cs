using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Native.Clocks;
using FastShard.Server.Clients;
using FastShard.Server.Sharding;
using FastShard.Server.Statistics;

namespace FastShard.Server.Execution;

/// <summary>
/// Measures commands for the statistics. A clock reading costs as much as a tenth of a GET, so a run of the same Fast
/// brief command in one batch is timed as a whole and shared evenly, and of brief commands that come alone only every
/// eighth is timed, for all of them. Everything else, and everything while somebody watches for slow commands below a
/// millisecond, is timed one by one.
/// </summary>
internal ref struct RunTiming
{
    private const int SampleMask = 7;

    private readonly ShardWorker _worker;
    private readonly bool _isSampledOut;
    private readonly SlotStatistics? _slots;
    private CommandSpec? _run;
    private long _runCalls;
    private long _began;
    private ReplyMark _replyStart;
    private long _lengthBefore;

    /// <summary>For a batch or parcel of so many commands.</summary>
    public RunTiming(ShardWorker worker, Shard shard, int commands)
    {
        _worker = worker;
        _isSampledOut = commands == 1 && !worker.Server.Watchers.IsPrecise && (++worker.LoneCommands & SampleMask) != 0;
        Statistics = shard.Statistics;
        _slots = shard.Statistics.Slots;
    }

    /// <summary>The statistics of the shard that is worked on.</summary>
    public ShardStatistics Statistics { get; }

    /// <summary>A command is about to run.</summary>
    public void Before(CommandSpec spec, ReplyBuffer output)
    {
        _replyStart = output.Mark();
        _lengthBefore = output.Length;
        if (!ReferenceEquals(spec, _run) || _slots is { IsRunFull: true }) Start(spec);
    }

    /// <summary>It has run.</summary>
    public void After(
        CommandSpec spec, Connection client, in ArgumentView arguments, int slot, ref CommandContext context)
    {
        AfterBrief(spec, client, slot, ref context);
        if (spec.IsBrief && !_worker.Server.Watchers.IsPrecise)
        {
            _run = spec;
            _runCalls++;
            return;
        }
        long nanos = Elapsed();
        Statistics.Record(spec, 1, nanos);
        _slots?.Charge(nanos);
        _worker.Server.Watchers.Observe(Statistics, client, spec, arguments, nanos, context.NowMillis);
    }

    /// <summary>A brief command is about to run, and nobody watches for slow ones.</summary>
    public void BeforeBrief(CommandSpec spec, ReplyBuffer output)
    {
        _replyStart = output.Mark();
        _lengthBefore = output.Length;
        if (!ReferenceEquals(spec, _run) || _slots is { IsRunFull: true })
        {
            Start(spec);
            _run = spec;
        }
        _runCalls++;
    }

    /// <summary>So many more of its like have run with it.</summary>
    public void AddBrief(int calls) => _runCalls += calls;

    /// <summary>It has run; it is counted with its like. The slot is that of its keys, below 0 = it has none.</summary>
    public readonly void AfterBrief(CommandSpec spec, Connection client, int slot, ref CommandContext context)
    {
        ReplyBuffer output = context.Reply.Buffer;
        NoteFailure(Statistics, spec, output.Since(_replyStart));
        long replyBytes = output.Length - _lengthBefore;
        SlowWatchers watchers = _worker.Server.Watchers;
        if (watchers.IsLarge(context.Arguments.TotalBytes, replyBytes))
            watchers.NoteLarge(Statistics, client, spec, context.Arguments, replyBytes, context.NowMillis);
        if (slot >= 0) _slots?.Note(slot, CommandSlot.RequestBytes(context.Arguments), replyBytes);
    }

    /// <summary>It has run and waits: it is counted when it is complete. How long it took so far.</summary>
    public readonly long Parked() => _began == 0 ? 0 : Elapsed();

    /// <summary>Ends a run of one brief command.</summary>
    public void End()
    {
        if (_run is null) return;
        long nanos = _began == 0 ? Statistics.RecordAlike(_run, _runCalls) : Elapsed();
        if (_began != 0) Statistics.Record(_run, _runCalls, nanos);
        _slots?.Charge(nanos / _runCalls);
        _run = null;
        _runCalls = 0;
    }

    /// <summary>Counts a reply that is an error.</summary>
    public static void NoteFailure(ShardStatistics statistics, CommandSpec spec, ReadOnlySpan<byte> reply)
    {
        if (reply.Length > 0 && reply[0] == '-') CountFailure(statistics, spec, reply[1..]);
    }

    private static void CountFailure(ShardStatistics statistics, CommandSpec spec, ReadOnlySpan<byte> line)
    {
        int end = line.IndexOf((byte)'\r');
        statistics.Failed(spec);
        statistics.Error(end < 0 ? line : line[..end]);
    }

    private void Start(CommandSpec spec)
    {
        End();
        bool isUntimed = _isSampledOut && spec.IsBrief && Statistics.WasTimed(spec);
        _began = isUntimed ? 0 : SystemClock.MonotonicNanos();
    }

    private readonly long Elapsed() => SystemClock.MonotonicNanos() - _began;
}
