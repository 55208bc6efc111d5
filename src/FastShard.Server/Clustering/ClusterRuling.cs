namespace FastShard.Server.Clustering;

/// <summary>What <see cref="ClusterGate"/> says about a command.</summary>
/// <param name="Kind">Whether it may run here.</param>
/// <param name="Slot">The slot of its keys.</param>
/// <param name="Node">Where to go with it instead.</param>
/// <param name="Reason">Why nobody can serve it.</param>
internal readonly record struct ClusterRuling(
    RulingKind Kind, int Slot = -1, MapNode? Node = null, string? Reason = null)
{
    /// <summary>The error for clients; null where it may run here.</summary>
    public string? Refusal => Kind switch
    {
        RulingKind.Here => null,
        RulingKind.Moved => $"MOVED {Slot} {Node!.EndpointFor(Slot)}",
        RulingKind.Ask => $"ASK {Slot} {Node!.EndpointFor(Slot)}",
        RulingKind.CrossSlot => SlotNames.CrossSlot,
        RulingKind.TryAgain => SlotNames.TryAgain,
        _ => Reason,
    };

    /// <summary>Another node would serve it.</summary>
    public bool IsElsewhere => Kind is RulingKind.Moved or RulingKind.Ask;
}
