using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.Clustering;

namespace FastShard.Server.Execution;

/// <summary>
/// The requests that were read from one connection at once. Commands of other, busy shards travel in parcels while the
/// rest goes on; from the first such command the replies are kept here and joined in request order when all are back.
/// </summary>
internal sealed class Batch : IDisposable
{
    /// <summary>Commands in a batch at most: enough to amortise a hop, few enough to keep turns short.</summary>
    public const int Limit = 64;

    private readonly Parcel?[] _parcels;
    private ReplyMark _localStart;
    private ForeignReplies? _foreign;

    public Batch(int shardCount) => _parcels = new Parcel?[shardCount];

    /// <summary>The parsed requests.</summary>
    public CommandRecord[] Records { get; } = new CommandRecord[Limit];

    /// <summary>How many there are.</summary>
    public int Count { get; set; }

    /// <summary>The next one to run or to send off.</summary>
    public int Next { get; set; }

    /// <summary>The cache lines of its commands have been asked for.</summary>
    public bool IsPrefetched { get; set; }

    /// <summary>Whether some of them name an element of their key's collection.</summary>
    public bool HasElements { get; set; }

    /// <summary>Their arguments, and those read so far of a request that is not complete.</summary>
    public ArgList Args { get; } = new();

    /// <summary>Whose it is.</summary>
    public Connection Connection { get; set; } = null!;

    /// <summary>
    /// The protocol error that ended reading, to be answered after the commands before it; null if none.
    /// </summary>
    public string? ProtocolError { get; set; }

    /// <summary>Shards with a parcel of this batch, as bits.</summary>
    public ulong ParcelShards { get; private set; }

    /// <summary>Some of its replies come from other shards or nodes, and are joined in the end.</summary>
    public bool IsSplit { get; private set; }

    /// <summary>Parcels and calls of other nodes that were sent and are not back.</summary>
    public int Outstanding { get; set; }

    /// <summary>All that can be sent is; whoever comes back last goes on with it.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>What follows has to wait until all that was sent is back.</summary>
    public bool IsBarrier { get; set; }

    /// <summary>The map by which commands of this batch went to other nodes; null = none did.</summary>
    public ClusterMap? Map { get; set; }

    /// <summary>First command whose reply is not in the connection's output yet; meaningful with parcels.</summary>
    public int FirstWaiting { get; private set; }

    /// <summary>Replies of own commands behind one that waits for another shard.</summary>
    public ReplyBuffer LocalReplies { get; } = new();

    /// <summary>The parcel for a shard, if this batch has one.</summary>
    public Parcel? ParcelOf(int shard) => (ParcelShards & (1UL << shard)) == 0 ? null : _parcels[shard];

    /// <summary>Puts the command into the parcel for a shard.</summary>
    public void AddToParcel(int shard, int record)
    {
        Parcel parcel = _parcels[shard] ??= new Parcel();
        if (!IsSplit) Split(record);
        if ((ParcelShards & (1UL << shard)) == 0)
        {
            parcel.Open(this);
            ParcelShards |= 1UL << shard;
        }
        Records[record].ReplySource = shard;
        parcel.Add(record);
    }

    /// <summary>The reply of a command comes from another node.</summary>
    public void AddForeign(int record, bool dropsReply)
    {
        if (!IsSplit) Split(record);
        Records[record].ReplySource = ForeignReplies.Source;
        (_foreign ??= new ForeignReplies()).Add(record, dropsReply);
    }

    /// <summary>It is here.</summary>
    public void PutForeign(int record, ReadOnlySpan<byte> reply)
    {
        BeginForeign(record).Append(reply);
        EndForeign(record);
    }

    /// <summary>It is to be written where this says, up to <see cref="EndForeign"/>.</summary>
    // One that nothing before it is waited for goes straight to where it belongs.
    public ReplyBuffer BeginForeign(int record)
    {
        bool isNext = record == FirstWaiting && !_foreign!.IsDropped(record);
        ReplyBuffer replies = isNext ? Connection.Output : _foreign!.Replies;
        _foreign!.Begin(record, isNext);
        return replies;
    }

    public void EndForeign(int record)
    {
        if (!_foreign!.End(record)) return;
        for (FirstWaiting++; FirstWaiting < Next; FirstWaiting++)
        {
            if (Records[FirstWaiting].ReplySource != ForeignReplies.Source) return;
            if (!_foreign.TryMove(FirstWaiting, Connection.Output)) return;
        }
    }

    /// <summary>
    /// Joins the replies in request order behind what the connection's output holds; empties the parcels.
    /// </summary>
    public void JoinReplies(ReplyBuffer output)
    {
        Span<ReplyMark> from = stackalloc ReplyMark[_parcels.Length + 1];
        from[_parcels.Length] = _localStart;
        for (int shard = 0; shard < _parcels.Length; shard++)
        {
            if (ParcelOf(shard) is { } parcel) from[shard] = parcel.Start;
        }
        for (int index = FirstWaiting; index < Next; index++)
        {
            ref CommandRecord record = ref Records[index];
            if (record.ReplySource == ForeignReplies.Source)
            {
                _ = _foreign!.TryMove(index, output);
                continue;
            }
            int source = record.ReplySource < 0 ? _parcels.Length : record.ReplySource;
            ReplyBuffer replies = record.ReplySource < 0 ? LocalReplies : _parcels[record.ReplySource]!.Replies;
            output.AppendRange(replies, from[source], record.ReplyEnd);
            from[source] = record.ReplyEnd;
        }
        for (int shard = 0; shard < _parcels.Length; shard++) ParcelOf(shard)?.Close();
        ParcelShards = 0;
        IsSplit = IsBarrier = false;
        Map = null;
        _foreign?.Clear();
        LocalReplies.Clear();
        if (LocalReplies.AllocatedBytes > Limits.PooledReplyBytes) LocalReplies.Shrink();
    }

    /// <summary>
    /// The receive buffer that the arguments point into; it stands still while the batch is under way.
    /// </summary>
    public NativeBuffer Input { get; set; } = null!;

    /// <summary>Drops the executed requests; the arguments of an incomplete one stay.</summary>
    public void Restart(RequestReader reader)
    {
        reader.DropCompleted(Args);
        Count = 0;
        Next = 0;
        IsPrefetched = false;
        HasElements = false;
        ProtocolError = null;
    }

    private void Split(int record)
    {
        IsSplit = true;
        FirstWaiting = record;
        _localStart = LocalReplies.Mark();
    }

    /// <summary>For a batch that the pool does not keep.</summary>
    public void Dispose()
    {
        _foreign?.Dispose();
        LocalReplies.Dispose();
        foreach (Parcel? parcel in _parcels) parcel?.Replies.Dispose();
    }
}
