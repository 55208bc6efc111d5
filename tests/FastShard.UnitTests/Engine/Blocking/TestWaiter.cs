using System.Text;
using FastShard.Engine.Blocking;
using FastShard.Engine.Keyspaces;

namespace FastShard.UnitTests.Engine.Blocking;

/// <summary>A waiter for keys by name, without a command.</summary>
internal sealed class TestWaiter(string name, params string[] keys) : Waiter
{
    public string Name { get; } = name;

    public override ReadOnlySpan<byte> KeyAt(int index) => Encoding.Latin1.GetBytes(keys[index]);

    public TestWaiter Wait(TestKeyspace keyspace, BlockKind kind = BlockKind.List, int database = 0)
    {
        Begin(kind);
        for (int index = 0; index < keys.Length; index++)
        {
            Key key = keyspace.KeyOf(Encoding.Latin1.GetBytes(keys[index]), database);
            key.Home.Owner.Waiters.Join(key, this, index);
        }
        return this;
    }
}
