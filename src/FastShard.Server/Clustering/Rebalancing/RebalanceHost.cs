// The rebalancer on a thread of its own, which may wait for other nodes; shards only take its token for the moment that
// the state machine thinks. The thread sleeps unless a plan is being carried out, the automatic mode is on, or somebody
// wants slots measured.

using FastShard.Cluster.Rebalancing;
using FastShard.Cluster.State;
using FastShard.Native.Clocks;
using FastShard.Native.Threading;
using FastShard.Server.Configuration;
using FastShard.Server.Logging;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clustering.Rebalancing;

/// <summary>Plans and their execution on this node.</summary>
internal sealed class RebalanceHost : IDisposable
{
    private const int TickMillis = 500;
    private const int IdleMillis = 2000;
    private const int FreshMillis = 2000;
    private const int PlansKept = 16;

    // So that a plan can be stopped between moves, none takes much longer than this.
    private const int MoveSecondsMax = 60;

    private readonly FastShardServer _server;
    private readonly ClusterHost _cluster;
    private readonly ShardToken _token = new();
    private readonly Rebalancer _machine;
    private readonly Dictionary<string, RebalancePlan> _plans = [];
    private readonly Queue<string> _planOrder = [];
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly NodeLines _lines;
    private readonly Surveyor _surveyor;
    private readonly HealthWatch _health;
    private readonly ClusterMover _mover;
    private readonly Thread _thread;
    private volatile Survey _survey = Survey.None;
    private volatile bool _isSurveyAsked;
    private volatile bool _isEnding;
    private HealthReport _lastHealth;
    private RebalancePhase _lastPhase;
    private long _planNumber;
    private long _seenVersion = -1;

    public RebalanceHost(FastShardServer server, ClusterHost cluster)
    {
        _server = server;
        _cluster = cluster;
        _machine = new Rebalancer(SettingsOf(server.Options));
        _lines = new NodeLines(server.Options);
        _surveyor = new Surveyor(_lines);
        _health = new HealthWatch(_lines);
        _mover = new ClusterMover(_lines, cluster.View);
        _thread = new Thread(Run) { Name = "rebalancer", IsBackground = true };
    }

    /// <summary>How clients fared when somebody looked last.</summary>
    public HealthReport LastHealth => _lastHealth;

    public void Start() => _thread.Start();

    /// <summary>Takes the token; to be let go by <see cref="Leave"/> before anything else is waited for.</summary>
    public Rebalancer Enter()
    {
        _token.Take();
        return _machine;
    }

    public void Leave()
    {
        _token.Release();
        _wake.Set();
    }

    /// <summary>Slots measured a moment ago; null = they are being measured, and shards are woken then.</summary>
    public Survey? FreshSurvey(long nowMillis)
    {
        if (IsSurveyed(nowMillis)) return _survey;
        _isSurveyAsked = true;
        _wake.Set();
        return null;
    }

    /// <summary>Whether <see cref="FreshSurvey"/> has something.</summary>
    public bool IsSurveyed(long nowMillis)
    {
        Survey survey = _survey;
        return nowMillis - survey.DoneMillis < FreshMillis && survey.Version == _cluster.Map.Version;
    }

    /// <summary>Makes a plan of what was measured, and keeps it for <see cref="FindPlan"/>. Null = nobody may have
    /// slots.</summary>
    public RebalancePlan? Plan(Survey survey, PlanWish wish)
    {
        List<PlanNode> nodes = [];
        foreach (ViewNode node in survey.View.Nodes)
        {
            if (node.IsSound && !survey.Silent.Contains(node.Id.ToString()))
                nodes.Add(new PlanNode(node.Id, wish.WeightOf(node.Id), node.Slots));
        }
        RebalanceSettings settings = SettingsOf(_server.Options);
        bool isLimited = settings.BytesPerSecond > 0;
        RebalancePlan? plan = Planner.Make(new PlanRequest
        {
            Nodes = nodes,
            Measures = survey.Measures,
            By = wish.By,
            Threshold = wish.Threshold,
            BytesPerSecond = settings.BytesPerSecond,
            ParallelMoves = settings.ParallelMoves,
            MoveBytesMax = isLimited
                ? Math.Max(1, settings.BytesPerSecond / settings.ParallelMoves) * MoveSecondsMax : long.MaxValue,
        });
        if (plan is null) return null;
        string id = $"{survey.View.Fingerprint & 0xffffff:x6}-{Interlocked.Increment(ref _planNumber)}";
        plan = plan with { Id = id, World = survey.View.Fingerprint, MadeMillis = survey.DoneMillis };
        _token.Take();
        _plans.Add(id, plan);
        _planOrder.Enqueue(id);
        if (_planOrder.Count > PlansKept) _plans.Remove(_planOrder.Dequeue());
        _token.Release();
        return plan;
    }

    /// <summary>A plan that was made a while ago; the token is held.</summary>
    public RebalancePlan? FindPlan(string id) =>
        _machine.Plan is { } current && current.Id == id ? current : _plans.GetValueOrDefault(id);

    /// <summary>Directives have changed.</summary>
    public void Configure()
    {
        Enter().Settings = SettingsOf(_server.Options);
        Leave();
    }

    public void Dispose()
    {
        _isEnding = true;
        _wake.Set();
        if (_thread.IsAlive) _thread.Join();
        _lines.Dispose();
        _wake.Dispose();
        _token.Dispose();
    }

    private static RebalanceSettings SettingsOf(ServerOptions options) => new()
    {
        IsAutomatic = options.ClusterRebalanceIsAutomatic,
        ParallelMoves = options.ClusterRebalanceParallelMoves,
        BytesPerSecond = options.ClusterRebalanceBandwidth,
        LatencyLimitMicros = options.ClusterRebalanceLatencyLimitMillis * 1000,
        ErrorLimitPerThousand = options.ClusterRebalanceErrorLimit,
        FailureWaitMillis = options.ClusterRebalanceFailureWaitSeconds * 1000,
        CalmMillis = options.ClusterRebalanceCalmSeconds * 1000,
        ApprovalBytes = options.ClusterRebalanceApprovalBytes,
        IntervalMillis = options.ClusterRebalanceIntervalSeconds * 1000,
    };

    private void Run()
    {
        while (!_isEnding)
        {
            // tidy: cold because this thread is no shard's.
            _wake.WaitOne(_machine.NeedsHealth ? TickMillis : IdleMillis);
            if (_isEnding) return;
            if (_isSurveyAsked) Measure();
            if (_machine.NeedsHealth) Advance();
            else Watch();
        }
    }

    // A plan that comes later is to know of failures that come now.
    private void Watch()
    {
        _health.Forget();
        if (_cluster.Map.Version == _seenVersion) return;
        _seenVersion = _cluster.Map.Version;
        ClusterView view = _cluster.View();
        _token.Take();
        _machine.Observe(SystemClock.WallMillis(), view, default);
        _token.Release();
    }

    private Survey Measure()
    {
        _isSurveyAsked = false;
        // The older number, should it change between the two: then the survey does not count.
        long version = _cluster.Map.Version;
        Survey survey = _surveyor.Make(_cluster.View(), version);
        _survey = survey;
        foreach (Shard shard in _server.Shards)
        {
            if (shard.Waits.IsAwaited) shard.Reactor.Wake();
        }
        return survey;
    }

    private void Advance()
    {
        ClusterView view = _cluster.View();
        bool needsMajority = _server.Options.ClusterRebalanceIsAutomatic;
        HealthReport health = _health.Take(view, needsMajority ? _surveyor.CountAgreeing(view) : 0);
        _token.Take();
        _lastHealth = health;
        _machine.Observe(SystemClock.WallMillis(), view, health);
        List<RebalanceOrder> orders = _machine.TakeOrders();
        _token.Release();
        foreach (RebalanceOrder order in orders) Do(order);
        NotePhase();
    }

    private void Do(in RebalanceOrder order)
    {
        if (order.Move is not { } move)
        {
            Propose();
            return;
        }
        MoveReport report = order.Kind switch
        {
            OrderKind.Start => _mover.Start(move, order.BytesPerSecond),
            OrderKind.Cancel => _mover.Cancel(move),
            _ => _mover.StateOf(move),
        };
        if (order.Kind == OrderKind.Start)
            Log.Notice($"Rebalancing: move {move.Number}, {move.Slots} slots from {move.From} to {move.To}");
        _token.Take();
        _machine.Report(move, report, SystemClock.WallMillis());
        _token.Release();
    }

    private void Propose()
    {
        if (PlanWish.TryDefault(_server.Options, out PlanWish wish) is { } fault)
        {
            Log.Warning($"Rebalancing: {fault}");
            return;
        }
        if (Plan(Measure(), wish) is not { } plan) return;
        ClusterView view = _cluster.View();
        _token.Take();
        _machine.Propose(plan, view);
        _token.Release();
    }

    private void NotePhase()
    {
        _token.Take();
        (RebalancePhase phase, string reason) = (_machine.Phase, _machine.Reason);
        _token.Release();
        if (phase == _lastPhase) return;
        _lastPhase = phase;
        Log.Notice($"Rebalancing: {RebalanceText.NameOf(phase)}{(reason.Length > 0 ? ": " : "")}{reason}");
    }
}
