using FastShard.Protocol;
using Xunit;
using static FastShard.UnitTests.Protocol.Requests.RequestSamples;

namespace FastShard.UnitTests.Protocol.Requests;

public sealed class RequestReaderTests
{
    public static TheoryData<string, string> Samples() => Theory();

    [Theory]
    [MemberData(nameof(Samples))]
    public void Reads_each_sample_whole(string input, string outcome)
    {
        Assert.Equal(outcome, Outcome(input, () => int.MaxValue));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Reads_each_sample_byte_by_byte(string input, string outcome)
    {
        Assert.Equal(outcome, Outcome(input, () => 1));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Reads_each_sample_cut_at_every_byte(string input, string outcome)
    {
        for (int cut = 1; cut < input.Length; cut++)
        {
            int next = cut;
            Assert.Equal(outcome, Outcome(input, () => Take(ref next)));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Reads_each_sample_after_others_and_leaves_what_follows(string input, string outcome)
    {
        if (outcome.Contains('!') || outcome.Length == 0) return;
        string both = Outcome("*1\r\n$1\r\na\r\n" + input + "*2\r\n$1\r\nb\r\n$5\r\nun", () => int.MaxValue);
        Assert.Equal("[a]\n" + outcome, both);
    }

    [Fact]
    public void Position_and_argument_start_describe_each_request_of_a_batch()
    {
        byte[] input = Bytes("*1\r\n$1\r\na\r\nb c\r\n*2\r\n$1\r\nd\r\n$1\r\ne\r\n*9");
        var reader = new RequestReader();
        var args = new ArgList();
        Assert.Equal(ReadStatus.Complete, reader.Read(input, args));
        Assert.Equal((11, 0, 1), (reader.Position, reader.RequestArgStart, args.Count));
        Assert.Equal(ReadStatus.Complete, reader.Read(input, args));
        Assert.Equal((16, 1, 3), (reader.Position, reader.RequestArgStart, args.Count));
        Assert.Equal(ReadStatus.Complete, reader.Read(input, args));
        Assert.Equal((34, 3, 5), (reader.Position, reader.RequestArgStart, args.Count));
        Assert.Equal(ReadStatus.NeedMore, reader.Read(input, args));
        Assert.Equal((34, 34, 5), (reader.Position, reader.RequestStart, args.Count));
        Assert.Equal("e", System.Text.Encoding.ASCII.GetString(args.Bytes(input, 4)));
    }

    [Fact]
    public void Missing_bytes_are_those_of_the_bulk_and_its_end()
    {
        var reader = new RequestReader();
        var args = new ArgList();
        Assert.Equal(ReadStatus.NeedMore, reader.Read(Bytes("*1\r\n$1000\r\nabc"), args));
        Assert.Equal(999, reader.MissingBytes);
        Assert.Equal(0, reader.RequestStart);
    }

    [Fact]
    public void Begin_forgets_the_unfinished_request_and_the_error()
    {
        var reader = new RequestReader();
        var args = new ArgList();
        Assert.Equal(ReadStatus.NeedMore, reader.Read(Bytes("*3\r\n$3\r\nSET\r\n$9\r\n"), args));
        reader.Begin(0);
        args.Clear();
        Assert.Equal(ReadStatus.Broken, reader.Read(Bytes("*x\r\n"), args));
        Assert.Equal(ProtocolErrorKind.InvalidMultibulkLength, reader.Error.Kind);
        reader.Begin(0);
        Assert.Equal(ReadStatus.Complete, reader.Read(Bytes("*1\r\n$4\r\nPING\r\n"), args));
        Assert.Equal(ProtocolErrorKind.None, reader.Error.Kind);
    }

    [Fact]
    public void A_million_arguments_in_pieces_are_read_in_linear_time()
    {
        const int Count = 1_000_000;
        using var driver = new RequestDriver();
        driver.Feed(Bytes($"*{Count}\r\n"));
        byte[] piece = Bytes(string.Concat(Enumerable.Repeat("$3\r\nabc\r\n", 1000)));
        for (int i = 0; i < Count / 1000; i++)
        {
            driver.Feed(piece.AsSpan(0, 4321));
            driver.Feed(piece.AsSpan(4321));
        }
        Assert.Single(driver.Requests);
        Assert.Equal(0, driver.Rest);
    }

    [Fact]
    public void A_warm_reader_allocates_nothing()
    {
        byte[] input = Bytes("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$20\r\n01234567890123456789\r\n" +
            "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n");
        var reader = new RequestReader();
        var args = new ArgList();
        Assert.Equal(0, Allocations.LeastOf(ReadMany));

        void ReadMany()
        {
            for (int i = 0; i < 10_000; i++) ReadBoth();
        }

        void ReadBoth()
        {
            args.Clear();
            reader.Begin(0);
            reader.Read(input, args);
            reader.Read(input, args);
        }
    }

    private static int Take(ref int next)
    {
        int now = next;
        next = int.MaxValue;
        return now;
    }

    private static string Outcome(string input, Func<int> nextPiece) =>
        RequestDriver.Outcome(Bytes(input), nextPiece);
}
