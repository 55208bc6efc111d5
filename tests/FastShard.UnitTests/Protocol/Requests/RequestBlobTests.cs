using FastShard.Memory;
using FastShard.Protocol;
using Xunit;
using static FastShard.UnitTests.Protocol.Requests.RequestSamples;

namespace FastShard.UnitTests.Protocol.Requests;

public sealed class RequestBlobTests
{
    private static readonly byte[] Large =
        [.. Enumerable.Range(0, RequestReader.BlobThreshold + 1).Select(i => (byte)(i * 7))];

    private static readonly string Outcome = $"[SET] [k] {RequestDriver.Show(Large)} [EX] [10]\n[PING]";

    private static readonly byte[] Input =
        [.. Request("SET"u8.ToArray(), "k"u8.ToArray(), Large, "EX"u8.ToArray(), "10"u8.ToArray()), .. "PING\r\n"u8];

    [Fact]
    public void A_large_value_that_is_there_needs_no_blob()
    {
        using var driver = new RequestDriver();
        driver.Feed(Input);
        Assert.Equal(Outcome, driver.Outcome());
        Assert.Equal(0, driver.BlobsSeen);
    }

    [Fact]
    public void A_large_value_cut_anywhere_reads_the_same()
    {
        int start = Input.AsSpan().IndexOf("$16385"u8);
        int end = Input.Length;
        foreach (int cut in Enumerable.Range(start, 12).Concat(Enumerable.Range(end - 60, 59)))
        {
            using var driver = new RequestDriver();
            driver.Feed(Input.AsSpan(0, cut));
            driver.Feed(Input.AsSpan(cut));
            Assert.Equal(Outcome, driver.Outcome());
            bool inValue = cut >= start + 8 && cut < start + 8 + Large.Length;
            Assert.Equal(inValue ? 1 : 0, driver.BlobsSeen);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(16384)]
    public void Large_values_in_pieces_read_the_same(int piece)
    {
        byte[] twice = [.. Input, .. Request("MSET"u8.ToArray(), Large, Large, Large[..^2], Large[..^1]), .. Input];
        string value = RequestDriver.Show(Large);
        string expected = $"{Outcome}\n[MSET] {value} {value} {RequestDriver.Show(Large.AsSpan()[..^2])} " +
            $"{RequestDriver.Show(Large.AsSpan()[..^1])}\n{Outcome}";
        Assert.Equal(expected, RequestDriver.Outcome(twice, () => piece));
    }

    [Fact]
    public void Asking_again_without_the_blob_asks_again()
    {
        byte[] start = Bytes("*2\r\n$1\r\na\r\n$20000\r\nxyz");
        var reader = new RequestReader();
        var args = new ArgList();
        Assert.Equal(ReadStatus.NeedBlob, reader.Read(start, args));
        Assert.Equal(ReadStatus.NeedBlob, reader.Read(start, args));
        Assert.Equal((20000, start.Length - 3, 1), (reader.PendingBlobLength, reader.Position, args.Count));
        Blob blob = Blob.Allocate(20000);
        reader.SupplyBlob(args, blob);
        Assert.Equal(0, reader.PendingBlobLength);
        byte[] rest = [.. start[..^3], .. "\r"u8];
        Assert.Equal(ReadStatus.NeedMore, reader.Read(rest, args));
        Assert.Equal(1, reader.MissingBytes);
        Assert.Equal(ReadStatus.Complete, reader.Read([.. rest, .. "\n"u8], args));
        Assert.Equal(-1, args[1].Offset);
        Assert.Equal(20000, args.Bytes(start, 1).Length);
        args.Clear();
    }

    [Fact]
    public void A_list_gives_its_blobs_away_once()
    {
        var args = new ArgList();
        Blob first = Blob.Allocate(20000);
        Blob second = Blob.Allocate(30000);
        args.Add(0, 3);
        args.AddBlob(first);
        args.AddBlob(second);
        Assert.Equal(2, args.BlobCount);
        Blob taken = args.TakeBlob(0);
        Assert.Equal(20000, taken.Length);
        Assert.True(args.BlobAt(0).IsNull);
        Assert.Equal(30000, args.BlobAt(1).Length);
        args.ReleaseBlobs();
        Assert.Equal(0, args.BlobCount);
        taken.Release();
    }

    [Fact]
    public void Dropping_the_first_arguments_renumbers_the_blobs_of_the_rest()
    {
        var args = new ArgList();
        args.AddBlob(Filled(1));
        args.Add(5, 6);
        args.AddBlob(Filled(2));
        args.AddBlob(Filled(3));
        args.Add(7, 8);
        args.DropFirst(3);
        Assert.Equal((2, 1), (args.Count, args.BlobCount));
        Assert.Equal(3, args.Bytes(default, 0)[0]);
        Assert.Equal(new ArgRange(7, 8), args[1]);
        args.Truncate(0);
        Assert.Equal((0, 0), (args.Count, args.BlobCount));
    }

    private static Blob Filled(byte value)
    {
        Blob blob = Blob.Allocate(20000);
        blob.Span.Fill(value);
        return blob;
    }
}
