using FastShard.Cluster.State;
using FastShard.Server.Clients;

namespace FastShard.Server.Migration;

/// <summary>Slots that a connection brings here, from the node that has them.</summary>
internal sealed class SlotImport(MigrationRecord record, Connection client)
{
    private volatile bool _isOver;

    public MigrationRecord Record { get; } = record;

    /// <summary>Which.</summary>
    public SlotSet Slots => Record.Slots;

    /// <summary>Who brings them.</summary>
    public Connection Client { get; } = client;

    /// <summary>How often keys had been flushed when it began.</summary>
    public long FlushesAtStart { get; init; }

    /// <summary>It is over: what still comes is refused. Any thread.</summary>
    public bool IsOver => _isOver;

    public void End() => _isOver = true;
}
