using System.Diagnostics;
using StackExchange.Redis;

namespace FastShard.SystemTests.Clustering.Clients;

/// <summary>StackExchange.Redis as a cluster client, on a thread of its own.</summary>
internal sealed class StackExchangeWriter : IClusterWriter
{
    private readonly ConnectionMultiplexer _multiplexer;
    private readonly Thread _thread;
    private readonly Dictionary<int, long> _acknowledged = [];
    private readonly Dictionary<string, int> _errors = [];
    private volatile bool _isStopped;
    private long _longest;

    public StackExchangeWriter(IEnumerable<int> ports)
    {
        var options = new ConfigurationOptions
        {
            AbortOnConnectFail = false, ConnectTimeout = 1000, SyncTimeout = 1000, ConnectRetry = 3,
        };
        foreach (int port in ports) options.EndPoints.Add("127.0.0.1", port);
        _multiplexer = ConnectionMultiplexer.Connect(options);
        _thread = new Thread(Write) { IsBackground = true };
        _thread.Start();
    }

    public string Name => "StackExchange.Redis";

    public WriterReport Finish()
    {
        _isStopped = true;
        _thread.Join();
        IDatabase database = _multiplexer.GetDatabase();
        List<long> lost = [];
        int wrong = 0;
        foreach ((int number, long millis) in _acknowledged)
        {
            RedisValue found = ReadBack(database, $"se:{number}");
            if (found.IsNull) lost.Add(millis);
            else if (found != ValueOf(number)) wrong++;
        }
        string kinds = string.Join(' ', _errors.Select(pair => $"{pair.Key}:{pair.Value}"));
        return new WriterReport(_acknowledged.Count, _errors.Values.Sum(), wrong, [.. lost], _longest, kinds);
    }

    public void Dispose()
    {
        _isStopped = true;
        _thread.Join();
        _multiplexer.Dispose();
    }

    private static string ValueOf(int number) => $"{number}:{number * 2654435761L}";

    private static RedisValue ReadBack(IDatabase database, string key)
    {
        long end = Environment.TickCount64 + 30_000;
        while (true)
        {
            try
            {
                return database.StringGet(key);
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException)
            {
                if (Environment.TickCount64 > end) throw;
            }
        }
    }

    private void Write()
    {
        IDatabase database = _multiplexer.GetDatabase();
        Stopwatch gap = Stopwatch.StartNew();
        for (int number = 1; !_isStopped; number++)
        {
            try
            {
                if (!database.StringSet($"se:{number}", ValueOf(number))) continue;
                _acknowledged[number] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
                _longest = Math.Max(_longest, gap.ElapsedMilliseconds);
                gap.Restart();
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException)
            {
                string kind = failure.GetType().Name;
                _errors[kind] = _errors.GetValueOrDefault(kind) + 1;
                _multiplexer.Wait(Task.Delay(20));
            }
            _multiplexer.Wait(Task.Delay(1));
        }
    }
}
