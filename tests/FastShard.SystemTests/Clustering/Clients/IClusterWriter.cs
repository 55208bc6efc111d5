namespace FastShard.SystemTests.Clustering.Clients;

/// <summary>A cluster client that writes, and knows what was acknowledged.</summary>
internal interface IClusterWriter : IDisposable
{
    string Name { get; }

    /// <summary>Ends the writing, and reads everything back.</summary>
    WriterReport Finish();
}
