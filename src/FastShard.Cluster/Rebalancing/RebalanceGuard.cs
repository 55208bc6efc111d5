// What keeps moves from beginning. A node that is slow looks like one that has failed, and moving its slots would make
// it and its neighbours slower yet: so nothing begins while clients suffer, while a node is in doubt, or for a good
// while after one has failed or was replaced. An operator who knows better may say so.

using System.Globalization;

namespace FastShard.Cluster.Rebalancing;

/// <summary>Whether moves may begin, and why not.</summary>
internal sealed class RebalanceGuard
{
    private ClusterView? _former;
    private long _failedMillis;
    private long _sufferedMillis;
    private string _failure = "";
    private string _suffering = "";

    /// <summary>What is seen now.</summary>
    public void Observe(long nowMillis, ClusterView view, HealthReport health, RebalanceSettings settings)
    {
        if (FailureIn(view) is { } failure)
        {
            _failedMillis = nowMillis;
            _failure = failure;
        }
        _former = view;
        if (SufferingIn(view, health, settings) is not { } suffering) return;
        _sufferedMillis = nowMillis;
        _suffering = suffering;
    }

    /// <summary>Whether a move may begin: running = yes, else holding or waiting, with the reason.</summary>
    public RebalancePhase Judge(long nowMillis, RebalanceSettings settings, out string reason)
    {
        long waited = nowMillis - _failedMillis;
        if (_failedMillis != 0 && waited < settings.FailureWaitMillis)
        {
            long seconds = (settings.FailureWaitMillis - waited + 999) / 1000;
            reason = string.Create(CultureInfo.InvariantCulture, $"{_failure}; {seconds} seconds to wait");
            return RebalancePhase.Waiting;
        }
        if (_sufferedMillis != 0 && nowMillis - _sufferedMillis < settings.CalmMillis)
        {
            reason = _suffering;
            return RebalancePhase.Holding;
        }
        reason = "";
        return RebalancePhase.Running;
    }

    /// <summary>An operator has seen what happened, and says that it is over.</summary>
    public void Overrule() => _failedMillis = 0;

    private string? FailureIn(ClusterView view)
    {
        foreach (ViewNode node in view.Nodes)
        {
            ViewNode? former = _former?.Find(node.Id);
            if (node.HasFailed && (former is not { HasFailed: true } || node.Slots.Count > 0))
                return $"node {node.Id} has failed";
            bool hasTakenOver = former is { IsPrimary: false } && node.IsPrimary && node.Slots.Count > 0;
            if (hasTakenOver) return $"node {node.Id} has taken its primary's place";
        }
        return null;
    }

    private static string? SufferingIn(ClusterView view, HealthReport health, RebalanceSettings settings)
    {
        foreach (ViewNode node in view.Nodes)
        {
            if (node.IsInDoubt && !node.HasFailed) return $"node {node.Id} does not answer";
        }
        if (health.SilentNodes > 0) return $"{health.SilentNodes} of the primaries did not answer";
        if (settings.LatencyLimitMicros > 0 && health.LatencyMicros > settings.LatencyLimitMicros)
            return $"99 % of the commands took up to {health.LatencyMicros} us";
        if (settings.ErrorLimitPerThousand > 0 && health.ErrorsPerThousand > settings.ErrorLimitPerThousand)
            return $"{health.ErrorsPerThousand} of 1000 commands failed";
        return null;
    }
}
