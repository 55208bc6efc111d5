namespace FastShard.Engine.Commands;

/// <summary>Reads the policies among a command's tips.</summary>
internal static class CommandPolicies
{
    private const string Request = "request_policy:";
    private const string Response = "response_policy:";

    public static RequestPolicy RequestOf(string[] tips) => Find(tips, Request) switch
    {
        "all_nodes" => RequestPolicy.AllNodes,
        "all_shards" => RequestPolicy.AllShards,
        "multi_shard" => RequestPolicy.MultiShard,
        "special" => RequestPolicy.Special,
        _ => RequestPolicy.None,
    };

    public static ResponsePolicy ResponseOf(string[] tips) => Find(tips, Response) switch
    {
        "one_succeeded" => ResponsePolicy.OneSucceeded,
        "all_succeeded" => ResponsePolicy.AllSucceeded,
        "agg_sum" => ResponsePolicy.AggregateSum,
        "agg_min" => ResponsePolicy.AggregateMin,
        "agg_max" => ResponsePolicy.AggregateMax,
        "special" => ResponsePolicy.Special,
        _ => ResponsePolicy.None,
    };

    private static string? Find(string[] tips, string prefix)
    {
        string? tip = Array.Find(tips, one => one.StartsWith(prefix, StringComparison.Ordinal));
        return tip?[prefix.Length..];
    }
}
