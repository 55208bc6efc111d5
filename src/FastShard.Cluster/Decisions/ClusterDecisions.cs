using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>All the decisions of one node, wired together.</summary>
internal sealed class ClusterDecisions
{
    public ClusterDecisions(ClusterState state)
    {
        Links = new Links(state);
        Manual = new ManualFailover(state);
        Sender = new BusSender(state, Manual);
        Roles = new Roles(state, Manual);
        Claims = new SlotClaims(state, Roles, Sender);
        Failures = new FailureDetector(state, Sender);
        Gossip = new GossipIntake(state, Failures, Links);
        Members = new Membership(state, Links, Manual);
        Ballot = new Ballot(state, Sender);
        Health = new Health(state);
        Election = new Election(state, Sender, Manual, Roles, Health);
        Migration = new ReplicaMigration(state, Roles);
    }

    public Links Links { get; }

    public ManualFailover Manual { get; }

    public BusSender Sender { get; }

    public Roles Roles { get; }

    public SlotClaims Claims { get; }

    public FailureDetector Failures { get; }

    public GossipIntake Gossip { get; }

    public Membership Members { get; }

    public Ballot Ballot { get; }

    public Health Health { get; }

    public Election Election { get; }

    public ReplicaMigration Migration { get; }
}
