// Connections with messages to send, and when. One message to fifty subscribers is fifty system calls, which cost far
// more than all the rest of it; messages that follow each other closely leave in the same call if the first of them
// waits a little. How long is measured and not configured: after the pushes of a shard were sent, the next ones wait
// eight times as long as that took, and a millisecond at most. A message that comes alone leaves at once, and so does
// every message while a shard has only a few subscribers. Replies never wait.

using FastShard.Server.Clients;

namespace FastShard.Server.PubSub;

/// <summary>The connections of one shard with pushes to send, and the time to send them.</summary>
internal sealed class PushQueue
{
    // What takes less is not worth waiting for.
    private const long BriefNanos = 50_000;
    private const long PauseNanosMax = 1_000_000;

    private readonly ConnectionQueue _clients = new();
    private long _dueNanos;

    public int Count => _clients.Count;

    /// <summary>A connection got a push.</summary>
    public void Add(Connection client)
    {
        if (client.IsPushed) return;
        client.IsPushed = true;
        _clients.Add(client);
    }

    public Connection Take()
    {
        Connection client = _clients.Take();
        client.IsPushed = false;
        return client;
    }

    /// <summary>Whether the pause after the last sending is over.</summary>
    public bool IsDue(long nowNanos) => nowNanos >= _dueNanos;

    /// <summary>All were sent in this time.</summary>
    public void NoteSent(long beganNanos, long endedNanos)
    {
        long took = endedNanos - beganNanos;
        _dueNanos = took < BriefNanos ? 0 : endedNanos + Math.Min(8 * took, PauseNanosMax);
    }
}
