using System.Text;
using FastShard.Replication.Backlog;
using Xunit;

namespace FastShard.UnitTests.Replication;

/// <summary>The backlog keeps what is asked for and what readers need, and readers miss nothing.</summary>
public sealed class StreamBacklogTests
{
    [Fact]
    public void Readers_get_every_byte_once_from_where_they_begin()
    {
        using StreamBacklog backlog = new(blockBytes: 8, position: 100) { KeptBytes = 16 };
        BacklogReader early = backlog.Attach(100);
        StringBuilder all = new();
        StringBuilder read = new();
        BacklogReader? late = null;
        long lateFrom = 0;
        StringBuilder readLate = new();
        for (int number = 0; number < 200; number++)
        {
            string piece = $"<{number}>";
            all.Append(piece);
            backlog.Append(Encoding.ASCII.GetBytes(piece));
            if (number % 3 == 0) Drain(early, read);
            if (number == 50)
            {
                lateFrom = backlog.Start;
                late = backlog.Attach(lateFrom);
            }
            if (late is not null && number % 7 == 0) Drain(late, readLate);
            backlog.Trim();
        }
        Drain(early, read);
        Drain(late!, readLate);
        Assert.Equal(all.ToString(), read.ToString());
        Assert.Equal(all.ToString()[(int)(lateFrom - 100)..], readLate.ToString());
        Assert.Equal(100 + all.Length, backlog.End);
    }

    [Fact]
    public void What_nobody_needs_is_given_up_but_for_what_is_kept()
    {
        using StreamBacklog backlog = new(blockBytes: 10, position: 0) { KeptBytes = 25 };
        BacklogReader reader = backlog.Attach(0);
        for (int number = 0; number < 100; number++)
        {
            backlog.Append("0123456789"u8);
            backlog.Trim();
        }
        Assert.Equal(0, backlog.Start);
        Assert.True(backlog.CanReadFrom(0));
        reader.Detach();
        backlog.Trim();
        Assert.InRange(backlog.End - backlog.Start, 25, 40);
        Assert.False(backlog.CanReadFrom(0));
        Assert.True(backlog.CanReadFrom(backlog.End));
        Assert.False(backlog.CanReadFrom(backlog.End + 1));
        Assert.InRange(backlog.AllocatedBytes, 25, 50);
    }

    [Fact]
    public void It_goes_on_elsewhere_when_it_is_told_to()
    {
        using StreamBacklog backlog = new(blockBytes: 4, position: 0) { KeptBytes = 100 };
        backlog.Append("some bytes of a stream"u8);
        backlog.Restart(5000);
        backlog.Append("other"u8);
        StringBuilder read = new();
        Drain(backlog.Attach(5000), read);
        Assert.Equal("other", read.ToString());
        Assert.False(backlog.CanReadFrom(4999));
    }

    private static void Drain(BacklogReader reader, StringBuilder into)
    {
        while (true)
        {
            ReadOnlySpan<byte> bytes = reader.Peek();
            if (bytes.IsEmpty) return;
            // Not all at once, as a socket would.
            int count = Math.Min(bytes.Length, 3);
            into.Append(Encoding.ASCII.GetString(bytes[..count]));
            reader.Advance(count);
        }
    }
}
