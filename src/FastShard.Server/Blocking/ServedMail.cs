using FastShard.Server.Sharding;

namespace FastShard.Server.Blocking;

/// <summary>Tells a connection's shard that its blocked command was served, and brings the reply.</summary>
internal sealed class ServedMail(BlockedCall call) : Mail
{
    internal override void Deliver(ShardWorker worker, Shard shard)
    {
        if (!call.Client.IsClosed && call.Reply.Length > 0)
            call.Client.Output.AppendRange(call.Reply, Start, call.Reply.Mark());
        call.Reply.Clear();
        if (call.Reply.AllocatedBytes > Limits.PooledBufferBytes) call.Reply.Shrink();
        call.Client.HasEffects |= HasEffects;
        Blocker.Resume(worker, call);
    }

    /// <summary>It may have written.</summary>
    public bool HasEffects { get; set; }

    /// <summary>Where the reply begins.</summary>
    public Memory.ReplyMark Start { get; set; }
}
