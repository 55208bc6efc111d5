using FastShard.Server.Configuration;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clients;

/// <summary>client-output-buffer-limit: a client that does not read what it asked for is cut off.</summary>
internal static class OutputLimits
{
    /// <summary>Closes the connection when its class's hard limit is passed, or the soft limit for too long.</summary>
    public static void Enforce(ShardWorker worker, Connection client)
    {
        OutputBufferLimit limit = worker.Server.Options.ClientOutputBufferLimit.Normal;
        long bytes = client.Output.Length;
        bool isOverHard = limit.HardBytes > 0 && bytes > limit.HardBytes;
        bool isOverSoft = limit.SoftBytes > 0 && bytes > limit.SoftBytes;
        if (!isOverSoft) client.OverSoftLimitSince = 0;
        else if (client.OverSoftLimitSince == 0) client.OverSoftLimitSince = worker.NowMillis;
        bool isOverTime = isOverSoft && worker.NowMillis - client.OverSoftLimitSince >= limit.SoftSeconds * 1000L;
        if (!isOverHard && !isOverTime) return;
        ClientRegistry.NoteOverOutputLimit(client);
        worker.Close(client);
    }
}
