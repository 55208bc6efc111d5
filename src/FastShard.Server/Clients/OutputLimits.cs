using FastShard.Server.Configuration;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clients;

/// <summary>client-output-buffer-limit: a client that does not read what it asked for is cut off.</summary>
internal static class OutputLimits
{
    /// <summary>
    /// No limit is enforced on less: what Redis keeps in a client's fixed buffer does not count either.
    /// </summary>
    public const long FreeBytes = 16 * 1024;

    // Whoever has not logged in gets nothing but short errors: one that does not read them is cut off early.
    private const long UnauthenticatedBytes = FreeBytes + 1024;

    /// <summary>The hard limit of the client's class; no reply that is longer will be sent.</summary>
    public static long CeilingOf(Connection client)
    {
        long hard = LimitOf(client).HardBytes;
        return hard > 0 ? Math.Max(hard, FreeBytes) : long.MaxValue;
    }

    private static OutputBufferLimit LimitOf(Connection client)
    {
        OutputBufferLimits classes = client.Server.Options.ClientOutputBufferLimit;
        if (client.Replica is { IsEnlisted: true }) return classes.Replica;
        return client.IsSubscribed ? classes.PubSub : classes.Normal;
    }

    /// <summary>Closes the connection when its class's hard limit is passed, or the soft limit for too long.</summary>
    public static void Enforce(ShardWorker worker, Connection client)
    {
        if (client.IsClosed) return;
        OutputBufferLimit limit = LimitOf(client);
        if (!client.IsAuthenticated) limit = new OutputBufferLimit(UnauthenticatedBytes, 0, 0);
        long bytes = client.Output.Length + PendingStream(client);
        // A replica may always use the whole backlog: it could come back and ask for as much.
        long hard = client.Replica is { IsEnlisted: true }
            ? Math.Max(limit.HardBytes, client.Server.Options.BacklogBytes)
            : limit.HardBytes;
        bool isOverHard = limit.HardBytes > 0 && bytes > hard;
        bool isOverSoft = limit.SoftBytes > 0 && bytes > limit.SoftBytes;
        if (!isOverSoft) client.OverSoftLimitSince = 0;
        else if (client.OverSoftLimitSince == 0) client.OverSoftLimitSince = worker.NowMillis;
        bool isOverTime = isOverSoft && worker.NowMillis - client.OverSoftLimitSince > limit.SoftSeconds * 1000L;
        if (!isOverHard && !isOverTime) return;
        ClientRegistry.NoteOverOutputLimit(client);
        worker.Close(client);
    }

    // What a replica has not taken of the stream is in the backlog, because of it.
    private static long PendingStream(Connection client) => client.Replica?.Reader is { } reader
        ? client.Server.Replication.Feed.Backlog.End - reader.Position
        : 0;
}
