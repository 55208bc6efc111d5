using System.Runtime.CompilerServices;
using FastShard.Memory;
using FastShard.Native.Diagnostics;

namespace FastShard.Protocol;

/// <summary>
/// The arguments of one or more requests in a row, as ranges of the receive buffer, and the blobs that large ones
/// were received into. It owns one reference of each blob until that is taken or released. Reused for ever: it
/// allocates only while it grows.
/// </summary>
public sealed class ArgList
{
    // A client that once sent a million arguments must not hold their room for ever.
    private const int KeepCapacity = 4096;
    private const int MinCapacity = 16;

    private ArgRange[] _ranges = new ArgRange[MinCapacity];
    private Blob[] _blobs = [];
    private int _count;
    private int _blobCount;

    public int Count => _count;

    public int BlobCount => _blobCount;

    /// <summary>Managed bytes held by the list itself; the blobs are counted where they are made.</summary>
    public long AllocatedBytes => _ranges.Length * 8L;

    /// <summary>Length of the blobs that nobody took.</summary>
    public long BlobBytes
    {
        get
        {
            long bytes = 0;
            for (int index = 0; index < _blobCount; index++) bytes += _blobs[index].IsNull ? 0 : _blobs[index].Length;
            return bytes;
        }
    }

    public ref ArgRange this[int index]
    {
        get
        {
            Invariant.Slow((uint)index < (uint)_count);
            return ref _ranges[index];
        }
    }

    public ReadOnlySpan<ArgRange> Slice(int start, int count) => _ranges.AsSpan(0, _count).Slice(start, count);

    /// <summary>
    /// The bytes of one argument, wherever they lie. Borrowed from the receive buffer or from the blob.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> buffer, int index) => Bytes(buffer, this[index]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> buffer, ArgRange range) =>
        range.Offset >= 0 ? buffer.Slice(range.Offset, range.Length) : BlobAt(~range.Offset).ReadOnly;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int offset, int length)
    {
        ArgRange[] ranges = _ranges;
        int count = _count;
        if ((uint)count >= (uint)ranges.Length) ranges = Grow();
        ranges[count] = new ArgRange(offset, length);
        _count = count + 1;
    }

    /// <summary>Appends an argument that lies in a blob; the caller's reference becomes the list's.</summary>
    public void AddBlob(Blob blob)
    {
        if (_blobCount == _blobs.Length) Array.Resize(ref _blobs, Math.Max(2, _blobCount * 2));
        _blobs[_blobCount] = blob;
        Add(~_blobCount++, blob.Length);
    }

    /// <summary>A blob still owned by the list; it is null (IsNull) once it was taken.</summary>
    public Blob BlobAt(int index)
    {
        Invariant.Slow((uint)index < (uint)_blobCount);
        return _blobs[index];
    }

    /// <summary>Moves the list's reference to the caller, to store or to send; the slot becomes null.</summary>
    public Blob TakeBlob(int index)
    {
        Invariant.Slow((uint)index < (uint)_blobCount);
        Blob blob = _blobs[index];
        _blobs[index] = default;
        return blob;
    }

    /// <summary>Empties the list and releases the blobs that nobody took.</summary>
    public void Clear()
    {
        _count = 0;
        if (_blobCount > 0) ReleaseBlobs();
        if (_ranges.Length > KeepCapacity) _ranges = new ArgRange[MinCapacity];
    }

    /// <summary>Releases the blobs that nobody took; their arguments must not be read again.</summary>
    public void ReleaseBlobs()
    {
        ReleaseBlobsFrom(0);
        if (_blobs.Length > KeepCapacity) _blobs = [];
    }

    /// <summary>
    /// Drops the first arguments and their blobs: requests that were executed. The rest moves to index 0.
    /// </summary>
    public void DropFirst(int count)
    {
        Invariant.Check((uint)count <= (uint)_count);
        if (count == _count)
        {
            Clear();
            return;
        }
        if (count == 0) return;
        if (_blobCount > 0) DropFirstBlobs(count);
        Array.Copy(_ranges, count, _ranges, 0, _count - count);
        _count -= count;
    }

    /// <summary>Drops the arguments from <paramref name="count"/> on and their blobs: an unfinished request.</summary>
    public void Truncate(int count)
    {
        Invariant.Check((uint)count <= (uint)_count);
        for (int i = count; i < _count; i++)
        {
            if (!_ranges[i].IsBlob) continue;
            ReleaseBlobsFrom(~_ranges[i].Offset);
            break;
        }
        _count = count;
    }

    /// <summary>
    /// Moves the arguments from <paramref name="start"/> on with their bytes, which now lie delta lower.
    /// </summary>
    internal void Shift(int start, int delta)
    {
        foreach (ref ArgRange range in _ranges.AsSpan(start, _count - start))
            if (!range.IsBlob) range = range with { Offset = range.Offset - delta };
    }

    private void DropFirstBlobs(int count)
    {
        // Blobs were appended in the order of their arguments, so those of the first arguments are the first ones.
        int dropped = 0;
        foreach (ArgRange range in Slice(0, count))
            if (range.IsBlob) dropped++;
        if (dropped == 0) return;
        for (int i = 0; i < dropped; i++)
            if (!_blobs[i].IsNull) _blobs[i].Release();
        Array.Copy(_blobs, dropped, _blobs, 0, _blobCount - dropped);
        Array.Clear(_blobs, _blobCount - dropped, dropped);
        _blobCount -= dropped;
        foreach (ref ArgRange range in _ranges.AsSpan(count, _count - count))
            if (range.IsBlob) range = range with { Offset = range.Offset + dropped };
    }

    private void ReleaseBlobsFrom(int first)
    {
        for (int i = first; i < _blobCount; i++)
        {
            if (!_blobs[i].IsNull) _blobs[i].Release();
            _blobs[i] = default;
        }
        _blobCount = first;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ArgRange[] Grow()
    {
        Array.Resize(ref _ranges, _ranges.Length * 2);
        return _ranges;
    }
}
