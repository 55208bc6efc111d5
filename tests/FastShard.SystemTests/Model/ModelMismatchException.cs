namespace FastShard.SystemTests.Model;

/// <summary>The server answered otherwise than the model.</summary>
public sealed class ModelMismatchException(string message) : Exception(message);
