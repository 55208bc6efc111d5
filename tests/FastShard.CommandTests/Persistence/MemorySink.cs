using FastShard.Persistence.Snapshots;

namespace FastShard.CommandTests.Persistence;

/// <summary>A snapshot's bytes in memory; it can be told to fail behind so many of them.</summary>
public sealed class MemorySink : ISnapshotSink
{
    private readonly MemoryStream _bytes = new();

    /// <summary>Bytes that fit; then "No space left on device".</summary>
    public long Room { get; init; } = long.MaxValue;

    /// <summary>All is written and complete.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>It was given up.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>What was written.</summary>
    public byte[] Bytes => _bytes.ToArray();

    public string? Open() => null;

    public string? Write(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length + bytes.Length > Room) return "No space left on device";
        _bytes.Write(bytes);
        return null;
    }

    public string? Complete()
    {
        IsComplete = true;
        return null;
    }

    public void Abandon() => IsAbandoned = true;

    public void Dispose()
    {
    }
}
