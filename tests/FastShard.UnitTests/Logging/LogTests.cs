using System.Text;
using FastShard.Server.Logging;
using Xunit;

namespace FastShard.UnitTests.Logging;

public sealed class LogTests
{
    [Fact]
    public void A_line_has_the_shape_of_redis()
    {
        long millis = new DateTimeOffset(new DateTime(2026, 11, 21, 22, 45, 29, 123, DateTimeKind.Local))
            .ToUnixTimeMilliseconds();
        var text = new StringBuilder();
        new LogLine(millis, LogLevel.Notice, "message").AppendTo(text, 'M');
        Assert.Equal($"{Environment.ProcessId}:M 21 Nov 2026 22:45:29.123 * message\n", text.ToString());
    }

    [Fact]
    public void The_queue_is_bounded_and_in_order()
    {
        var queue = new LogQueue(4);
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 4; i++) Assert.True(queue.TryEnqueue(Line(i)));
            Assert.False(queue.TryEnqueue(Line(4)));
            for (int i = 0; i < 4; i++)
            {
                Assert.True(queue.TryDequeue(out LogLine line));
                Assert.Equal($"{i}", line.Message);
            }
            Assert.False(queue.TryDequeue(out _));
        }
    }

    [Fact]
    public void Lines_of_many_threads_arrive_once_each_and_in_the_order_of_their_thread()
    {
        const int Threads = 4;
        const int Lines = 20_000;
        var queue = new LogQueue(64);
        var producers = new Thread[Threads];
        for (int t = 0; t < Threads; t++)
        {
            int thread = t;
            producers[t] = new Thread(() =>
            {
                var wait = new SpinWait();
                for (int i = 0; i < Lines; i++)
                    while (!queue.TryEnqueue(new LogLine(thread, LogLevel.Notice, $"{i}"))) wait.SpinOnce();
            });
            producers[t].Start();
        }
        var next = new int[Threads];
        var idle = new SpinWait();
        for (int received = 0; received < Threads * Lines;)
        {
            if (!queue.TryDequeue(out LogLine line))
            {
                idle.SpinOnce();
                continue;
            }
            Assert.Equal($"{next[line.TimeMillis]++}", line.Message);
            received++;
        }
        foreach (Thread producer in producers) producer.Join();
    }

    [Fact]
    public void Lines_that_do_not_fit_are_counted_and_told_of()
    {
        var stream = new KeptStream();
        using var writer = new LogWriter(() => stream, capacity: 2);
        for (int i = 0; i < 5; i++) writer.Write(LogLevel.Notice, $"line {i}");
        Assert.Equal(3, writer.DroppedCount);
        Assert.True(writer.DrainBatch());
        string[] lines = stream.Text.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.EndsWith("* line 1", lines[1]);
        Assert.EndsWith("# 3 log lines were dropped: the log could not be written fast enough.", lines[2]);
        Assert.False(writer.DrainBatch());
    }

    [Fact]
    public void A_disk_that_fails_loses_lines_and_not_the_count()
    {
        bool fails = true;
        var stream = new KeptStream();
        using var writer = new LogWriter(() => fails ? throw new IOException("full") : stream);
        writer.Write(LogLevel.Notice, "lost");
        Assert.False(writer.DrainBatch());
        Assert.False(writer.DrainBatch());
        Assert.Equal(1, writer.DroppedCount);
        fails = false;
        writer.Write(LogLevel.Notice, "kept");
        Assert.True(writer.DrainBatch());
        Assert.Contains("kept", stream.Text);
        Assert.Contains("1 log lines were dropped", stream.Text);
    }

    [Fact]
    public void Closing_writes_what_is_queued()
    {
        var stream = new KeptStream();
        var writer = new LogWriter(() => stream);
        writer.Start();
        for (int i = 0; i < 1000; i++) writer.Write(LogLevel.Warning, "x");
        writer.Dispose();
        Assert.Equal(1000, stream.Text.Count(static c => c == '\n'));
    }

    private static LogLine Line(int number) => new(0, LogLevel.Notice, $"{number}");
}
