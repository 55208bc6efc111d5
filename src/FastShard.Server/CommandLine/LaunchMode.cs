namespace FastShard.Server.CommandLine;

/// <summary>What the process was started for.</summary>
internal enum LaunchMode
{
    Serve,
    Help,
    Version,
    CheckConfig,
    HealthCheck,
    PrintExample,
    PrintReference,
    PrintCommands,
}
