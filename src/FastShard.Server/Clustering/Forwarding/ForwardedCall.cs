using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Execution;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>
/// One request on its way to another node, for a record of a client's batch or for a part of a scattered command.
/// Recycled as soon as it is answered: links that still hold it know by its number that they are too late.
/// </summary>
internal sealed class ForwardedCall
{
    /// <summary>Whose request it is; its connection waits with it.</summary>
    public Batch Batch { get; private set; } = null!;

    /// <summary>Which of the batch's.</summary>
    public int Record { get; private set; }

    /// <summary>The command that it is a part of; null = it is the whole.</summary>
    public Scatter? Scatter { get; private set; }

    /// <summary>Which part.</summary>
    public int Part { get; private set; }

    /// <summary>What it asks for.</summary>
    public CallKind Kind { get; private set; }

    /// <summary>Counts its lives.</summary>
    public int Number { get; private set; }

    /// <summary>Whom it was sent to.</summary>
    public MapNode Node { get; set; } = null!;

    /// <summary>Of which slot; -1 = of none.</summary>
    public int Slot { get; private set; }

    /// <summary>The slot is on its way to that node: it has to be asked with ASKING.</summary>
    public bool IsAsking { get; set; }

    /// <summary>It has been sent on once by the node it went to; there is no second time.</summary>
    public bool WasRedirected { get; set; }

    /// <summary>It changes nothing: it may be asked twice.</summary>
    public bool IsRead { get; private set; }

    /// <summary>A replica was asked too.</summary>
    public bool IsHedged { get; set; }

    /// <summary>Links that it is on.</summary>
    public int Copies { get; set; }

    /// <summary>What the client wants replies to look like.</summary>
    public RespVersion Version { get; private set; }

    /// <summary>When it was sent, milliseconds since 1970.</summary>
    public long SentMillis { get; set; }

    /// <summary>The link that it has to itself, while it may wait there; null = it shares one.</summary>
    public ForwardLink? OwnLink { get; set; }

    /// <summary>
    /// The first redirection among replies that are not for the client (those of a transaction's queue).
    /// </summary>
    public byte[]? QueueRedirect { get; set; }

    /// <summary>Begins a life.</summary>
    public void Begin(Batch batch, int record, CallKind kind, MapNode node, int slot, bool isRead)
    {
        Batch = batch;
        Record = record;
        Kind = kind;
        Node = node;
        Slot = slot;
        IsRead = isRead;
        Version = batch.Connection.Version;
        Scatter = null;
        IsAsking = WasRedirected = IsHedged = false;
        Copies = 0;
        OwnLink = null;
        QueueRedirect = null;
    }

    /// <summary>It is a part of a command.</summary>
    public void BeginPart(Scatter scatter, int part)
    {
        Scatter = scatter;
        Part = part;
    }

    /// <summary>Ends its life.</summary>
    public void End()
    {
        Number++;
        Batch = null!;
        Scatter = null;
        OwnLink = null;
        QueueRedirect = null;
    }
}
