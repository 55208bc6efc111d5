using System.Text;
using BenchmarkDotNet.Attributes;
using FastShard.Protocol;

namespace FastShard.MicroBench;

/// <summary>Parsing what clients send most: pipelines of GET and SET, and one long MSET.</summary>
[MemoryDiagnoser]
public class RequestBench : IDisposable
{
    private const int Pipeline = 16;
    private const int Pairs = 100;

    private readonly RequestReader _reader = new();
    private readonly ArgList _args = new();
    private byte[] _gets = [];
    private byte[] _sets = [];
    private byte[] _largeSets = [];
    private byte[] _manyPairs = [];

    [GlobalSetup]
    public void Setup()
    {
        _gets = Repeat(Pipeline, i => Request("GET", $"key:{i:D6}"));
        _sets = Repeat(Pipeline, i => Request("SET", $"key:{i:D6}", new string('v', 64)));
        _largeSets = Repeat(Pipeline, i => Request("SET", $"key:{i:D6}", new string('v', 1024)));
        _manyPairs = Encoding.ASCII.GetBytes(Request(
            ["MSET", .. Enumerable.Range(0, 2 * Pairs).Select(i => $"key:{i:D6}")]));
        Check(GetPipeline() == 2 * Pipeline && Argument(_gets, 3) == "key:000001");
        Check(SetPipeline() == 3 * Pipeline && Argument(_sets, 5) == new string('v', 64));
        Check(LargeSetPipeline() == 3 * Pipeline && Argument(_largeSets, 47).Length == 1024);
        Check(ManyPairs() == 1 + (2 * Pairs) && Argument(_manyPairs, 200) == "key:000199");
    }

    [Benchmark(OperationsPerInvoke = Pipeline)]
    public int GetPipeline() => Parse(_gets);

    [Benchmark(OperationsPerInvoke = Pipeline)]
    public int SetPipeline() => Parse(_sets);

    [Benchmark(OperationsPerInvoke = Pipeline)]
    public int LargeSetPipeline() => Parse(_largeSets);

    [Benchmark(OperationsPerInvoke = 2 * Pairs)]
    public int ManyPairs() => Parse(_manyPairs);

    [GlobalCleanup]
    public void Dispose()
    {
        _args.Clear();
        GC.SuppressFinalize(this);
    }

    internal BenchCase[] Cases() =>
    [
        new("request.get", Pipeline, () => GetPipeline()),
        new("request.set64", Pipeline, () => SetPipeline()),
        new("request.set1024", Pipeline, () => LargeSetPipeline()),
        new("request.mset.argument", 2 * Pairs, () => ManyPairs()),
    ];

    private int Parse(byte[] input)
    {
        _args.Clear();
        _reader.Begin(0);
        while (_reader.Read(input, _args) == ReadStatus.Complete)
        {
        }
        return _args.Count;
    }

    private string Argument(byte[] input, int index) => Encoding.ASCII.GetString(_args.Bytes(input, index));

    private static byte[] Repeat(int count, Func<int, string> make) =>
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, count).Select(make)));

    private static string Request(params string[] args) =>
        $"*{args.Length}\r\n" + string.Concat(args.Select(arg => $"${arg.Length}\r\n{arg}\r\n"));

    private static void Check(bool right)
    {
        if (!right) throw new InvalidOperationException("The parser's answer is wrong.");
    }
}
