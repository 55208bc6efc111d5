// The connections to other servers that keys are sent down, on a thread of their own: a slow network keeps no shard
// waiting. Work comes in by a queue, and what comes of it goes to the first shard's worker.

using System.Collections.Concurrent;
using FastShard.Native.Clocks;
using FastShard.Server.Sharding;
using FastShard.Transport;

namespace FastShard.Server.Migration;

/// <summary>The thread that talks to the servers that keys go to.</summary>
internal sealed class Courier : IReactorHandler, IDisposable
{
    private const int IdleMillis = 1000;
    private const int TickMillis = 10;

    private readonly FastShardServer _server;
    private readonly Reactor _reactor;
    private readonly Thread _thread;
    private readonly ConcurrentQueue<Action> _wishes = new();
    private readonly ConcurrentQueue<Action<ShardWorker>> _done = new();
    private readonly List<CourierLink> _links = [];
    private int _started;
    private volatile bool _isEnding;

    public Courier(FastShardServer server)
    {
        _server = server;
        _reactor = Reactor.Create(server.Options.Transport);
        _thread = new Thread(Run) { Name = "courier", IsBackground = true };
    }

    /// <summary>Something for the courier's thread to do. Any thread.</summary>
    public void Ask(Action wish)
    {
        _wishes.Enqueue(wish);
        if (Interlocked.Exchange(ref _started, 1) == 0) _thread.Start();
        _reactor.Wake();
    }

    /// <summary>One of its links has something to send. Any thread.</summary>
    public void Wake() => _reactor.Wake();

    /// <summary>Something for the first shard's worker to do. The courier's thread.</summary>
    public void Tell(Action<ShardWorker> news)
    {
        _done.Enqueue(news);
        _server.Shards[0].Reactor.Wake();
    }

    /// <summary>By the first shard's worker, each turn.</summary>
    public void RunNews(ShardWorker worker)
    {
        while (_done.TryDequeue(out Action<ShardWorker>? news)) news(worker);
    }

    /// <summary>Looks after a link from now on. The courier's thread.</summary>
    public void Add(CourierLink link) => _links.Add(link);

    /// <summary>Begins to connect; null with the reason where that is in vain. The courier's thread.</summary>
    public ByteChannel? Connect(string host, int port, CourierLink link, out string? error) =>
        _reactor.Connect(host, port, sourceAddress: null, link, out error);

    public void OnAccept(Listener listener, IncomingSocket socket) => socket.Dispose();

    public void OnReadable(ByteChannel channel) => (channel.Owner as CourierLink)?.OnReadable(channel);

    public void OnWritable(ByteChannel channel) => (channel.Owner as CourierLink)?.OnWritable(channel);

    public void Dispose()
    {
        _isEnding = true;
        if (_started != 0)
        {
            _reactor.Wake();
            _thread.Join();
        }
        _reactor.Dispose();
    }

    private void Run()
    {
        while (!_isEnding)
        {
            int timeout = IdleMillis;
            foreach (CourierLink link in _links)
            {
                if (link.IsBusy) timeout = TickMillis;
            }
            _reactor.Wait(_wishes.IsEmpty ? timeout : 0);
            while (_wishes.TryDequeue(out Action? wish)) wish();
            _reactor.Dispatch(this);
            long now = SystemClock.WallMillis();
            for (int index = _links.Count - 1; index >= 0; index--)
            {
                if (!_links[index].Tick(now)) _links.RemoveAt(index);
            }
        }
        foreach (CourierLink link in _links) link.Close();
    }
}
