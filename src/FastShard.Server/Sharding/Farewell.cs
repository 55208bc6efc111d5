using System.Diagnostics;
using FastShard.Server.Clients;
using FastShard.Server.Journaling;
using FastShard.Transport;

namespace FastShard.Server.Sharding;

/// <summary>
/// The end of a shard's connections: what was answered is still sent, and its peers have a moment to read it. The
/// shard's thread has ended, so the one that stops the server drives the reactor here.
/// </summary>
internal sealed class Farewell(Shard shard, JournalLog log) : IReactorHandler
{
    private readonly byte[] _ignored = new byte[Limits.ReceiveBytes];

    /// <summary>Sends and closes, until all are gone or the time is up.</summary>
    public void Run(int limitMillis)
    {
        for (int index = shard.Connections.Count - 1; index >= 0; index--) Send(shard.Connections[index]);
        long start = Stopwatch.GetTimestamp();
        while (shard.Connections.Count > 0 || shard.Reactor.ClosingCount > 0)
        {
            int left = limitMillis - (int)Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (left <= 0) break;
            shard.Reactor.Wait(left);
            shard.Reactor.Dispatch(this);
        }
    }

    public void OnReadable(ByteChannel channel)
    {
        // Requests that come now are not executed any more.
    }

    public void OnWritable(ByteChannel channel)
    {
        if (channel.Owner is Connection client && client.SetIndex >= 0) Send(client);
    }

    public void OnAccept(Listener listener, IncomingSocket socket) => socket.Dispose();

    private void Send(Connection client)
    {
        // What did not reach the disk was not promised to be there.
        if (log.HoldsReplies && client.SyncTicket > log.SyncedTicket) client.Output.Clear();
        int sent = 0;
        while (client.Output.Length > 0)
        {
            sent = client.Channel.Send(client.Output.Peek());
            if (sent <= 0) break;
            client.Output.Consume(sent);
        }
        if (client.Output.Length > 0 && sent == ChannelResult.WouldBlock) return;
        shard.Connections.Remove(client);
        // Requests left unread would make the kernel end the connection with a reset, which takes replies with it.
        while (sent != ChannelResult.Failed && client.Channel.Receive(_ignored) > 0)
        {
        }
        client.Channel.Close();
    }
}
