using System.Text;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Notifications;
using FastShard.Memory;
using Xunit;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Engine.Notifications;

public sealed class KeyEventTests
{
    [Fact]
    public void Every_class_has_a_bit_of_its_own()
    {
        const string Letters = "g$lshzxetdmnoc";
        Assert.Equal(Letters.Length, Letters.Select(KeyEventClasses.BitOf).Distinct().Count());
    }

    [Fact]
    public void Only_announced_classes_are_told()
    {
        using TestKeyspace keyspace = new();
        Listener heard = Listen(keyspace, "$");
        keyspace.Put("k");
        keyspace.Read("missing");
        Assert.Equal(["0 k set"], heard.Events);
    }

    [Fact]
    public void New_keys_misses_and_expired_keys_are_named()
    {
        using TestKeyspace keyspace = new();
        Listener heard = Listen(keyspace, "$nmx");
        keyspace.Put("k", database: 2, expiryMillis: keyspace.NowMillis + 10);
        keyspace.Put("k", database: 2, expiryMillis: keyspace.NowMillis + 10);
        keyspace.Advance(20);
        Assert.False(keyspace.Read("k", database: 2));
        Assert.Equal(["2 k new", "2 k set", "2 k new", "2 k set", "2 k expired", "2 k keymiss"], heard.Events);
    }

    [Fact]
    public void Overwriting_names_the_change_of_type_too()
    {
        using TestKeyspace keyspace = new();
        Listener heard = Listen(keyspace, "oc");
        Key key = keyspace.KeyOf("k"u8.ToArray(), 0);
        key.Home.Overwritten(key, ValueType.String, ValueType.String);
        key.Home.Overwritten(key, ValueType.List, ValueType.String);
        Assert.Equal(["0 k overwritten", "0 k overwritten", "0 k type_changed"], heard.Events);
    }

    private static Listener Listen(TestKeyspace keyspace, string classes)
    {
        Listener listener = new();
        keyspace.First.KeyEvents = listener;
        foreach (char letter in classes) keyspace.First.AnnouncedClasses |= KeyEventClasses.BitOf(letter);
        return listener;
    }

    private sealed class Listener : IKeyEventListener
    {
        public List<string> Events { get; } = [];

        public void OnKeyEvent(int database, ReadOnlySpan<byte> key, KeyEvent change, ChangedFields fields) =>
            Events.Add($"{database} {Encoding.Latin1.GetString(key)} {change.Name}");
    }
}
