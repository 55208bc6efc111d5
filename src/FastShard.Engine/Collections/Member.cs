using FastShard.Memory;

namespace FastShard.Engine.Collections;

/// <summary>
/// A member or field to look for: its bytes, and the integer that packs keep in their place where they are one.
/// </summary>
internal readonly ref struct Member
{
    /// <summary>Room that <see cref="Of"/> needs.</summary>
    public const int ScratchBytes = Listpack.ScratchBytes;

    private readonly ulong _hash;

    /// <summary>What a client named; its <see cref="KeyHash"/>, if that is known, else 0.</summary>
    public Member(ReadOnlySpan<byte> bytes, ulong hash = 0)
    {
        Bytes = bytes;
        _hash = hash;
        IsInteger = Listpack.TryInteger(bytes, out long integer);
        Integer = integer;
    }

    private Member(ReadOnlySpan<byte> digits, long integer)
    {
        Bytes = digits;
        IsInteger = true;
        Integer = integer;
    }

    /// <summary>The bytes, whatever it is.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The bytes' <see cref="KeyHash"/>.</summary>
    public ulong Hash => _hash != 0 ? _hash : KeyHash.Of(Bytes);

    /// <summary>Whether the bytes are an integer's own digits.</summary>
    public bool IsInteger { get; }

    /// <summary>That integer.</summary>
    public long Integer { get; }

    /// <summary>What was found in one collection, to be looked for in another.</summary>
    public static Member Of(PackElement element, Span<byte> scratch) =>
        element.IsInteger ? new Member(element.Bytes(scratch), element.Integer) : new Member(element.Text);

    /// <summary>
    /// The place of this member in a pack, passing so many elements after each other one; -1 if none.
    /// </summary>
    public int FindIn(ReadOnlySpan<byte> pack, int first, int skip)
    {
        int at = first;
        while (!Listpack.IsEnd(pack, at))
        {
            if (Listpack.Get(pack, at).Is(Bytes, IsInteger, Integer)) return at;
            at = Listpack.Next(pack, at);
            for (int passed = 0; passed < skip; passed++) at = Listpack.Next(pack, at);
        }
        return -1;
    }
}
