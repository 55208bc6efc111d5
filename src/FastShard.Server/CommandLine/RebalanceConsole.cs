using FastShard.Server.Clustering;

namespace FastShard.Server.CommandLine;

/// <summary>
/// fastshard rebalance: shows an operator what a node would move and what it costs, and has it carried out when told
/// to.
/// </summary>
internal static class RebalanceConsole
{
    private const int LimitMillis = 60_000;

    /// <summary>0 when all went well, 1 when the node refused, 2 when the words were not understood.</summary>
    public static int Run(ReadOnlySpan<string> words, LaunchConsole console)
    {
        if (RebalanceArguments.Parse(words, out string fault) is not { } wanted)
        {
            console.Error.WriteLine($"{fault}; see fastshard rebalance --help");
            return 2;
        }
        if (wanted.WantsHelp)
        {
            console.Output.WriteLine(RebalanceArguments.Usage);
            return 0;
        }
        using NodeClient? client = NodeClient.TryConnect(
            wanted.Host, wanted.Port, wanted.User, wanted.Password, LimitMillis, out string error);
        if (client is null)
        {
            console.Error.WriteLine($"{wanted.Host}:{wanted.Port}: {error}");
            return 1;
        }
        if (wanted.Action.Length > 0) return Act(client, wanted.Action, console);
        return wanted.PlanId.Length > 0 ? Apply(client, wanted, wanted.PlanId, console) : Plan(client, wanted, console);
    }

    private static int Act(NodeClient client, string action, LaunchConsole console)
    {
        if (Ask(client, console, "CLUSTER", "REBALANCE", action) is not { } reply) return 1;
        if (action == "STATUS") RebalanceTables.Status(reply, console.Output);
        else console.Output.WriteLine(reply.Text);
        return 0;
    }

    private static int Plan(NodeClient client, RebalanceArguments wanted, LaunchConsole console)
    {
        string[] words = ["CLUSTER", "REBALANCE", "PLAN", .. wanted.Wishes];
        if (Ask(client, console, words) is not { } plan) return 1;
        RebalanceTables.Plan(plan, console.Output);
        if (!wanted.Applies || plan.Field("moves") is not { Elements.Count: > 0 }) return 0;
        return Apply(client, wanted, plan.Field("plan-id")?.Text ?? "", console);
    }

    private static int Apply(NodeClient client, RebalanceArguments wanted, string plan, LaunchConsole console)
    {
        if (!wanted.IsSure)
        {
            console.Output.Write($"Carry plan {plan} out? (type 'yes' to go on): ");
            console.Output.Flush();
            if (console.Input.ReadLine()?.Trim() is not "yes")
            {
                console.Output.WriteLine("Nothing was moved.");
                return 1;
            }
        }
        if (Ask(client, console, "CLUSTER", "REBALANCE", "APPLY", plan) is null) return 1;
        console.Output.WriteLine($"Plan {plan} is being carried out: see fastshard rebalance --status");
        return 0;
    }

    private static NodeReply? Ask(NodeClient client, LaunchConsole console, params ReadOnlySpan<string> words)
    {
        NodeReply? reply = client.Ask(words);
        if (reply is { IsError: false }) return reply;
        console.Error.WriteLine(reply?.Text ?? client.Fault);
        return null;
    }
}
