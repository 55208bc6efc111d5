using FastShard.Memory;

namespace FastShard.Server.Execution;

/// <summary>
/// Replies of a batch's commands that other nodes answered, in whatever order they came, until those before them are
/// there too.
/// </summary>
internal sealed class ForeignReplies : IDisposable
{
    /// <summary>What a record's reply source is then: no shard has this number.</summary>
    public const int Source = Limits.Shards;

    private readonly ReplyMark[] _starts = new ReplyMark[Batch.Limit];
    private readonly ReplyMark[] _ends = new ReplyMark[Batch.Limit];
    private ulong _here;
    private ulong _dropped;
    private ulong _sent;

    public ReplyBuffer Replies { get; } = new();

    /// <summary>A command's reply will come.</summary>
    public void Add(int record, bool dropsReply)
    {
        _here &= ~(1UL << record);
        _sent &= ~(1UL << record);
        _dropped = (_dropped & ~(1UL << record)) | (dropsReply ? 1UL << record : 0);
    }

    /// <summary>Its client does not want it.</summary>
    public bool IsDropped(int record) => (_dropped & (1UL << record)) != 0;

    /// <summary>It is about to be written: here, or straight to the client.</summary>
    public void Begin(int record, bool isSent)
    {
        _starts[record] = Replies.Mark();
        if (isSent) _sent |= 1UL << record;
    }

    /// <summary>It is written. True when it went straight to the client.</summary>
    public bool End(int record)
    {
        _ends[record] = Replies.Mark();
        _here |= 1UL << record;
        return (_sent & (1UL << record)) != 0;
    }

    /// <summary>Moves a reply to the client's; false when it has not come yet.</summary>
    public bool TryMove(int record, ReplyBuffer output)
    {
        ulong bit = 1UL << record;
        if ((_here & bit) == 0) return false;
        if (((_sent | _dropped) & bit) == 0) output.AppendRange(Replies, _starts[record], _ends[record]);
        _sent |= bit;
        return true;
    }

    public void Clear()
    {
        Replies.Clear();
        if (Replies.AllocatedBytes > Limits.PooledReplyBytes) Replies.Shrink();
        _here = _dropped = _sent = 0;
    }

    public void Dispose() => Replies.Dispose();
}
