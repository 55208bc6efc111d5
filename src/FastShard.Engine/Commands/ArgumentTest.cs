namespace FastShard.Engine.Commands;

/// <summary>Something that is true or not of a request, by its arguments.</summary>
public delegate bool ArgumentTest(in ArgumentView arguments);
