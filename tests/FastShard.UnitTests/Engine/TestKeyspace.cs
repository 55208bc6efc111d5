using System.Globalization;
using System.Text;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Engine;

/// <summary>A data set with a clock that moves when told, and keys by name.</summary>
internal sealed class TestKeyspace : IDisposable
{
    public TestKeyspace(int shards = 1, int databases = 4)
    {
        Dataset = new Dataset(shards, databases);
        SetNow(1_700_000_000_000);
    }

    public Dataset Dataset { get; }

    /// <summary>The first shard's.</summary>
    public Keyspace First => Dataset[0];

    public long NowMillis { get; private set; }

    public void Advance(long millis) => SetNow(NowMillis + millis);

    public void Put(string name, int database = 0, long expiryMillis = 0, int valueLength = 8)
    {
        Key key = KeyOf(Encoding.Latin1.GetBytes(name), database);
        key.Home.Remove(key);
        Entry entry = key.Home.Insert(key, ValueType.String, ValueEncoding.Raw, valueLength, expiryMillis);
        key.Home.Table.Mutable(ref entry).Clear();
        key.Home.Modified(key, KeyEvent.Set);
    }

    /// <summary>Whether the key lives; counts as an access.</summary>
    public bool Read(string name, int database = 0)
    {
        Key key = KeyOf(Encoding.Latin1.GetBytes(name), database);
        return key.Home.TryRead(key, out _);
    }

    /// <summary>Whether the key is in the table, expired or not; counts as nothing.</summary>
    public bool Has(string name, int database = 0)
    {
        Key key = KeyOf(Encoding.Latin1.GetBytes(name), database);
        return key.Home.Table.TryFind(key.Slot, key.Hash, key.Bytes, out _);
    }

    public Entry EntryOf(string name, int database = 0)
    {
        Key key = KeyOf(Encoding.Latin1.GetBytes(name), database);
        return key.Home.Table.TryFind(key.Slot, key.Hash, key.Bytes, out Entry entry) ? entry : default;
    }

    public Key KeyOf(byte[] bytes, int database)
    {
        int slot = KeySlot.Of(bytes);
        return new Key(bytes, slot, KeyHash.Of(bytes), Dataset.Home(slot, database));
    }

    public static string Name(string prefix, int number) => prefix + number.ToString(CultureInfo.InvariantCulture);

    public void Dispose()
    {
        foreach (Keyspace keyspace in Dataset.Keyspaces) keyspace.Dispose();
    }

    private void SetNow(long millis)
    {
        NowMillis = millis;
        foreach (Keyspace keyspace in Dataset.Keyspaces) keyspace.NowMillis = millis;
    }
}
