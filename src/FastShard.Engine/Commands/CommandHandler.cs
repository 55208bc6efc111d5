namespace FastShard.Engine.Commands;

/// <summary>Reads the arguments, calls the keyspace, writes exactly one reply. No I/O, no clock, no waiting.</summary>
public delegate void CommandHandler(ref CommandContext context);
