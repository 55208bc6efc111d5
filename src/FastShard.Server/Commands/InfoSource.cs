using FastShard.Server.Configuration;
using FastShard.Server.Sharding;
using FastShard.Server.Statistics;

namespace FastShard.Server.Commands;

/// <summary>Where INFO's sections get their values, while every shard is held.</summary>
internal sealed class InfoSource
{
    public InfoSource(ShardWorker worker, long nowMillis)
    {
        Server = worker.Server;
        NowMillis = nowMillis;
        Statistics = Server.Statistics();
    }

    public FastShardServer Server { get; }

    public ServerOptions Options => Server.Options;

    public StatisticsSum Statistics { get; }

    public long NowMillis { get; }
}
