namespace FastShard.UnitTests.Cluster.Simulation;

/// <summary>One connection, with each side's own number for it.</summary>
internal sealed class SimLink(SimNode opener, int openerId, SimNode accepter, int accepterId)
{
    public SimNode Opener => opener;

    public int OpenerId => openerId;

    public SimNode Accepter => accepter;

    public int AccepterId => accepterId;

    public bool IsGone { get; set; }

    /// <summary>When the last packet of each direction arrives: they do not overtake each other.</summary>
    public long[] LastArrival { get; } = new long[2];
}
