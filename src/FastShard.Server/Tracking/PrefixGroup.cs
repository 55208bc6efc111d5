namespace FastShard.Server.Tracking;

/// <summary>A prefix of BCAST and all who listen to it. Never changes: another one takes its place.</summary>
internal sealed record PrefixGroup(byte[] Prefix, Tracker[] Members);
