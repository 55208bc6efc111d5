namespace FastShard.Persistence.Loading;

/// <summary>Where a file's bytes come from, in order. Called on the loading thread, which may wait.</summary>
public interface ILoadSource : IDisposable
{
    /// <summary>How many bytes there will be; 0 when that is not known.</summary>
    long Length { get; }

    /// <summary>Reads what comes, 0 at the end; negative after a failure, which <see cref="Error"/> tells.</summary>
    int Read(Span<byte> target);

    /// <summary>What went wrong.</summary>
    string? Error { get; }
}
