using System.Runtime.CompilerServices;
using FastShard.Memory.Interop;
using FastShard.Native.Diagnostics;
using FastShard.Native.Sockets;

namespace FastShard.Memory;

/// <summary>
/// A large value outside the slabs: one reference-counted block of the C library's heap. The count is atomic because
/// a reply that still sends a value may let it go on another thread than the shard's.
/// <code>
///  0        4        8          12        16
///  | count  | length | capacity | unused  | bytes ...
/// </code>
/// </summary>
public readonly unsafe struct Blob : IEquatable<Blob>
{
    /// <summary>Values of at least this many bytes live in blobs.</summary>
    public const int Threshold = 16 * 1024;

    /// <summary>Bytes in front of the value.</summary>
    internal const int HeaderBytes = 16;

    private const int LengthOffset = 4;
    private const int CapacityOffset = 8;

    private static long _totalBytes;

    private readonly byte* _address;

    internal Blob(nint address) => _address = (byte*)address;

    /// <summary>Bytes taken by all live blobs of the process, exactly as the allocator counts them.</summary>
    public static long TotalBytes => Volatile.Read(ref _totalBytes);

    /// <summary>No blob.</summary>
    public bool IsNull => _address == null;

    /// <summary>Bytes in use.</summary>
    public int Length => *(int*)(_address + LengthOffset);

    /// <summary>Bytes that fit without moving.</summary>
    public int Capacity => *(int*)(_address + CapacityOffset);

    /// <summary>The value, for writing. Only while nobody else holds a reference.</summary>
    // SAFETY: Length never exceeds Capacity. OWNER: the references. LIVES: while the caller holds one.
    public Span<byte> Span => new(_address + HeaderBytes, Length);

    /// <summary>The value.</summary>
    // SAFETY, OWNER, LIVES: as Span.
    public ReadOnlySpan<byte> ReadOnly => new(_address + HeaderBytes, Length);

    /// <summary>Some of its bytes, to be sent.</summary>
    // SAFETY: the caller stays within Length. OWNER, LIVES: as Span.
    internal SendPiece Piece(int offset, int length) => new(_address + HeaderBytes + offset, length);

    /// <summary>How many references are held right now.</summary>
    public int ReferenceCount => Volatile.Read(ref *(int*)_address);

    /// <summary>Bytes taken from the system by this blob.</summary>
    public int AllocatedBytes => Capacity + HeaderBytes;

    internal nint Address => (nint)_address;

    /// <summary>A blob of <paramref name="length"/> uninitialised bytes with one reference.</summary>
    /// <exception cref="OutOfMemoryException">The system has no memory for it.</exception>
    public static Blob Allocate(long length) =>
        TryAllocate(length, out Blob blob) ? blob : throw new InsufficientMemoryException();

    /// <summary>As <see cref="Allocate"/>; false when the system has no memory for it.</summary>
    public static bool TryAllocate(long length, out Blob blob) => TryAllocate(length, length, out blob);

    /// <summary>Takes one more reference.</summary>
    public void AddRef()
    {
        int count = Interlocked.Increment(ref *(int*)_address);
        Invariant.Slow(count > 1);
    }

    /// <summary>Gives one reference back; the last one frees the memory. Any thread.</summary>
    public void Release()
    {
        int count = Interlocked.Decrement(ref *(int*)_address);
        Invariant.Check(count >= 0);
        if (count == 0) Free();
    }

    /// <summary>Changes the number of bytes in use, within the capacity; new bytes are uninitialised.</summary>
    public void SetLength(int length)
    {
        Invariant.Check((uint)length <= (uint)Capacity);
        *(int*)(_address + LengthOffset) = length;
    }

    /// <inheritdoc/>
    public bool Equals(Blob other) => _address == other._address;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Blob other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ((nint)_address).GetHashCode();

    /// <summary>The same blob.</summary>
    public static bool operator ==(Blob left, Blob right) => left._address == right._address;

    /// <summary>Another blob.</summary>
    public static bool operator !=(Blob left, Blob right) => left._address != right._address;

    /// <summary>A blob of <paramref name="length"/> bytes with room for <paramref name="capacity"/>.</summary>
    internal static bool TryAllocate(long length, long capacity, out Blob blob)
    {
        blob = default;
        if (length < 0 || capacity > int.MaxValue - (2 * HeaderBytes)) return false;
        byte* address = LargeBlock.TryAllocate((nuint)(Math.Max(length, capacity) + HeaderBytes));
        if (address == null) return false;
        long usable = Math.Min(LargeBlock.UsableBytes(address), int.MaxValue);
        *(int*)address = 1;
        *(int*)(address + LengthOffset) = (int)length;
        *(int*)(address + CapacityOffset) = (int)(usable - HeaderBytes);
        Interlocked.Add(ref _totalBytes, usable);
        blob = new Blob((nint)address);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Free()
    {
        Interlocked.Add(ref _totalBytes, -AllocatedBytes);
        LargeBlock.Free(_address);
    }
}
