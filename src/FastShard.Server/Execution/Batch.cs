using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Clients;

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

    /// <summary>Parcels sent and not back.</summary>
    public int Outstanding { get; set; }

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
        if (ParcelShards == 0)
        {
            FirstWaiting = record;
            _localStart = LocalReplies.Mark();
        }
        if ((ParcelShards & (1UL << shard)) == 0)
        {
            parcel.Open(this);
            ParcelShards |= 1UL << shard;
        }
        Records[record].ReplySource = shard;
        parcel.Add(record);
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
            int source = record.ReplySource < 0 ? _parcels.Length : record.ReplySource;
            ReplyBuffer replies = record.ReplySource < 0 ? LocalReplies : _parcels[record.ReplySource]!.Replies;
            output.AppendRange(replies, from[source], record.ReplyEnd);
            from[source] = record.ReplyEnd;
        }
        for (int shard = 0; shard < _parcels.Length; shard++) ParcelOf(shard)?.Close();
        ParcelShards = 0;
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

    /// <summary>For a batch that the pool does not keep.</summary>
    public void Dispose()
    {
        LocalReplies.Dispose();
        foreach (Parcel? parcel in _parcels) parcel?.Replies.Dispose();
    }
}
