using System.Globalization;
using FastShard.Cluster.Rebalancing;
using FastShard.Engine;
using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Native.Clocks;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.Commands;

namespace FastShard.Server.Clustering.Rebalancing;

/// <summary>CLUSTER REBALANCE.</summary>
internal static class RebalanceCommands
{
    public const string Syntax =
        "PLAN [BY ALL | SLOTS | KEYS | BYTES | LOAD] [THRESHOLD percent:integer] [WEIGHT node-id weight ...] | "
        + "APPLY plan-id | STATUS | PAUSE | RESUME | ABORT | HELP";

    private const long SurveyMillis = 30_000;

    private static readonly string[] s_help =
    [
        "CLUSTER REBALANCE <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "PLAN [BY ALL|SLOTS|KEYS|BYTES|LOAD] [THRESHOLD <percent>] [WEIGHT <node-id> <weight> ...]",
        "    Measures all slots and shows which would move where, and what that costs. Moves nothing.",
        "    A node of weight 0 is emptied. Weights that are not given are 1.",
        "APPLY <plan-id>",
        "    Carries a plan out, unless the cluster has changed since it was made.",
        "STATUS",
        "    Shows how far it is, and what it waits for.",
        "PAUSE",
        "    Begins no more moves; what is under way goes on.",
        "RESUME",
        "    Goes on, even if a node has failed not long ago.",
        "ABORT",
        "    Ends the plan: what is under way is broken off, what was moved stays.",
        "HELP",
        "    Prints this help.",
    ];

    public static void Run(ref CommandContext context)
    {
        if (ClusterQueries.Host(ref context) is not { } cluster) return;
        RebalanceHost host = cluster.Rebalancing;
        bool isAlone = context.ArgCount == 3;
        if (context.ArgIs(2, "PLAN"u8)) Plan(ref context, host);
        else if (context.ArgIs(2, "APPLY"u8) && context.ArgCount == 4) Apply(ref context, cluster, host);
        else if (context.ArgIs(2, "STATUS"u8) && isAlone) Status(ref context, host);
        else if (context.ArgIs(2, "PAUSE"u8) && isAlone) Do(ref context, host, static machine => machine.Pause());
        else if (context.ArgIs(2, "RESUME"u8) && isAlone) Do(ref context, host, static machine => machine.Resume());
        else if (context.ArgIs(2, "ABORT"u8) && isAlone)
            Do(ref context, host, static machine => machine.Abort(SystemClock.WallMillis()));
        else if (context.ArgIs(2, "HELP"u8) && isAlone) context.Reply.StatusLines([.. s_help]);
        else context.Reply.Error(Errors.Syntax);
    }

    /// <summary>The slots were not measured in time.</summary>
    public static void ReplyLate(ReplyWriter reply) =>
        reply.Error("ERR the slots of all nodes could not be measured in time, try again"u8);

    /// <summary>Whether a client that waits for a plan can have it.</summary>
    public static bool IsSurveyed(Connection client) =>
        client.Server.Cluster!.Rebalancing.IsSurveyed(SystemClock.WallMillis());

    private static void Plan(ref CommandContext context, RebalanceHost host)
    {
        if (!TryReadWish(ref context, out PlanWish wish)) return;
        if (host.FreshSurvey(SystemClock.WallMillis()) is not { } survey)
        {
            // Measuring means asking other nodes: the client waits, not the shard.
            if (!context.TryPark(BlockKind.Survey, context.NowMillis + SurveyMillis, 0, 0)) ReplyLate(context.Reply);
            return;
        }
        if (host.Plan(survey, wish) is { } plan) RebalanceReplies.Plan(context.Reply, plan, survey);
        else context.Reply.Error("ERR no node may have slots: every weight is 0, or no primary answers"u8);
    }

    private static bool TryReadWish(ref CommandContext context, out PlanWish wish)
    {
        if (PlanWish.TryDefault(context.Server().Options, out wish) is { } fault)
        {
            context.Reply.Error($"ERR {fault}");
            return false;
        }
        for (int index = 3; index < context.ArgCount; index++)
        {
            int left = context.ArgCount - index - 1;
            bool isRead = false;
            if (context.ArgIs(index, "BY"u8) && left >= 1)
                isRead = TryReadBy(context.Text(++index), wish);
            else if (context.ArgIs(index, "THRESHOLD"u8) && left >= 1)
                isRead = TryReadThreshold(context.Text(++index), wish);
            else if (context.ArgIs(index, "WEIGHT"u8) && left >= 2)
                isRead = wish.TryWeigh(context.Text(++index), context.Text(++index));
            if (isRead) continue;
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        return true;
    }

    private static bool TryReadBy(string text, PlanWish wish)
    {
        BalanceBy? by = text.ToUpperInvariant() switch
        {
            "ALL" => BalanceBy.All,
            "SLOTS" => BalanceBy.Slots,
            "KEYS" => BalanceBy.Keys,
            "BYTES" => BalanceBy.Bytes,
            "LOAD" => BalanceBy.Load,
            _ => null,
        };
        wish.By = by ?? wish.By;
        return by is not null;
    }

    private static bool TryReadThreshold(string text, PlanWish wish)
    {
        if (!double.TryParse(text, CultureInfo.InvariantCulture, out double percent)) return false;
        if (percent is not (>= 0 and <= 100)) return false;
        wish.Threshold = percent / 100;
        return true;
    }

    private static void Apply(ref CommandContext context, ClusterHost cluster, RebalanceHost host)
    {
        string id = context.Text(3);
        ClusterView view = cluster.View();
        Rebalancer machine = host.Enter();
        string? error = host.FindPlan(id) is { } plan ? machine.Apply(plan, view) : $"there is no plan {id}";
        host.Leave();
        Answer(ref context, error);
    }

    private static void Status(ref CommandContext context, RebalanceHost host)
    {
        RebalanceReplies.Status(context.Reply, host.Enter(), host.LastHealth);
        host.Leave();
    }

    private static void Do(ref CommandContext context, RebalanceHost host, Func<Rebalancer, string?> wish)
    {
        string? error = wish(host.Enter());
        host.Leave();
        Answer(ref context, error);
    }

    private static void Answer(ref CommandContext context, string? error)
    {
        if (error is null) context.Reply.Ok();
        else context.Reply.Error($"ERR {error}");
    }
}
