// What replicas get: the effects of all shards as one stream of requests, in the backlog. Or, on a replica, the bytes
// of its own primary, unchanged, so that all of them count alike.

using FastShard.Engine.Effects;
using FastShard.Memory;
using FastShard.Replication.Backlog;
using FastShard.Server.Journaling;
using FastShard.Server.Sharding;

namespace FastShard.Server.Replication;

/// <summary>The replication stream. Its writing is the log's thread's; other threads read figures.</summary>
internal sealed class ReplicationFeed(Shard[] shards) : IJournalFeed, IDisposable
{
    private const int BlockBytes = 64 * 1024;
    private const int KeptBytes = 1024 * 1024;

    private readonly EffectStream _stream = new();
    private readonly NativeBuffer _bytes = new(0);
    private long _published;
    private volatile bool _isOn;
    private volatile bool _isProxy;

    /// <summary>The stream's end.</summary>
    public StreamBacklog Backlog { get; } = new(BlockBytes, position: 0);

    /// <summary>There is a stream. Any thread.</summary>
    public bool IsOn => _isOn;

    /// <summary>It is the primary's, passed on. Any thread.</summary>
    public bool IsProxy => _isProxy;

    /// <summary>The database that an own stream is at; on the log's thread.</summary>
    public int Database => _stream.Database;

    public void Append(ReadOnlySpan<byte> effects)
    {
        if (!_isOn || _isProxy || effects.IsEmpty) return;
        _stream.Append(effects, _bytes);
        Backlog.Append(_bytes.Bytes);
        _bytes.Clear();
        if (_bytes.Capacity > KeptBytes) _bytes.Shrink(0);
    }

    public void AppendRaw(ReadOnlySpan<byte> bytes)
    {
        if (_isOn) Backlog.Append(bytes);
    }

    public void Publish()
    {
        if (!_isOn) return;
        Backlog.Trim();
        if (Backlog.End == _published) return;
        _published = Backlog.End;
        foreach (Shard shard in shards)
        {
            if (shard.Replicas.IsAwaiting) shard.Reactor.Wake();
        }
    }

    /// <summary>A reader comes who knows of no database yet: the next effect chooses one.</summary>
    public void ChooseDatabaseAnew() => _stream.Restart();

    /// <summary>The stream begins, or goes on, as this server's own.</summary>
    public void BeginOwn()
    {
        _stream.Restart();
        _isProxy = false;
        _isOn = true;
    }

    /// <summary>From now on it is the primary's.</summary>
    public void BeginProxy()
    {
        _isProxy = true;
        _isOn = true;
    }

    /// <summary>It begins at another place, and nobody reads it.</summary>
    public void Restart(long position)
    {
        Backlog.Restart(position);
        _published = position;
    }

    /// <summary>There is none any more.</summary>
    public void End() => _isOn = false;

    public void Dispose()
    {
        Backlog.Dispose();
        _bytes.Dispose();
    }
}
