namespace FastShard.Memory;

/// <summary>
/// A borrowed view of one element of a <see cref="FieldTable"/>: readable until that element changes, fit for changes
/// until any element of the table does.
/// </summary>
/// <remarks>
/// SAFETY: only tables make these, from what their index holds. OWNER: the table. LIVES: see above.
/// </remarks>
public readonly unsafe struct FieldEntry
{
    private readonly byte* _block;
    private readonly byte* _cell;

    internal FieldEntry(byte* block, byte* cell)
    {
        _block = block;
        _cell = cell;
    }

    /// <summary>No element.</summary>
    public bool IsNull => _block == null;

    /// <summary>The field, or the member of a set.</summary>
    public ReadOnlySpan<byte> Field => FieldBlock.Field(_block);

    /// <summary>The value; of a member without one, nothing.</summary>
    public ReadOnlySpan<byte> Value => FieldBlock.Value(_block);

    /// <summary>Whether the element has a value, be it of no bytes.</summary>
    public bool HasValue => (*_block & (FieldBlock.ShortValueFlag | FieldBlock.LongValueFlag)) != 0;

    /// <summary>The value as an element of a pack is seen, for code that reads both.</summary>
    public PackElement ValueElement => new(Value);

    /// <summary>The field in the same way.</summary>
    public PackElement FieldElement => new(Field);

    /// <summary>The deadline in milliseconds since 1970, 0 if none.</summary>
    public long DeadlineMillis => FieldBlock.Deadline(_block);

    internal byte* Block => _block;

    internal byte* Cell => _cell;
}
