using BenchmarkDotNet.Attributes;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.MicroBench;

/// <summary>Writing what commands reply most, sixteen to a turn.</summary>
[MemoryDiagnoser]
public class ReplyBench : IDisposable
{
    private const int Pipeline = 16;

    private readonly ReplyBuffer _buffer = new(1 << 16);
    private readonly byte[] _value = new byte[1024];

    [GlobalSetup]
    public void Setup()
    {
        _value.AsSpan().Fill((byte)'v');
        Check(Ok() == Pipeline * "+OK\r\n".Length, "+OK\r\n"u8);
        Check(Integer() == 10 * ":1234567\r\n".Length + 6 * ":12345678\r\n".Length, ":1234567\r\n"u8);
        Check(Bulk64() == Pipeline * "$64\r\n\r\n".Length + Pipeline * 64, "$64\r\nv"u8);
        Check(Bulk1024() == Pipeline * "$1024\r\n\r\n".Length + Pipeline * 1024, "$1024\r\nv"u8);
        Check(Double() > 0, ",0.25\r\n"u8);
    }

    [Benchmark(OperationsPerInvoke = Pipeline)]
    public long Ok()
    {
        ReplyWriter writer = Begin();
        for (int i = 0; i < Pipeline; i++) writer.Ok();
        return _buffer.Length;
    }

    [Benchmark(OperationsPerInvoke = Pipeline)]
    public long Integer()
    {
        ReplyWriter writer = Begin();
        for (int i = 0; i < Pipeline; i++) writer.Integer(i < 10 ? 1234567 : 12345678);
        return _buffer.Length;
    }

    [Benchmark(OperationsPerInvoke = Pipeline)]
    public long Bulk64() => Bulks(_value.AsSpan(0, 64));

    [Benchmark(OperationsPerInvoke = Pipeline)]
    public long Bulk1024() => Bulks(_value);

    [Benchmark(OperationsPerInvoke = Pipeline)]
    public long Double()
    {
        ReplyWriter writer = Begin();
        for (int i = 0; i < Pipeline; i++) writer.Double(i + 0.25);
        return _buffer.Length;
    }

    private ReplyWriter Begin()
    {
        _buffer.Clear();
        return new ReplyWriter(_buffer, RespVersion.Resp3);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _buffer.Dispose();
        GC.SuppressFinalize(this);
    }

    internal BenchCase[] Cases() =>
    [
        new("reply.ok", Pipeline, Ok),
        new("reply.integer", Pipeline, Integer),
        new("reply.bulk64", Pipeline, Bulk64),
        new("reply.bulk1024", Pipeline, Bulk1024),
        new("reply.double", Pipeline, Double),
    ];

    private long Bulks(ReadOnlySpan<byte> value)
    {
        ReplyWriter writer = Begin();
        for (int i = 0; i < Pipeline; i++) writer.Bulk(value);
        return _buffer.Length;
    }

    private void Check(bool length, ReadOnlySpan<byte> start)
    {
        if (!length || !_buffer.Peek().StartsWith(start)) throw new InvalidOperationException("A reply is wrong.");
    }
}
