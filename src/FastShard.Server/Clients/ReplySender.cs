using FastShard.Native.Clocks;
using FastShard.Native.Sockets;
using FastShard.Server.Sharding;
using FastShard.Transport;

namespace FastShard.Server.Clients;

/// <summary>
/// Hands replies and pushes to the transport, at the ends of turns and before a shard is let go. Called by the holder
/// of the connections' shard.
/// </summary>
internal static class ReplySender
{
    /// <summary>All of a shard's connections that have something to send.</summary>
    public static void FlushAll(ShardWorker worker, Shard shard)
    {
        while (shard.Unflushed.Count > 0)
        {
            Connection client = shard.Unflushed.Take();
            client.IsUnflushed = false;
            SendOut(worker, client);
        }
        if (shard.Pushed.Count > 0) FlushPushed(worker, shard);
        shard.Links?.Flush();
    }

    /// <summary>Sends what the socket takes; closes a connection whose last reply is out.</summary>
    public static void Flush(ShardWorker worker, Connection client)
    {
        FastShardServer server = worker.Server;
        if (client.HasEffects) worker.NoteEffects(client);
        if (server.Aof.Log.HoldsReplies && client.SyncTicket > server.Aof.Log.SyncedTicket && !client.IsClosed)
        {
            client.Home.Unsynced.Add(client);
            return;
        }
        // Before anything is sent: a reply above the limit is cut off as a whole, as in Redis.
        if (client.Output.Length > OutputLimits.FreeBytes) OutputLimits.Enforce(worker, client);
        while (!client.IsClosed)
        {
            if (client.Output.Length == 0) break;
            int sent = client.Output.HasBlobs ? Gather(client, out int offered) : Send(client, out offered);
            if (sent > 0)
            {
                client.BytesSent += sent;
                client.Home.Statistics.Counters.OutputBytes += sent;
                client.Home.Statistics.Counters.Writes++;
                client.Output.Consume(sent);
                if (sent == offered) continue;
            }
            client.IsSendBlocked = sent != ChannelResult.Failed;
            if (client.IsSendBlocked) NoteUnsent(worker, client);
            else worker.Close(client);
            return;
        }
        client.IsSendBlocked = false;
        if (client.ClosesAfterReply) worker.Close(client);
        else if (server.ClientMemory.IsLimited) server.ClientMemory.Note(client);
    }

    private static void FlushPushed(ShardWorker worker, Shard shard)
    {
        long began = SystemClock.MonotonicNanos();
        if (!shard.Pushed.IsDue(began)) return;
        while (shard.Pushed.Count > 0) SendOut(worker, shard.Pushed.Take());
        shard.Pushed.NoteSent(began, SystemClock.MonotonicNanos());
    }

    private static void SendOut(ShardWorker worker, Connection client)
    {
        // The rest of its batch is under way on another shard, and marks it again: all replies leave together, so
        // that one call sends them and the output limit is judged on the whole.
        if (client.Batch is { Outstanding: > 0 } && !client.ClosesAfterReply) return;
        if (!client.IsSendBlocked || client.ClosesAfterReply) Flush(worker, client);
        else NoteUnsent(worker, client);
    }

    private static int Send(Connection client, out int offered)
    {
        ReadOnlySpan<byte> run = client.Output.Peek();
        offered = run.Length;
        return client.Channel.Send(run);
    }

    // Large values go to the kernel from where they lie, with what stands between them, in one call.
    private static int Gather(Connection client, out int offered)
    {
        Span<SendPiece> pieces = stackalloc SendPiece[Limits.PiecesPerSend];
        pieces = pieces[..client.Output.Peek(pieces)];
        offered = 0;
        foreach (SendPiece piece in pieces) offered += piece.Bytes.Length;
        return client.Channel.Send(pieces);
    }

    private static void NoteUnsent(ShardWorker worker, Connection client)
    {
        OutputLimits.Enforce(worker, client);
        if (worker.Server.ClientMemory.IsLimited) worker.Server.ClientMemory.Note(client);
    }
}
