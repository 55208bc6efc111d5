using FastShard.Cluster.State;

namespace FastShard.Server.Migration;

/// <summary>A move of slots as CLUSTER GETSLOTMIGRATIONS tells of it.</summary>
internal sealed class MigrationRecord(string name, bool isExport, SlotSet slots)
{
    public string Name { get; } = name;

    /// <summary>The slots go from here; else they come.</summary>
    public bool IsExport { get; } = isExport;

    public SlotSet Slots { get; } = slots;

    public string Source { get; init; } = "";

    public string Target { get; init; } = "";

    public long CreatedMillis { get; init; }

    public long UpdatedMillis { get; set; }

    /// <summary>When the other side was heard last.</summary>
    public long HeardMillis { get; set; }

    public string State { get; set; } = "";

    public string Message { get; set; } = "";

    /// <summary>Bytes that the target has not acknowledged.</summary>
    public long WaitingBytes { get; set; }

    /// <summary>For how long writes waited at the end, microseconds; -1 = they have not.</summary>
    public long PauseMicros { get; set; } = -1;

    public bool IsOver { get; set; }
}
