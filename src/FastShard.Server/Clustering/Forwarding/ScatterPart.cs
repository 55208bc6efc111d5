using FastShard.Memory;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>What one node is asked of a scattered command.</summary>
internal sealed class ScatterPart
{
    /// <summary>Whom it is for.</summary>
    public MapNode Node { get; private set; } = null!;

    /// <summary>The slot of its keys; -1 = of several, or of none.</summary>
    public int Slot { get; private set; }

    /// <summary>Its keys, by their numbers in the command.</summary>
    public List<int> Keys { get; } = [];

    /// <summary>The call that is out for it; null = it ran here.</summary>
    public ForwardedCall? Call { get; private set; }

    /// <summary>The life of the call that is meant.</summary>
    public int CallNumber { get; private set; }

    /// <summary>Where its reply begins.</summary>
    public ReplyMark Start { get; set; }

    /// <summary>And ends.</summary>
    public ReplyMark End { get; set; }

    /// <summary>It was done, as far as is known.</summary>
    public bool WasDone { get; set; }

    /// <summary>Its reply is an error.</summary>
    public bool HasFailed { get; set; }

    /// <summary>Its keys are on their way to its node.</summary>
    public bool IsAsking { get; set; }

    /// <summary>No node has answered it yet.</summary>
    public bool IsAwaited => Call is not null && Call.Number == CallNumber;

    public void Begin(MapNode node, int slot)
    {
        Node = node;
        Slot = slot;
        Keys.Clear();
        Call = null;
        WasDone = HasFailed = IsAsking = false;
    }

    public void Send(ForwardedCall call)
    {
        Call = call;
        CallNumber = call.Number;
    }
}
