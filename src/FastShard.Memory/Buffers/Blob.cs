using System.Runtime.InteropServices;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>A large value in native memory of its own, shared by reference count: stored, sent and moved without a copy.</summary>
/// <remarks>
/// SAFETY: spans are [0, Length) of a live block. OWNER: the reference count. LIVES: while the holder has a reference.
/// </remarks>
public readonly unsafe struct Blob : IEquatable<Blob>
{
    /// <summary>Values of at least this many bytes are blobs.</summary>
    public const int Threshold = 16 * 1024;

    private readonly Header* _header;

    private Blob(Header* header) => _header = header;

    public bool IsNull => _header == null;

    public int Length => _header->Length;

    public Span<byte> Span => new(_header + 1, _header->Length);

    public ReadOnlySpan<byte> ReadOnly => Span;

    /// <exception cref="OutOfMemoryException">The system has no memory, or the length is over 2 GB.</exception>
    public static Blob Allocate(long length) =>
        TryAllocate(length, out Blob blob) ? blob : throw new InsufficientMemoryException();

    public static bool TryAllocate(long length, out Blob blob)
    {
        blob = default;
        if (length < 0 || length > Array.MaxLength) return false;
        Header* header;
        try
        {
            header = (Header*)NativeMemory.Alloc((nuint)(sizeof(Header) + length));
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
        header->References = 1;
        header->Length = (int)length;
        blob = new Blob(header);
        return true;
    }

    public void AddRef() => Interlocked.Increment(ref _header->References);

    public void Release()
    {
        int left = Interlocked.Decrement(ref _header->References);
        Invariant.Check(left >= 0);
        if (left == 0) NativeMemory.Free(_header);
    }

    public bool Equals(Blob other) => _header == other._header;

    public override bool Equals(object? obj) => obj is Blob other && Equals(other);

    public static bool operator ==(Blob left, Blob right) => left.Equals(right);

    public static bool operator !=(Blob left, Blob right) => !left.Equals(right);

    public override int GetHashCode() => ((nint)_header).GetHashCode();

    private struct Header
    {
        public int References;
        public int Length;
    }
}
