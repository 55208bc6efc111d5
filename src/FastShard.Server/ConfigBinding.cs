namespace FastShard.Server;

/// <summary>
/// What the server does when directives are set, at the start and by CONFIG SET: null, or why it refuses.
/// </summary>
internal sealed record ConfigBinding(string[] Directives, Func<FastShardServer, string?> Apply);
