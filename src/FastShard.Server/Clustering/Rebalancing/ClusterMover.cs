using System.Globalization;
using FastShard.Cluster.Rebalancing;

namespace FastShard.Server.Clustering.Rebalancing;

/// <summary>
/// Moves slots by asking the node that has them for CLUSTER MIGRATESLOTS. On the rebalancer's thread, which may wait.
/// </summary>
internal sealed class ClusterMover(NodeLines lines, Func<ClusterView> look) : IMoveExecutor
{
    public MoveReport Start(PlannedMove move, long bytesPerSecond)
    {
        if (look().Find(move.From) is not { } source) return new MoveReport(MoveState.Failed, "its source is unknown");
        if (bytesPerSecond > 0)
        {
            // Nodes that do not know the directive move at their own pace.
            string limit = bytesPerSecond.ToString(CultureInfo.InvariantCulture);
            lines.Ask(source, "CONFIG", "SET", BandwidthDirective, limit);
        }
        List<string> words = ["CLUSTER", "MIGRATESLOTS", "SLOTSRANGE"];
        foreach (SlotRange range in move.Ranges)
        {
            words.Add(range.First.ToString(CultureInfo.InvariantCulture));
            words.Add(range.Last.ToString(CultureInfo.InvariantCulture));
        }
        words.Add("NODE");
        words.Add(move.To.ToString());
        NodeReply? reply = lines.Ask(source, words.ToArray());
        if (reply is null) return new MoveReport(MoveState.Unknown, "its source does not answer");
        return reply.IsError ? new MoveReport(MoveState.Failed, reply.Text) : new MoveReport(MoveState.Running);
    }

    public MoveReport StateOf(PlannedMove move)
    {
        if (look().Find(move.From) is not { } source) return new MoveReport(MoveState.Unknown);
        NodeReply? reply = lines.Ask(source, "CLUSTER", "GETSLOTMIGRATIONS");
        if (reply is null) return new MoveReport(MoveState.Unknown);
        if (reply.IsError) return new MoveReport(MoveState.Failed, reply.Text);
        NodeReply? newest = null;
        foreach (NodeReply job in reply.Elements)
        {
            bool isIt = job.Field("target_node")?.Text == move.To.ToString()
                && IsOf(job.Field("slot_ranges")?.Text, move);
            if (isIt && (newest is null || CreatedAt(job) >= CreatedAt(newest))) newest = job;
        }
        if (newest is null) return new MoveReport(MoveState.Failed, "its source knows nothing of it");
        string text = newest.Field("message")?.Text ?? "";
        return newest.Field("state")?.Text.ToLowerInvariant() switch
        {
            "success" => new MoveReport(MoveState.Done),
            "failed" => new MoveReport(MoveState.Failed, text.Length > 0 ? text : "the migration failed"),
            "cancelled" or "canceled" => new MoveReport(MoveState.Cancelled, text),
            { } state => new MoveReport(MoveState.Running, state),
            null => new MoveReport(MoveState.Unknown),
        };
    }

    public MoveReport Cancel(PlannedMove move)
    {
        // A node takes part in one move of a plan at a time: all of its migrations are this one.
        if (look().Find(move.From) is not { } source) return new MoveReport(MoveState.Unknown);
        NodeReply? reply = lines.Ask(source, "CLUSTER", "CANCELSLOTMIGRATIONS");
        return reply is null or { IsError: true } ? new MoveReport(MoveState.Unknown) : StateOf(move);
    }

    private const string BandwidthDirective = "cluster-slot-migration-max-bytes-per-second";

    private static long CreatedAt(NodeReply job) => job.Field("create_time")?.Integer ?? 0;

    // "0-99 200-299", perhaps "7" for one slot.
    private static bool IsOf(string? text, PlannedMove move)
    {
        if (text is null) return false;
        string[] words = text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != move.Ranges.Count) return false;
        for (int index = 0; index < words.Length; index++)
        {
            SlotRange range = move.Ranges[index];
            if (words[index] != $"{range.First}-{range.Last}" && words[index] != range.ToString()) return false;
        }
        return true;
    }
}
