using System.Text;
using FastShard.Memory;
using FastShard.Replication.Backlog;
using FastShard.Replication.Primary;
using FastShard.Server.Clients;
using FastShard.Server.Logging;
using FastShard.Server.Sharding;

namespace FastShard.Server.Replication;

/// <summary>
/// The replicas among a shard's connections: at the end of each turn they get what their sockets take, of a snapshot or
/// of the stream. What is not taken stays in the backlog, once for all.
/// </summary>
internal sealed class ShardReplicas
{
    // So much a replica and turn: the shard has others to serve.
    private const int TurnBytes = 2 * 1024 * 1024;

    private const long ComfortMillis = 1000;

    private readonly List<Replica> _replicas = [];
    private volatile bool _isAwaiting;

    /// <summary>There is somebody to send the stream to. Any thread.</summary>
    public bool IsAwaiting => _isAwaiting;

    /// <summary>Somebody can take more than a turn's share.</summary>
    public bool HasMore { get; private set; }

    /// <summary>One more.</summary>
    public void Add(Replica replica)
    {
        _replicas.Add(replica);
        _isAwaiting = true;
    }

    /// <summary>Its connection is closed.</summary>
    public void Remove(Replica replica)
    {
        _replicas.Remove(replica);
        _isAwaiting = _replicas.Count > 0;
    }

    /// <summary>Sends to all of them.</summary>
    public void Send(ShardWorker worker)
    {
        HasMore = false;
        for (int index = _replicas.Count - 1; index >= 0; index--) Send(worker, _replicas[index]);
    }

    /// <summary>Sends to one.</summary>
    public void Send(ShardWorker worker, Replica replica)
    {
        Connection client = replica.Client;
        if (replica.IsDropped || IsOverTime(worker, replica))
        {
            worker.Close(client);
            return;
        }
        if (IsToBeComforted(worker, replica)) client.Output.Append("\n"u8);
        if (replica.TakeGreeting() is { Length: > 0 } greeting) client.Output.Append(Encoding.ASCII.GetBytes(greeting));
        if (client.Output.Length > 0 && !client.IsSendBlocked) worker.Flush(client);
        if (client.IsClosed || client.IsSendBlocked || client.Output.Length > 0 || !replica.IsGreeted) return;
        if (replica.Progress.State == ReplicaState.Receiving) SendSnapshot(worker, replica);
        if (replica.Progress.State == ReplicaState.Online && !client.IsClosed && !client.IsSendBlocked)
            SendStream(worker, replica);
    }

    // Neither has it said anything for long, nor did it take anything.
    private static bool IsOverTime(ShardWorker worker, Replica replica)
    {
        ReplicaProgress progress = replica.Progress;
        if (progress.IsOld || progress.State is ReplicaState.Asking or ReplicaState.AwaitsSnapshot) return false;
        long heard = Math.Max(progress.AcknowledgedMillis, replica.Client.LastRequestMillis);
        if (progress.State == ReplicaState.Receiving) heard = Math.Max(heard, replica.SentMillis);
        if (worker.NowMillis - heard <= worker.Server.Options.ReplicationTimeoutSeconds * 1000L) return false;
        Log.Warning($"Disconnecting timedout replica {replica.Client.Channel.PeerAddress}");
        return true;
    }

    // While it waits for its snapshot it hears empty lines, as signs of life.
    private static bool IsToBeComforted(ShardWorker worker, Replica replica)
    {
        bool waits = replica.Progress.State == ReplicaState.AwaitsSnapshot
            || (replica.Progress.State == ReplicaState.Receiving && !replica.IsGreeted);
        if (!waits || worker.NowMillis - replica.SentMillis < ComfortMillis) return false;
        replica.SentMillis = worker.NowMillis;
        return true;
    }

    private void SendSnapshot(ShardWorker worker, Replica replica)
    {
        BytePipe pipe = replica.Pipe!;
        int left = TurnBytes;
        while (left > 0 && pipe.Peek() is { } piece)
        {
            int sent = Send(worker, replica, piece.Bytes);
            if (sent <= 0) return;
            left -= sent;
            pipe.Advance(sent);
        }
        if (left <= 0) HasMore = true;
        if (pipe.HasFailed)
        {
            worker.Close(replica.Client);
        }
        else if (pipe.IsAtEnd)
        {
            replica.Progress.EndSnapshot(worker.NowMillis);
            if (replica.Progress.WantsOnlySnapshot) worker.Close(replica.Client);
        }
    }

    private void SendStream(ShardWorker worker, Replica replica)
    {
        BacklogReader reader = replica.Reader!;
        int left = TurnBytes;
        while (left > 0)
        {
            ReadOnlySpan<byte> bytes = reader.Peek();
            if (bytes.IsEmpty) return;
            int sent = Send(worker, replica, bytes);
            if (sent <= 0) return;
            left -= sent;
            reader.Advance(sent);
        }
        HasMore = true;
    }

    private static int Send(ShardWorker worker, Replica replica, ReadOnlySpan<byte> bytes)
    {
        Connection client = replica.Client;
        int sent = client.Channel.Send(bytes);
        if (sent > 0)
        {
            client.BytesSent += sent;
            client.Home.Statistics.Counters.OutputBytes += sent;
            replica.SentMillis = worker.NowMillis;
            return sent;
        }
        if (sent == Transport.ChannelResult.Failed)
        {
            worker.Close(client);
            return sent;
        }
        client.IsSendBlocked = true;
        OutputLimits.Enforce(worker, client);
        return 0;
    }
}
