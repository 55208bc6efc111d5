using System.Text;
using BenchmarkDotNet.Attributes;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.MicroBench;

/// <summary>The table of keys, in an order that no cache foresees: look-up, overwrite, insert and remove.</summary>
[MemoryDiagnoser]
public class KeyTableBench : IDisposable
{
    private const int Batch = 64;
    private const int ValueBytes = 64;

    private readonly byte[] _value = new byte[ValueBytes];
    private ShardHeap _heap = null!;
    private KeyTable _table = null!;
    private byte[][] _present = [];
    private byte[][] _missing = [];
    private int _next;

    [Params(1 << 17)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _heap = new ShardHeap();
        _table = new KeyTable(_heap);
        _present = MakeKeys("key");
        _missing = MakeKeys("gap");
        _value.AsSpan().Fill((byte)'v');
        foreach (byte[] key in _present) Insert(key);
        if (_table.Count != Keys || Hit() != Batch * ValueBytes || Miss() != 0)
            throw new InvalidOperationException("The table's answer is wrong.");
        if (Overwrite() != Keys || InsertRemove() != Keys)
            throw new InvalidOperationException("The table's count is wrong.");
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public long Hit() => Find(_present);

    [Benchmark(OperationsPerInvoke = Batch)]
    public long Miss() => Find(_missing);

    [Benchmark(OperationsPerInvoke = Batch)]
    public long Overwrite()
    {
        for (int i = 0; i < Batch; i++)
        {
            byte[] key = Next(_present);
            if (!_table.TryFind(KeySlot.Of(key), KeyHash.Of(key), key, out Entry entry)) return -1;
            _table.Replace(ref entry, ValueType.String, ValueEncoding.Raw, ValueBytes, expiryMillis: 0);
            _value.CopyTo(_table.Mutable(ref entry));
        }
        return _table.Count;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public long InsertRemove()
    {
        for (int i = 0; i < Batch; i++)
        {
            Entry entry = Insert(Next(_missing));
            _table.Remove(ref entry);
        }
        return _table.Count;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _heap?.Dispose();
        GC.SuppressFinalize(this);
    }

    internal BenchCase[] Cases() =>
    [
        new("table.hit", Batch, Hit),
        new("table.miss", Batch, Miss),
        new("table.overwrite", Batch, Overwrite),
        new("table.insert.remove", Batch, InsertRemove),
    ];

    private long Find(byte[][] keys)
    {
        long bytes = 0;
        for (int i = 0; i < Batch; i++)
        {
            byte[] key = Next(keys);
            if (_table.TryFind(KeySlot.Of(key), KeyHash.Of(key), key, out Entry entry)) bytes += entry.ValueLength;
        }
        return bytes;
    }

    private Entry Insert(byte[] key)
    {
        Entry entry = _table.Insert(
            KeySlot.Of(key), KeyHash.Of(key), key, ValueType.String, ValueEncoding.Raw, ValueBytes, expiryMillis: 0);
        _value.CopyTo(_table.Mutable(ref entry));
        return entry;
    }

    private byte[] Next(byte[][] keys)
    {
        // An odd step visits every index before the first comes again, far from the last one.
        _next = (_next + 40_503) % keys.Length;
        return keys[_next];
    }

    private byte[][] MakeKeys(string prefix)
    {
        byte[][] keys = new byte[Keys][];
        for (int i = 0; i < Keys; i++) keys[i] = Encoding.ASCII.GetBytes($"{prefix}:{i:D8}");
        return keys;
    }
}
