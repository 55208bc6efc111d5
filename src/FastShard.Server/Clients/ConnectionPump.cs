using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Execution;
using FastShard.Server.Sharding;
using FastShard.Transport;

namespace FastShard.Server.Clients;

/// <summary>
/// Moves a connection on: runs what was received, receives more, and stops when there is nothing to read, when parcels
/// are under way, or when the turn's share is used up. Called by the holder of the connection's shard only.
/// </summary>
internal static class ConnectionPump
{
    /// <summary>Goes on with a connection as far as it can.</summary>
    public static void Run(ShardWorker worker, Connection client)
    {
        if (client.IsRunning) return; // the pump that waits for a token further up goes on with it
        client.IsRunning = true;
        Advance(worker, client);
        client.IsRunning = false;
        if (client.Subscriber is { } subscriber && client.Batch is not { Outstanding: > 0 })
            subscriber.ReleaseWaiting();
        if (worker.Server.ClientMemory.IsLimited) worker.Server.ClientMemory.Note(client);
    }

    /// <summary>
    /// Receives from and parses a connection that has nothing else under way, without running anything; <see
    /// cref="Run"/> then goes on. True when there is something to run.
    /// </summary>
    public static bool Prepare(ShardWorker worker, Connection client)
    {
        bool isPlain = client is { IsReadable: true, IsRunning: false, IsClosed: false, IsHeldBack: false, Batch: null }
            && client is { Input: null, Blocked: null, ClosesAfterReply: false, Incoming.IsActive: false };
        if (!isPlain || IsOverfull(client) || worker.Server.ClientMemory.IsLimited) return false;
        NativeBuffer input = client.Input = client.Home.Inputs.Take();
        Batch batch = client.Batch = worker.RentBatch(client);
        batch.Input = input;
        Receive(worker, client, batch, input);
        return !client.IsClosed && HasWork(client, batch, input) && batch.Count > 0;
    }

    private static void Advance(ShardWorker worker, Connection client)
    {
        int reads = ReferenceEquals(client.Home, worker.Home) ? Limits.ReadsPerTurn : 1;
        while (!client.IsClosed && !client.IsHeldBack
            && (client.Batch is not { Outstanding: > 0 } || client.AwaitedCall is not null))
        {
            if (worker.Server.ClientMemory.IsLimited && MayBeEvicted(worker, client))
            {
                worker.MarkUnfinished(client);
                break;
            }
            NativeBuffer input = client.Input ?? worker.Scratch;
            Batch batch = client.Batch ??= worker.RentBatch(client);
            batch.Input = input;
            // A client that waits is only read from: how else would its end be noticed?
            if (client.Blocked is null && client.AwaitedCall is null && HasWork(client, batch, input))
            {
                if (!BatchRunner.Run(worker, client, batch))
                {
                    if (client.AwaitedCall is null) break;
                    continue;
                }
                Finish(worker, client, batch, input);
                continue;
            }
            if (client.ClosesAfterReply || !client.IsReadable || IsOverfull(client)) break;
            if (reads-- == 0 || worker.Server.Aof.Log.IsOverfull)
            {
                worker.MarkUnfinished(client);
                break;
            }
            Receive(worker, client, batch, input);
        }
        Settle(worker, client);
    }

    // What it has received may be too much already: the end of the turn decides before anything of it runs.
    private static bool MayBeEvicted(ShardWorker worker, Connection client)
    {
        worker.Server.ClientMemory.Note(client);
        return !client.NoEvict && worker.Server.ClientMemory.IsOver(worker.NowMillis);
    }

    private static bool HasWork(Connection client, Batch batch, NativeBuffer input)
    {
        if (batch.Next < batch.Count || batch.ProtocolError is not null) return true;
        if (client.ClosesAfterReply || client.Incoming.IsActive || input.Length == 0) return false;
        return BatchReader.Fill(client, batch, input);
    }

    // A client that sends without ever reading is not run any further: memory stays bounded even with no output limit.
    private static bool IsOverfull(Connection client) => client.Output.Length > Limits.PendingOutputBytes;

    private static void Finish(ShardWorker worker, Connection client, Batch batch, NativeBuffer input)
    {
        if (batch.ProtocolError is { } error && !client.IsClosed && !client.ClosesAfterReply)
        {
            client.Output.Append("-ERR "u8);
            client.Output.Append(System.Text.Encoding.Latin1.GetBytes(error));
            client.Output.Append("\r\n"u8);
            FastShardServer.NoteProtocolError(client, error);
            client.ClosesAfterReply = true;
            worker.MarkUnflushed(client);
        }
        RequestReader reader = client.Reader;
        batch.Restart(reader);
        if (client.ClosesAfterReply || client.IsClosed)
        {
            input.Clear();
            return;
        }
        input.Consume(reader.RequestStart - input.Start);
        if (input.Length == 0) reader.Begin(0);
    }

    private static void Receive(ShardWorker worker, Connection client, Batch batch, NativeBuffer input)
    {
        bool isBlob = client.Incoming.IsActive;
        if (!isBlob) MakeRoom(client, batch, input);
        Span<byte> room = isBlob ? client.Incoming.Missing : input.Free;
        int count = client.Channel.Receive(room);
        if (count > 0)
        {
            client.IsReadable = count == room.Length;
            client.BytesReceived += count;
            client.LastRequestMillis = worker.NowMillis;
            client.Home.Statistics.Counters.InputBytes += count;
            client.Home.Statistics.Counters.Reads++;
            if (isBlob) ReceivedBlob(client, batch, count);
            else input.Commit(count);
            if (input.Length > worker.Server.Options.ClientQueryBufferLimit) worker.CloseOverQueryLimit(client);
            return;
        }
        client.IsReadable = false;
        if (count == ChannelResult.WouldBlock) return;
        // An orderly end: what was asked before it is still answered, as far as the peer listens.
        worker.Flush(client);
        // Replies that wait for the disk are sent before the connection is closed.
        if (client.IsUnsynced) client.ClosesAfterReply = true;
        else worker.Close(client);
    }

    private static void MakeRoom(Connection client, Batch batch, NativeBuffer input)
    {
        if (input.Capacity - input.End >= Limits.MinReceiveBytes) return;
        // The arguments of a command that waits at another node stay where they are.
        int shift = client.AwaitedCall is null ? input.Compact() : 0;
        if (shift != 0) client.Reader.Shift(shift, batch.Args);
        input.EnsureFree(Math.Max(Limits.MinReceiveBytes, client.Reader.MissingBytes));
    }

    private static void ReceivedBlob(Connection client, Batch batch, int count)
    {
        client.Incoming.Commit(count);
        if (client.Incoming.IsComplete) client.Reader.SupplyBlob(batch.Args, client.Incoming.Take());
    }

    // The worker's scratch buffer stays with the worker unless something in it still waits; an idle connection holds
    // none.
    private static void Settle(ShardWorker worker, Connection client)
    {
        if (client.Batch is not { } batch) return;
        bool isBusy = batch.Outstanding > 0 || batch.Next < batch.Count;
        bool isMidRequest = batch.Input.Length > 0 || client.Reader.RequestStart != client.Reader.Position;
        if (isBusy || (!client.IsClosed && isMidRequest))
        {
            if (client.Input is null) worker.GiveScratch(client);
            return;
        }
        batch.Input.Clear();
        client.Reader.Begin(0);
        batch.Restart(client.Reader);
        worker.ReturnBatch(batch);
        client.Batch = null;
        if (client.Input is null) return;
        client.Home.Inputs.Return(client.Input);
        client.Input = null;
    }
}
