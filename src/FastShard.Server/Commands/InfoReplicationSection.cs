using FastShard.Replication;
using FastShard.Replication.Replica;
using FastShard.Server.Replication;

namespace FastShard.Server.Commands;

/// <summary>INFO replication. Names and order of fields are Redis's.</summary>
internal static class InfoReplicationSection
{
    public static void Write(InfoText text, InfoSource source)
    {
        Replicator replication = source.Server.Replication;
        text.Section("Replication");
        text.Field("role", replication.IsReplica ? "slave" : "master");
        if (replication.Link is { } link) WriteLink(text, source, link);
        WriteReplicas(text, source, replication);
        ReplicationIds ids = replication.Ids;
        long end = replication.StreamEnd();
        text.Field("master_failover_state", replication.Failover.StateName);
        text.Field("master_replid", ids.Id);
        text.Field("master_replid2", ids.SecondId);
        text.Field("master_repl_offset", end);
        text.Field("second_repl_offset", ids.SecondOffset);
        bool isOn = replication.Feed.IsOn;
        long start = replication.Feed.Backlog.Start;
        text.Field("repl_backlog_active", isOn);
        text.Field("repl_backlog_size", source.Options.BacklogBytes);
        text.Field("repl_backlog_first_byte_offset", isOn ? start + 1 : 0);
        text.Field("repl_backlog_histlen", isOn ? end - start : 0);
    }

    private static void WriteLink(InfoText text, InfoSource source, PrimaryLink link)
    {
        bool isSyncing = link.State is LinkState.Receiving or LinkState.Loading;
        text.Field("master_host", link.Host);
        text.Field("master_port", link.Port);
        text.Field("master_link_status", link.IsConnected ? "up" : "down");
        long silent = (source.NowMillis - link.HeardMillis) / 1000;
        text.Field("master_last_io_seconds_ago", link.IsConnected ? silent : -1);
        text.Field("master_sync_in_progress", isSyncing);
        text.Field("slave_read_repl_offset", link.ReceivedOffset);
        text.Field("slave_repl_offset", link.Offset);
        if (link.Transfer is { } transfer)
        {
            text.Field("master_sync_total_bytes", transfer.TotalBytes);
            text.Field("master_sync_read_bytes", transfer.ReadBytes);
            long left = transfer.TotalBytes < 0 ? -1 : transfer.TotalBytes - transfer.ReadBytes;
            text.Field("master_sync_left_bytes", left);
        }
        if (link.DownSinceMillis != 0)
            text.Field("master_link_down_since_seconds", (source.NowMillis - link.DownSinceMillis) / 1000);
        text.Field("slave_priority", source.Options.ReplicaPriority);
        text.Field("slave_read_only", source.Options.ReplicaReadOnly);
        text.Field("replica_announced", source.Options.ReplicaAnnounced);
    }

    private static void WriteReplicas(InfoText text, InfoSource source, Replicator replication)
    {
        Replica[] replicas = replication.Replicas.All;
        text.Field("connected_slaves", replicas.Length);
        int near = replication.Replicas.CountNear(source.NowMillis, source.Options.MinReplicasMaxLagSeconds);
        bool isGuarded = source.Options.MinReplicasToWrite > 0 && source.Options.MinReplicasMaxLagSeconds > 0;
        if (isGuarded) text.Field("min_slaves_good_slaves", near);
        for (int index = 0; index < replicas.Length; index++)
        {
            Replica replica = replicas[index];
            (string address, int port) = replica.Endpoint();
            text.Field(
                $"slave{index}",
                $"ip={address},port={port},state={replica.Progress.StateName},"
                + $"offset={replica.Progress.Acknowledged},lag={replica.Progress.LagSeconds(source.NowMillis)}");
        }
    }
}
