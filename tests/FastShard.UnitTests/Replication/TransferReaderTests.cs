using System.Text;
using FastShard.Replication.Replica;
using Xunit;

namespace FastShard.UnitTests.Replication;

/// <summary>A snapshot on its way, with every split of its bytes.</summary>
public sealed class TransferReaderTests
{
    private const string Mark = "0123456789abcdef0123456789abcdef01234567";

    [Theory]
    [InlineData("$5\r\nhello", "hello")]
    [InlineData("\n\n$5\r\nhello", "hello")]
    [InlineData("$0\r\n", "")]
    [InlineData($"$EOF:{Mark}\r\nhello{Mark}", "hello")]
    [InlineData($"\n$EOF:{Mark}\r\n{Mark}", "")]
    public void Every_split_finds_the_same_snapshot_and_leaves_the_stream(string transfer, string expected)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(transfer + "*1\r\n");
        for (int first = 0; first <= bytes.Length; first++)
        {
            for (int second = first; second <= bytes.Length; second++)
                Assert.Equal((expected, "*1\r\n"), Split(bytes, first, second));
        }
    }

    [Fact]
    public void A_part_of_the_mark_in_the_snapshot_is_a_part_of_the_snapshot()
    {
        string payload = Mark[..39] + "x" + Mark[..20];
        byte[] bytes = Encoding.ASCII.GetBytes($"$EOF:{Mark}\r\n{payload}{Mark}");
        for (int split = 0; split <= bytes.Length; split++)
            Assert.Equal((payload, ""), Split(bytes, split, bytes.Length));
    }

    [Theory]
    [InlineData("+OK\r\n")]
    [InlineData("$-1\r\n")]
    [InlineData("$x\r\n")]
    public void What_is_no_head_is_an_error(string head)
    {
        TransferReader reader = new();
        _ = reader.Read(Encoding.ASCII.GetBytes(head), out _);
        Assert.NotNull(reader.Error);
        Assert.False(reader.IsComplete);
    }

    private static (string Payload, string Left) Split(byte[] bytes, int first, int second)
    {
        TransferReader reader = new();
        StringBuilder payload = new();
        int at = 0;
        foreach (int end in (int[])[first, second, bytes.Length])
        {
            if (reader.IsComplete) break;
            payload.Append(Encoding.ASCII.GetString(reader.Read(bytes.AsSpan(at, end - at), out int done)));
            at += done;
        }
        Assert.Null(reader.Error);
        Assert.True(reader.IsComplete);
        return (payload.ToString(), Encoding.ASCII.GetString(bytes.AsSpan(at)));
    }
}
