namespace FastShard.SystemTests.Harness;

/// <summary>Where the published binary and the repository are.</summary>
internal static class ServerBinary
{
    public static string Root { get; } = FindRoot();

    /// <summary>FASTSHARD_BINARY, or out/fastshard as tools/build.sh publishes it.</summary>
    public static string Path { get; } = FindBinary();

    private static string FindBinary()
    {
        string path = Environment.GetEnvironmentVariable("FASTSHARD_BINARY") is { Length: > 0 } given
            ? given
            : System.IO.Path.Combine(Root, "out", "fastshard");
        return File.Exists(path)
            ? path
            : throw new InvalidOperationException($"{path} is missing: run tools/build.sh, or set FASTSHARD_BINARY");
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "FastShard.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("FastShard.sln is in no folder above the tests");
    }
}
