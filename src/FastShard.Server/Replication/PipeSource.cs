using FastShard.Persistence.Loading;

namespace FastShard.Server.Replication;

/// <summary>A snapshot that is loaded while it comes from the primary (repl-diskless-load).</summary>
internal sealed class PipeSource(BytePipe pipe, Action whenTaken) : ILoadSource
{
    public long Length => 0;

    public string? Error { get; private set; }

    public int Read(Span<byte> target)
    {
        while (true)
        {
            // Before the look at its end: what was added in front of that is there then.
            bool isOver = pipe.IsClosed || pipe.HasFailed;
            if (pipe.Peek() is { Length: > 0 } piece)
            {
                int count = Math.Min(target.Length, piece.Length);
                piece.Bytes[..count].CopyTo(target);
                pipe.Advance(count);
                whenTaken();
                return count;
            }
            if (pipe.IsAtEnd) return 0;
            if (isOver) return Fail();
            pipe.Await();
        }
    }

    /// <summary>What stands behind the snapshot's own end is not looked at, but waited for.</summary>
    public bool TryReadToEnd()
    {
        Span<byte> rest = stackalloc byte[256];
        int count;
        do count = Read(rest);
        while (count > 0);
        return count == 0;
    }

    public void Dispose()
    {
    }

    private int Fail()
    {
        Error = "the link was lost";
        return -1;
    }
}
