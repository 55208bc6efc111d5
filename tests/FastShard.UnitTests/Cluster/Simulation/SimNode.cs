using FastShard.Cluster;
using FastShard.Cluster.State;
using FastShard.Cluster.Text;

namespace FastShard.UnitTests.Cluster.Simulation;

/// <summary>One node of a simulated cluster: its machine, what is on its disk, and a stream that only counts.</summary>
internal sealed class SimNode
{
    private const int Port = 7000;

    private readonly SimCluster _cluster;
    private long _heardMillis;

    public SimNode(SimCluster cluster, int number)
    {
        _cluster = cluster;
        Number = number;
        Ip = $"10.0.0.{number}";
        Machine = new ClusterMachine(Settings(), cluster.NextRandom(), cluster.NowMillis);
    }

    public int Number { get; }

    public string Ip { get; set; }

    public ClusterMachine Machine { get; private set; }

    public ClusterState State => Machine.State;

    public bool IsUp { get; private set; } = true;

    /// <summary>Which side of a partition it is on.</summary>
    public int Side { get; set; }

    /// <summary>What a crash leaves.</summary>
    public string File { get; private set; } = "";

    public NodeAddress? Following { get; private set; }

    public long Offset { get; private set; }

    public bool WritesArePaused { get; private set; }

    /// <summary>How often they were.</summary>
    public int Pauses { get; private set; }

    /// <summary>It can be reached, and reaches nobody.</summary>
    public bool IsMute { get; set; }

    /// <summary>The stream does not come, though the bus does.</summary>
    public bool IsDeaf { get; set; }

    public HashSet<int> DroppedSlots { get; } = [];

    public List<string> Messages { get; } = [];

    public NodeAddress Address => new(Ip, Port, 0, Port + 10000);

    public override string ToString() => $"node {Number} ({State.Myself.Id.ToString()[..8]}, {Ip})";

    public void Crash()
    {
        IsUp = false;
        _cluster.Network.DropLinksOf(this);
    }

    public void Restart()
    {
        ClusterMachine? machine = ClusterMachine.Restore(
            Settings(), _cluster.NextRandom(), _cluster.NowMillis, File, out string fault);
        Machine = machine ?? throw new InvalidOperationException($"{this} cannot read its own file: {fault}");
        IsUp = true;
        Following = null;
        WritesArePaused = false;
        _heardMillis = _cluster.NowMillis;
    }

    public void Tick()
    {
        Replicate();
        Act(machine => machine.Tick());
    }

    /// <summary>One input, and all that follows from it.</summary>
    public void Act(Action<ClusterMachine> input)
    {
        if (!IsUp) return;
        Machine.Observe(_cluster.NowMillis, new ReplicationFacts(
            Offset, Following is not null, _cluster.NowMillis - _heardMillis)
        {
            IsStill = WritesArePaused,
        });
        input(Machine);
        Machine.Settle();
        // What was not written down before it was sent would be forgotten by a crash.
        if (State.Outbox.NeedsSave) File = NodesText.File(State);
        foreach (ClusterEffect effect in State.Outbox.Take([])) Do(effect);
        _cluster.Observer.Look(this);
    }

    private ClusterSettings Settings() =>
        _cluster.Settings with { Announced = new NodeAddress("", Port, 0, Port + 10000) };

    private void Do(ClusterEffect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.Send:
                _cluster.Observer.LookAtPacket(this, effect.Bytes.Span);
                _cluster.Network.Send(this, effect.Link, effect.Bytes.ToArray());
                break;
            case EffectKind.OpenLink:
                _cluster.Network.Open(this, effect.Link, effect.Address);
                break;
            case EffectKind.CloseLink:
                _cluster.Network.Close(this, effect.Link);
                break;
            case EffectKind.Follow:
                Following = effect.Address;
                break;
            case EffectKind.Lead:
                Following = null;
                break;
            case EffectKind.PauseWrites or EffectKind.ResumeWrites:
                WritesArePaused = effect.Kind == EffectKind.PauseWrites;
                Pauses += WritesArePaused ? 1 : 0;
                break;
            case EffectKind.DropSlot:
                DroppedSlots.Add((int)effect.Number);
                break;
            case EffectKind.Deliver or EffectKind.DeliverShard:
                string channel = System.Text.Encoding.ASCII.GetString(effect.Bytes.Span);
                Messages.Add($"{channel}:{System.Text.Encoding.ASCII.GetString(effect.Message.Span)}");
                break;
        }
    }

    // A primary's stream grows; who follows it and reaches it has all of it.
    private void Replicate()
    {
        if (State.Myself.IsPrimary)
        {
            if (!WritesArePaused && State.Myself.Slots.Count > 0) Offset += _cluster.Random.Next(100);
            return;
        }
        if (IsDeaf || Following is not { } address) return;
        SimNode? primary = _cluster.Network.At(address.Ip);
        if (primary is not { IsUp: true } || !SimNetwork.Reaches(this, primary)) return;
        Offset = primary.Offset;
        _heardMillis = _cluster.NowMillis;
    }
}
