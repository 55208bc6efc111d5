using FastShard.SystemTests.Harness;

namespace FastShard.SystemTests.Tracking;

/// <summary>
/// A client that keeps what it has read until it is told to forget it, as caching client libraries do. Requests may be
/// pipelined; everything that comes is taken in the order of its coming.
/// </summary>
internal sealed class CachingClient : IDisposable
{
    private readonly RespClient _client;
    private readonly Queue<string> _asked = [];

    public CachingClient(FastShardServer server)
    {
        _client = server.Connect();
        _client.Run("HELLO", "3");
        _client.Run("CLIENT", "TRACKING", "ON");
    }

    /// <summary>What it believes.</summary>
    public Dictionary<string, string?> Copies { get; } = [];

    /// <summary>Times that it was told to forget a key.</summary>
    public int News { get; private set; }

    /// <summary>Asks for keys that it has no copy of, all at once, and waits for the answers.</summary>
    public void ReadAll(IReadOnlyList<string> keys)
    {
        foreach (string key in keys)
        {
            if (Copies.ContainsKey(key)) continue;
            _client.Send("GET", key);
            _asked.Enqueue(key);
        }
        while (_asked.Count > 0) TakeOne();
    }

    /// <summary>Takes all that was sent before this is answered.</summary>
    public void CatchUp()
    {
        _client.Send("ECHO", "here");
        while (TakeOne() is not { Text: "here" })
        {
        }
    }

    public void Dispose() => _client.Dispose();

    private RespValue TakeOne()
    {
        RespValue value = _client.Read();
        if (value.Type == '>') Forget(value);
        else if (_asked.TryDequeue(out string? key)) Copies[key] = value.Text;
        return value;
    }

    private void Forget(RespValue news)
    {
        News++;
        if (news.Elements![1].Elements is not { } keys)
        {
            Copies.Clear();
            return;
        }
        foreach (RespValue key in keys) Copies.Remove(key.Text!);
    }
}
