using FastShard.Memory;
using FastShard.Native.Diagnostics;
using FastShard.Server.Sharding;

namespace FastShard.Server.Execution;

/// <summary>
/// The commands of one batch that belong to one other shard, on their way there and, with the replies, back. The
/// arguments stay in the connection's receive buffer, which stands still until the batch is done; replies are written
/// by the owner of the keys, so values never leave their shard but as reply bytes.
/// </summary>
internal sealed class Parcel : Mail
{
    private readonly int[] _records = new int[Batch.Limit];
    private bool _isExecuted;

    /// <summary>The batch the commands came from.</summary>
    public Batch? Batch { get; private set; }

    /// <summary>How many commands are inside.</summary>
    public int Count { get; private set; }

    /// <summary>Replies, in the order of the commands.</summary>
    public ReplyBuffer Replies { get; } = new();

    /// <summary>Where the replies begin.</summary>
    public ReplyMark Start { get; private set; }

    /// <summary>One of its commands may have written.</summary>
    public bool HasEffects { get; set; }

    /// <summary>Index in the batch of the parcel's command <paramref name="position"/>.</summary>
    public int this[int position] => _records[position];

    /// <summary>Begins a new journey.</summary>
    public void Open(Batch batch)
    {
        Invariant.Slow(Batch is null && Count == 0);
        Batch = batch;
        Start = Replies.Mark();
        _isExecuted = false;
        HasEffects = false;
    }

    /// <summary>Adds a command of the batch.</summary>
    public void Add(int record) => _records[Count++] = record;

    /// <summary>Empties it for the next use.</summary>
    public void Close()
    {
        Batch = null;
        Count = 0;
        Replies.Clear();
        if (Replies.AllocatedBytes > Limits.PooledReplyBytes) Replies.Shrink();
    }

    internal override void Deliver(ShardWorker worker, Shard shard)
    {
        Batch batch = Batch!;
        if (!_isExecuted)
        {
            if (worker.Server.Gates.HoldsSlots && worker.Server.SlotHold.HoldsBack(shard, this)) return;
            BatchRunner.RunParcel(worker, shard, this);
            _isExecuted = true;
            // What it published is on its way before its sender can hear of it.
            worker.PostOutgoing(shard);
            Shard home = batch.Connection.Home;
            if (!worker.Holds(home))
            {
                worker.Post(home, this);
                return;
            }
        }
        if (HasEffects) batch.Connection.HasEffects = true;
        BatchRunner.PartReturned(worker, batch);
    }
}
