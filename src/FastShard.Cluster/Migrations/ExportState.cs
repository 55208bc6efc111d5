namespace FastShard.Cluster.Migrations;

/// <summary>How far slots are on their way to another node, at the node that has them.</summary>
public enum ExportState
{
    /// <summary>The target is being connected to.</summary>
    Connecting,

    /// <summary>It was asked to take the slots.</summary>
    Establishing,

    /// <summary>The keys are sent, and the changes of those that were sent.</summary>
    Copying,

    /// <summary>All keys were sent; changes follow.</summary>
    Following,

    /// <summary>Writes wait; the last changes are on their way.</summary>
    Draining,

    /// <summary>The target has all, and was told to take the slots over.</summary>
    Claiming,

    /// <summary>Nobody knows whether it has: nothing of these slots goes on until it is found out.</summary>
    Doubtful,

    /// <summary>The slots are the target's.</summary>
    Succeeded,

    /// <summary>They stay here.</summary>
    Failed,

    /// <summary>They stay here, as somebody wished.</summary>
    Cancelled,
}
