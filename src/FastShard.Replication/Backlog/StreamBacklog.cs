// The end of the replication stream, in memory once for all replicas. One thread appends, trims and attaches readers;
// each reader reads by itself, without a lock. At least as much is kept as is asked for, for replicas that come back;
// more only while a reader has not read it. A reader that falls too far behind is its owner's business: he detaches it.

using FastShard.Native.Diagnostics;

namespace FastShard.Replication.Backlog;

/// <summary>The stream's last bytes, and who reads them.</summary>
public sealed class StreamBacklog : IDisposable
{
    private const int SpareBlocksMax = 4;

    private readonly List<BacklogReader> _readers = [];
    private readonly Stack<StreamBlock> _spare = [];
    private readonly int _blockBytes;
    private StreamBlock _first;
    private StreamBlock _last;
    private long _end;
    private long _start;
    private long _blocks = 1;

    /// <summary>An empty one whose next byte stands at <paramref name="position"/>.</summary>
    public StreamBacklog(int blockBytes, long position)
    {
        _blockBytes = blockBytes;
        _first = _last = new StreamBlock(blockBytes);
        _first.Restart(position);
        _start = _end = position;
    }

    /// <summary>So many bytes are kept, also when all replicas have read them. Set by any thread.</summary>
    public long KeptBytes { get; set; }

    /// <summary>Bytes of the stream so far: Redis's master_repl_offset. Any thread.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>The first place from which on it can be read. Any thread.</summary>
    public long Start => Volatile.Read(ref _start);

    /// <summary>Memory of its blocks. Any thread.</summary>
    public long AllocatedBytes => Volatile.Read(ref _blocks) * _blockBytes;

    /// <summary>Appends to the stream.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_last.IsFull) AddBlock();
            int count = _last.Append(bytes);
            bytes = bytes[count..];
            Volatile.Write(ref _end, _end + count);
        }
    }

    /// <summary>Whether a reader can begin at a place.</summary>
    public bool CanReadFrom(long position) => position >= _start && position <= _end;

    /// <summary>A reader from a place on that <see cref="CanReadFrom"/>.</summary>
    public BacklogReader Attach(long position)
    {
        Invariant.Check(CanReadFrom(position));
        StreamBlock block = _first;
        while (block.End < position) block = block.Next!;
        BacklogReader reader = new(block, position);
        _readers.Add(reader);
        return reader;
    }

    /// <summary>Gives up what nobody needs.</summary>
    public void Trim()
    {
        long needed = _end;
        for (int index = _readers.Count - 1; index >= 0; index--)
        {
            if (_readers[index].IsDetached) _readers.RemoveAt(index);
            else needed = Math.Min(needed, _readers[index].Position);
        }
        // A reader that stands at the very end of a block may still look at it, to find the next.
        while (!ReferenceEquals(_first, _last) && _first.End < needed && _end - _first.End >= KeptBytes)
        {
            StreamBlock block = _first;
            _first = block.Next!;
            Volatile.Write(ref _start, _first.Start);
            Volatile.Write(ref _blocks, _blocks - 1);
            if (_spare.Count < SpareBlocksMax) _spare.Push(block);
            else block.Dispose();
        }
    }

    /// <summary>Forgets all of it, and goes on elsewhere; no reader may be left but detached ones.</summary>
    public void Restart(long position)
    {
        _readers.Clear();
        while (!ReferenceEquals(_first, _last))
        {
            StreamBlock block = _first;
            _first = block.Next!;
            block.Dispose();
        }
        _first.Restart(position);
        Volatile.Write(ref _blocks, 1);
        Volatile.Write(ref _start, position);
        Volatile.Write(ref _end, position);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (StreamBlock? block = _first; block is not null; block = block.Next) block.Dispose();
        foreach (StreamBlock block in _spare) block.Dispose();
        _spare.Clear();
    }

    private void AddBlock()
    {
        StreamBlock block = _spare.Count > 0 ? _spare.Pop() : new StreamBlock(_blockBytes);
        block.Restart(_end);
        _last.Next = block;
        _last = block;
        Volatile.Write(ref _blocks, _blocks + 1);
    }
}
