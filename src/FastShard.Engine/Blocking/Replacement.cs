namespace FastShard.Engine.Blocking;

/// <summary>An argument of a parked command that later runs see in another form.</summary>
public readonly record struct Replacement(int Index, byte[] Value);
