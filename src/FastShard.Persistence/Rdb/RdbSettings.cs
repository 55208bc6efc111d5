namespace FastShard.Persistence.Rdb;

/// <summary>How values are written, for the whole process; set by directives, read by handlers.</summary>
public static class RdbSettings
{
    private static int _version = RdbVersion.Default;
    private static bool _compresses = true;

    /// <summary>rdb-version: the version that is written.</summary>
    public static int Version
    {
        get => Volatile.Read(ref _version);
        set => Volatile.Write(ref _version, Math.Clamp(value, RdbVersion.WrittenMin, RdbVersion.WrittenMax));
    }

    /// <summary>rdbcompression: texts of more than 20 bytes are compressed where that makes them shorter.</summary>
    public static bool Compresses
    {
        get => Volatile.Read(ref _compresses);
        set => Volatile.Write(ref _compresses, value);
    }
}
