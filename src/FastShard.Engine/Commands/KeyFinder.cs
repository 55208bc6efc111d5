namespace FastShard.Engine.Commands;

/// <summary>
/// Appends the indexes of a command's keys to <paramref name="positions"/>; false when the arguments do not parse.
/// </summary>
public delegate bool KeyFinder(in ArgumentView arguments, KeyPositions positions);
