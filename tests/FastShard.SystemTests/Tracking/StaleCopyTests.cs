using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Tracking;

/// <summary>
/// Clients on all shards keep copies of keys on all shards while others write: when the writers are done and the news
/// have come, no copy differs from what the server has. News that came before the reply they are about, or not at all,
/// would leave one behind.
/// </summary>
public sealed class StaleCopyTests
{
    private const int Keys = 40;
    private const int NewsPerReader = 500;

    [Theory]
    [InlineData(Transports.Epoll, 1), InlineData(Transports.Epoll, 2), InlineData(Transports.Epoll, 4)]
    [InlineData(Transports.Pipelines, 2)]
    public void No_copy_outlives_a_change(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, ["--shards", $"{shards}"]);
        string[] keys = [.. Enumerable.Range(0, Keys).Select(number => $"key:{number}")];
        CachingClient[] readers = [.. Enumerable.Range(0, 6).Select(_ => new CachingClient(server))];
        RespClient[] writers = [.. Enumerable.Range(0, 3).Select(_ => server.Connect())];
        try
        {
            var reading = new CountdownEvent(readers.Length);
            Thread[] threads =
            [
                .. readers.Select((reader, index) => new Thread(() => Read(reader, keys, index, reading))),
                .. writers.Select((writer, index) => new Thread(() => Write(writer, index, reading))),
            ];
            foreach (Thread thread in threads) thread.Start();
            foreach (Thread thread in threads) thread.Join();

            Settle(readers, writers[0]);
            foreach (CachingClient reader in readers)
            {
                foreach ((string key, string? copy) in reader.Copies)
                    Assert.Equal((key, writers[0].Run("GET", key).Text), (key, copy));
            }
        }
        finally
        {
            foreach (CachingClient reader in readers) reader.Dispose();
            foreach (RespClient writer in writers) writer.Dispose();
        }
    }

    private static void Read(CachingClient reader, string[] keys, int seed, CountdownEvent reading)
    {
        var random = new Random(seed);
        while (reader.News < NewsPerReader)
        {
            reader.ReadAll([.. Enumerable.Range(0, 8).Select(_ => keys[random.Next(keys.Length)])]);
            reader.CatchUp();
        }
        reading.Signal();
    }

    private static void Write(RespClient writer, int seed, CountdownEvent reading)
    {
        var random = new Random(1000 + seed);
        for (int round = 0; !reading.IsSet; round++)
        {
            string key = $"key:{random.Next(Keys)}";
            switch (random.Next(6))
            {
                case 0:
                    writer.Run("DEL", key);
                    break;
                case 1:
                    writer.Run("MSET", key, $"{seed}:{round}", $"key:{random.Next(Keys)}", $"{seed}:{round}b");
                    break;
                case 2:
                    writer.Run("MULTI");
                    writer.Run("SET", key, $"{seed}:{round}");
                    writer.Run("RENAME", key, $"key:{random.Next(Keys)}");
                    writer.Run("EXEC");
                    break;
                default:
                    writer.Run("SET", key, $"{seed}:{round}");
                    break;
            }
        }
    }

    // What a shard has for another's clients leaves with its turn: a key of each reader's own, read and changed, is
    // told behind all that. A key that all shards' holders have changed together would not do.
    private static void Settle(CachingClient[] readers, RespClient writer)
    {
        string[] marks = [.. Enumerable.Range(0, 64).Select(number => $"mark:{number}")];
        foreach (CachingClient reader in readers) reader.ReadAll(marks);
        foreach (string mark in marks) writer.Run("SET", mark, "1");
        foreach (CachingClient reader in readers)
        {
            while (marks.Any(reader.Copies.ContainsKey)) reader.CatchUp();
        }
    }
}
