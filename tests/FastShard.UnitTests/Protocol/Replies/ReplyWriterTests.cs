using System.Text;
using FastShard.Memory;
using FastShard.Protocol;
using Xunit;

namespace FastShard.UnitTests.Protocol.Replies;

public sealed class ReplyWriterTests
{
    private delegate void Write(ref ReplyWriter writer);

    [Fact]
    public void Writes_the_plain_types()
    {
        Same("+OK\r\n", static (ref ReplyWriter w) => w.Ok());
        Same("+PONG\r\n", static (ref ReplyWriter w) => w.SimpleString("PONG"u8));
        Same("-ERR a  b\r\n", static (ref ReplyWriter w) => w.Error("ERR a\r\nb"u8));
        Same("-ERR x\r\n", static (ref ReplyWriter w) => w.Error("ERR x"));
        Same("$0\r\n\r\n", static (ref ReplyWriter w) => w.Bulk(default));
        Same("$3\r\na\r\n\r\n", static (ref ReplyWriter w) => w.Bulk("a\r\n"u8));
        Same("$2\r\n\xC3\xA9\r\n", static (ref ReplyWriter w) => w.Text("\u00e9"));
        Same("$2\r\n42\r\n", static (ref ReplyWriter w) => w.BulkInteger(42));
        Same("*0\r\n", static (ref ReplyWriter w) => w.Array(0));
        Same("*123456\r\n", static (ref ReplyWriter w) => w.Array(123456));
        Same("anything", static (ref ReplyWriter w) => w.Raw("anything"u8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(-1)]
    [InlineData(1234567)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Writes_integers(long value)
    {
        Same($":{value}\r\n", (ref ReplyWriter w) => w.Integer(value));
        Same($"${value.ToString().Length}\r\n{value}\r\n", (ref ReplyWriter w) => w.BulkInteger(value));
    }

    [Fact]
    public void Writes_what_the_versions_differ_in()
    {
        Differ("$-1\r\n", "_\r\n", static (ref ReplyWriter w) => w.Null());
        Differ("*-1\r\n", "_\r\n", static (ref ReplyWriter w) => w.NullArray());
        Differ("*4\r\n", "%2\r\n", static (ref ReplyWriter w) => w.Map(2));
        Differ("*2\r\n", "~2\r\n", static (ref ReplyWriter w) => w.Set(2));
        Differ("*2\r\n", ">2\r\n", static (ref ReplyWriter w) => w.Push(2));
        Differ("|1\r\n", "|1\r\n", static (ref ReplyWriter w) => w.Attribute(1));
        Differ(":1\r\n", "#t\r\n", static (ref ReplyWriter w) => w.Boolean(true));
        Differ(":0\r\n", "#f\r\n", static (ref ReplyWriter w) => w.Boolean(false));
        Differ("$3\r\n1.5\r\n", ",1.5\r\n", static (ref ReplyWriter w) => w.Double(1.5));
        Differ("$4\r\n-inf\r\n", ",-inf\r\n", static (ref ReplyWriter w) => w.Double(double.NegativeInfinity));
        Differ("$3\r\nnan\r\n", ",nan\r\n", static (ref ReplyWriter w) => w.Double(double.NaN));
        Differ("$6\r\n1.2500\r\n", ",1.2500\r\n", static (ref ReplyWriter w) => w.DoubleText("1.2500"u8));
        Differ("$3\r\n123\r\n", "(123\r\n", static (ref ReplyWriter w) => w.BigNumber("123"u8));
        Differ("$5\r\nhello\r\n", "=9\r\ntxt:hello\r\n", static (ref ReplyWriter w) => w.Verbatim("txt"u8, "hello"u8));
    }

    [Fact]
    public void Writes_a_bulk_of_every_length()
    {
        byte[] value = new byte[1200];
        Array.Fill(value, (byte)'v');
        using var buffer = new ReplyBuffer();
        var writer = new ReplyWriter(buffer, RespVersion.Resp2);
        for (int length = 0; length < value.Length; length++)
        {
            writer.Bulk(value.AsSpan(0, length));
            Assert.Equal($"${length}\r\n{new string('v', length)}\r\n", Drain(buffer));
        }
    }

    [Fact]
    public void Blobs_go_out_whole_or_in_part()
    {
        Blob blob = Blob.Allocate(20_000);
        blob.Span.Fill((byte)'b');
        string whole = new('b', 20_000);
        Same($"$20000\r\n{whole}\r\n", (ref ReplyWriter w) => w.Blob(blob));
        Same("$3\r\nbbb\r\n", (ref ReplyWriter w) => w.BlobRange(blob, 7, 3));
        Same($"$9000\r\n{whole[..9000]}\r\n", (ref ReplyWriter w) => w.BlobRange(blob, 11_000, 9000));
        blob.Release();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(1000)]
    public void Deferred_lengths_are_set_after_the_elements(int count)
    {
        Blob blob = Blob.Allocate(10_000);
        blob.Span.Fill((byte)'b');
        Write write = (ref ReplyWriter w) =>
        {
            w.Ok();
            DeferredLength map = w.DeferMap();
            for (int i = 0; i < count; i++)
            {
                w.Integer(i);
                DeferredLength set = w.DeferSet();
                if (i == 3) w.Blob(blob);
                else w.Null();
                w.SetDeferred(set, 1);
            }
            w.SetDeferred(map, count);
            DeferredLength array = w.DeferArray();
            w.SetDeferred(array, 0);
            DeferredLength push = w.DeferPush();
            for (int i = 0; i < 12; i++) w.Ok();
            w.SetDeferred(push, 12);
        };
        string pushed = string.Join(' ', Enumerable.Repeat("+OK", 12));
        Assert.Equal(
            ["+OK", $"*[{Pairs('*', "null")}]", "*[]", $"*[{pushed}]"],
            ReplyText.ReadAll(Encoding.Latin1.GetBytes(Run(RespVersion.Resp2, write))));
        Assert.Equal(
            ["+OK", $"%[{Pairs('~', "_")}]", "*[]", $">[{pushed}]"],
            ReplyText.ReadAll(Encoding.Latin1.GetBytes(Run(RespVersion.Resp3, write))));
        blob.Release();

        string Pairs(char set, string none) => string.Join(' ', Enumerable.Range(0, count)
            .Select(i => $":{i} {set}[{(i == 3 ? "$" + new string('b', 10_000) : none)}]"));
    }

    [Theory]
    [InlineData(RespVersion.Resp2)]
    [InlineData(RespVersion.Resp3)]
    public void Whatever_is_written_reads_back(RespVersion version)
    {
        var random = new Random(5);
        using var buffer = new ReplyBuffer();
        var writer = new ReplyWriter(buffer, version);
        var expected = new List<string>();
        for (int i = 0; i < 3000; i++) expected.Add(ReplyScribe.Scribe(ref writer, random, depth: 0));
        Assert.Equal(expected, ReplyText.ReadAll(Encoding.Latin1.GetBytes(Drain(buffer))));
    }

    [Fact]
    public void A_warm_writer_allocates_nothing()
    {
        using var buffer = new ReplyBuffer(4096);
        byte[] value = new byte[64];
        Assert.Equal(0, Allocations.LeastOf(WriteMany));

        void WriteMany()
        {
            var writer = new ReplyWriter(buffer, RespVersion.Resp3);
            for (int i = 0; i < 1000; i++) WriteSome(writer);
        }

        void WriteSome(ReplyWriter w)
        {
            w.Ok();
            w.Bulk(value);
            w.Integer(12345);
            w.Double(0.25);
            w.Double(0.1);
            w.Error("ERR no"u8);
            w.SetDeferred(w.DeferArray(), 10);
            buffer.Clear();
        }
    }

    private static void Same(string expected, Write write) => Differ(expected, expected, write);

    private static void Differ(string resp2, string resp3, Write write)
    {
        Assert.Equal(resp2, Run(RespVersion.Resp2, write));
        Assert.Equal(resp3, Run(RespVersion.Resp3, write));
    }

    private static string Run(RespVersion version, Write write)
    {
        using var buffer = new ReplyBuffer();
        var writer = new ReplyWriter(buffer, version);
        write(ref writer);
        return Drain(buffer);
    }

    private static string Drain(ReplyBuffer buffer)
    {
        var text = new StringBuilder();
        while (buffer.Length > 0)
        {
            ReadOnlySpan<byte> run = buffer.Peek();
            text.Append(Encoding.Latin1.GetString(run));
            buffer.Consume(run.Length);
        }
        return text.ToString();
    }
}
