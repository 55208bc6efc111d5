using FastShard.Engine.Commands;
using FastShard.Engine.Spreading;
using FastShard.Memory;

namespace FastShard.Server.Execution;

/// <summary>
/// One parsed request of a batch: what it is, where its arguments and its key are, and where its reply lies.
/// </summary>
internal struct CommandRecord
{
    /// <summary>The declaration; null for an unknown command.</summary>
    public CommandSpec? Spec;

    /// <summary>First argument in the batch's list.</summary>
    public int ArgStart;

    /// <summary>Number of arguments.</summary>
    public int ArgCount;

    /// <summary>Hash of the only key, when it has exactly one.</summary>
    public ulong Hash;

    /// <summary>
    /// Hash of the argument at <see cref="CommandSpec.ElementIndex"/> where it was asked for ahead, else 0.
    /// </summary>
    public ulong ElementHash;

    /// <summary>Slot of the only key.</summary>
    public int Slot;

    /// <summary>Owner of the only key, -1 when the command is not bound to one shard that way.</summary>
    public int Shard;

    /// <summary>The only key, where it is spread and the command runs on it as it is; else null.</summary>
    public SpreadKey? Spread;

    /// <summary>Whether command and only key are those of the record before.</summary>
    public bool IsRepeat;

    /// <summary>
    /// While replies wait for other shards: the shard whose parcel holds this one's, or -1 = the batch itself.
    /// </summary>
    public int ReplySource;

    /// <summary>End of this command's reply in its source.</summary>
    public ReplyMark ReplyEnd;
}
