using System.Buffers;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Strings;
using FastShard.Memory;
using FastShard.Protocol;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Sorting;

/// <summary>
/// A pattern of BY or GET: "weight_*" is a key for each element, "object_*->weight" a field of a hash, "#" the element
/// itself. Only the first asterisk stands for the element, and "->" counts behind it and in front of something.
/// </summary>
internal readonly ref struct SortPattern
{
    private const int NameBytesMax = 256;

    private readonly ReadOnlySpan<byte> _before;
    private readonly ReadOnlySpan<byte> _behind;
    private readonly ReadOnlySpan<byte> _field;
    private readonly bool _isElement;
    private readonly bool _namesKeys;

    public SortPattern(ReadOnlySpan<byte> text)
    {
        _isElement = text.SequenceEqual("#"u8);
        int asterisk = text.IndexOf((byte)'*');
        _namesKeys = asterisk >= 0;
        if (!_namesKeys) return;
        _before = text[..asterisk];
        _behind = text[(asterisk + 1)..];
        int arrow = _behind.IndexOf("->"u8);
        if (arrow < 0 || arrow + 2 == _behind.Length) return;
        _field = _behind[(arrow + 2)..];
        _behind = _behind[..arrow];
    }

    /// <summary>Whether a pattern names keys at all.</summary>
    public static bool NamesKeys(ReadOnlySpan<byte> text) => text.Contains((byte)'*');

    /// <summary>
    /// What the pattern comes to for an element; false where there is nothing. An integer's digits go to the scratch.
    /// </summary>
    public bool TryLookUp(
        scoped in CommandContext context, ReadOnlySpan<byte> element, Span<byte> scratch, out ReadOnlySpan<byte> value)
    {
        value = element;
        if (_isElement) return true;
        value = default;
        if (!_namesKeys) return false;
        int length = _before.Length + element.Length + _behind.Length;
        byte[]? rented = length <= NameBytesMax ? null : ArrayPool<byte>.Shared.Rent(length);
        Span<byte> name = rented is null ? stackalloc byte[NameBytesMax] : rented;
        _before.CopyTo(name);
        element.CopyTo(name[_before.Length..]);
        _behind.CopyTo(name[(_before.Length + element.Length)..]);
        Key key = context.KeyOf(name[..length], context.Session.Db);
        bool isFound = key.Home.TryRead(key, out Entry entry);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return isFound && TryValue(key.Home, entry, scratch, out value);
    }

    private bool TryValue(Database home, scoped in Entry entry, Span<byte> scratch, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!_field.IsEmpty) return SortSource.TryField(home, entry, _field, scratch, out value);
        if (entry.Type != ValueType.String) return false;
        value = StringValue.Bytes(entry, scratch);
        return true;
    }
}
