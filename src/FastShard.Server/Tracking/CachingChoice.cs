namespace FastShard.Server.Tracking;

/// <summary>CLIENT CACHING: what a client said about the next command, or the next transaction.</summary>
internal enum CachingChoice
{
    None,
    Yes,
    No,
}
