namespace FastShard.Server.Clustering.Forwarding;

/// <summary>A reply that a link waits for.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Call">Whose it is; null for the link's own.</param>
/// <param name="Number">The call's life that it is for.</param>
/// <param name="End">Where the request ends in what the link was given so far.</param>
internal readonly record struct Flight(FlightKind Kind, ForwardedCall? Call, int Number, long End)
{
    /// <summary>Nobody has answered the call yet.</summary>
    public bool IsAwaited => Call is not null && Call.Number == Number;
}
