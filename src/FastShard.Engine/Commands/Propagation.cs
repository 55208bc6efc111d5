namespace FastShard.Engine.Commands;

/// <summary>How a command that changed something is journalled: for append-only files and replicas.</summary>
public enum Propagation : byte
{
    /// <summary>As its client sent it: on the same data it does the same, whenever it runs.</summary>
    Verbatim,

    /// <summary>
    /// Its handler may write other commands in its place (<see cref="Keyspaces.Database.Rewrite"/>), because it depends
    /// on the clock, on chance or on who waits, or because older servers do not know it.
    /// </summary>
    Rewritten,
}
