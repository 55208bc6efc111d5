using FastShard.Protocol;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>What tells the links of a shard apart.</summary>
/// <param name="Ip">The node's address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Version">What its replies look like.</param>
/// <param name="IsReadOnly">A replica is asked as such.</param>
internal readonly record struct LinkKey(string Ip, int Port, RespVersion Version, bool IsReadOnly);
