namespace FastShard.Server.Configuration;

/// <summary>When the append-only file is forced to disk.</summary>
public enum AppendFsync
{
    EverySecond,
    Always,
    No,
}
