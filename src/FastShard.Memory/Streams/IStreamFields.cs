namespace FastShard.Memory;

/// <summary>The fields of an entry that is to be added, wherever their bytes lie.</summary>
public interface IStreamFields
{
    /// <summary>Pairs of a field and a value.</summary>
    int Count { get; }

    /// <summary>A field's name.</summary>
    ReadOnlySpan<byte> Field(int index);

    /// <summary>A field's value.</summary>
    ReadOnlySpan<byte> Value(int index);
}
