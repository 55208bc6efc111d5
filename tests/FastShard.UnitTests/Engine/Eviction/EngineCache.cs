using System.Buffers.Binary;
using FastShard.Engine.Eviction;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Engine.Eviction;

/// <summary>A real keyspace as a cache of so many keys.</summary>
internal sealed class EngineCache : ICacheModel, IDisposable
{
    private readonly TestKeyspace _keys = new(databases: 1);
    private readonly EvictionRules _rules;
    private readonly int _capacity;
    private readonly byte[] _name = new byte[4];

    public EngineCache(int capacity, EvictionPolicy policy)
    {
        _capacity = capacity;
        _rules = new EvictionRules(policy, 5);
        _keys.First.AccessClock.IsLfu = _rules.IsLfu;
    }

    public bool Ask(int key, long nowMillis)
    {
        Keyspace keyspace = _keys.First;
        keyspace.NowMillis = nowMillis;
        BinaryPrimitives.WriteInt32LittleEndian(_name, key);
        Key name = _keys.KeyOf(_name, 0);
        if (name.Home.TryRead(name, out _)) return true;
        if (keyspace.KeyCount == _capacity) Evictor.EvictSome(keyspace, _rules, bytesToFree: 1, budget: 1);
        name.Home.Insert(name, ValueType.String, ValueEncoding.Raw, 0, 0);
        return false;
    }

    public void Dispose() => _keys.Dispose();
}
