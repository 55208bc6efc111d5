using FastShard.Memory;

namespace FastShard.UnitTests.Memory.Streams;

/// <summary>Fields and values from texts, in turn.</summary>
internal readonly struct TextFields(string[] pairs) : IStreamFields
{
    public int Count => pairs.Length / 2;

    public long TextBytes => pairs.Sum(static text => text.Length);

    public ReadOnlySpan<byte> Field(int index) => TestTable.Bytes(pairs[2 * index]);

    public ReadOnlySpan<byte> Value(int index) => TestTable.Bytes(pairs[(2 * index) + 1]);
}
