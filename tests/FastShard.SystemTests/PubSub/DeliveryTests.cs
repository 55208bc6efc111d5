using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.PubSub;

/// <summary>Messages arrive once, in order and whole; who does not read them is cut.</summary>
[Collection(SequentialGroup.Name)]
public sealed class DeliveryTests
{
    private const int Subscribers = 12;
    private const int Publishers = 4;
    private const int Messages = 2000;

    [Theory, ClassData(typeof(Shapes))]
    public async Task Everybody_hears_every_publisher_in_order(string transport, int shards, int protocol)
    {
        using FastShardServer server = Shapes.Start(transport, shards);
        RespClient[] listeners = [.. Enumerable.Range(0, Subscribers).Select(_ => Shapes.Connect(server, protocol))];
        for (int index = 0; index < Subscribers; index++)
        {
            if (index % 3 == 0) listeners[index].Run("PSUBSCRIBE", "c*");
            else listeners[index].Run("SUBSCRIBE", "channel");
        }

        // Threads of their own: the pool would begin the publishers seconds behind the listeners that wait for them.
        Task[] actors =
        [
            .. listeners.Select(listener => Begin(() => ReadAll(listener))),
            .. Enumerable.Range(0, Publishers).Select(number => Begin(() => Publish(server, number))),
        ];
        await Task.WhenAll(actors);
        foreach (RespClient listener in listeners) listener.Dispose();
    }

    [Theory, ClassData(typeof(Shapes))]
    public void Large_messages_are_shared_and_arrive_whole(string transport, int shards, int protocol)
    {
        using FastShardServer server = Shapes.Start(transport, shards);
        RespClient[] listeners = [.. Enumerable.Range(0, 6).Select(_ => Shapes.Connect(server, protocol))];
        foreach (RespClient listener in listeners) listener.Run("SUBSCRIBE", "large");
        using RespClient publisher = server.Connect();
        foreach (int length in (int[])[10_000, 20_000, 70_000, 3_000_000])
        {
            string message = new((char)('a' + (length % 7)), length);
            Assert.Equal(listeners.Length, publisher.Run("PUBLISH", "large", message).Integer);
            foreach (RespClient listener in listeners) Assert.Equal(message, listener.Read().Elements![2].Text);
        }

        foreach (RespClient listener in listeners) listener.Dispose();
    }

    // In RESP3, where a subscribed client has other replies; it hears of all that it does itself.
    [Theory]
    [InlineData(Transports.Epoll, 1)]
    [InlineData(Transports.Epoll, 4)]
    [InlineData(Transports.Pipelines, 2)]
    public void Pushes_never_break_into_replies(string transport, int shards)
    {
        const int Rounds = 500;
        using FastShardServer server = Shapes.Start(transport, shards, "--notify-keyspace-events", "KEA");
        using RespClient client = Shapes.Connect(server, protocol: 3);
        client.Run("PSUBSCRIBE", "*");
        List<byte> pipeline = [];
        for (int index = 0; index < Rounds; index++)
        {
            pipeline.AddRange(RespClient.Encode("SET", $"k{index}", $"{index}"));
            pipeline.AddRange(RespClient.Encode("MGET", $"k{index}", $"k{index}"));
            pipeline.AddRange(RespClient.Encode("PUBLISH", "own", $"{index}"));
        }

        client.SendRaw([.. pipeline]);
        int replies = 0;
        for (int pushes = 0; replies < 3 * Rounds || pushes < 3 * Rounds;)
        {
            RespValue read = client.Read();
            if (read.Type == '>')
            {
                pushes++;
                continue;
            }

            string[] expected = ["+OK", $"*[${replies / 3}, ${replies / 3}]", ":1"];
            Assert.Equal(expected[replies++ % 3], read.ToString());
        }
    }

    [Theory, ClassData(typeof(Shapes))]
    public void A_subscriber_that_does_not_read_is_cut_and_others_are_not(string transport, int shards, int protocol)
    {
        using FastShardServer server = Shapes.Start(
            transport, shards, "--client-output-buffer-limit", "pubsub 2mb 0 0");
        using RespClient deaf = Shapes.Connect(server, protocol);
        using RespClient good = Shapes.Connect(server, protocol);
        using RespClient publisher = server.Connect();
        deaf.Run("SUBSCRIBE", "flood");
        good.Run("SUBSCRIBE", "flood");
        string message = new('x', 40_000);
        long receivers = 2;
        for (int count = 0; receivers == 2; count++)
        {
            Assert.True(count < 5000, "the deaf subscriber is still there");
            receivers = publisher.Run("PUBLISH", "flood", message).Integer;
            Assert.Equal(message, good.Read().Elements![2].Text);
        }

        Assert.Equal(1, receivers);
        Assert.True(deaf.IsClosedByServer());
        string statistics = publisher.Run("INFO", "stats").Text!;
        Assert.Contains("client_output_buffer_limit_disconnections:1\r", statistics, StringComparison.Ordinal);
    }

    private static Task Begin(Action action) => Task.Factory.StartNew(action, TaskCreationOptions.LongRunning);

    // Half of them one by one, half in pipelines with other commands between.
    private static void Publish(FastShardServer server, int number)
    {
        using RespClient publisher = server.Connect();
        for (int message = 0; message < Messages / 2; message++)
            Assert.Equal(Subscribers, publisher.Run("PUBLISH", "channel", $"{number} {message}").Integer);
        for (int message = Messages / 2; message < Messages; message += 50)
        {
            List<byte> pipeline = [];
            for (int index = 0; index < 50; index++)
            {
                pipeline.AddRange(RespClient.Encode("INCR", $"counter{index}"));
                pipeline.AddRange(RespClient.Encode("PUBLISH", "channel", $"{number} {message + index}"));
            }

            publisher.SendRaw([.. pipeline]);
            for (int index = 0; index < 50; index++)
            {
                Assert.False(publisher.Read().IsError);
                Assert.Equal(Subscribers, publisher.Read().Integer);
            }
        }
    }

    private static void ReadAll(RespClient listener)
    {
        int[] next = new int[Publishers];
        for (int received = 0; received < Publishers * Messages; received++)
        {
            string[] text = listener.Read().Elements![^1].Text!.Split(' ');
            Assert.Equal(next[int.Parse(text[0])]++, int.Parse(text[1]));
        }
    }
}
