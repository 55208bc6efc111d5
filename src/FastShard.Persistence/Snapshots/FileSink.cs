using FastShard.Native.Files;
using FastShard.Native.Interop;

namespace FastShard.Persistence.Snapshots;

/// <summary>
/// A snapshot's file: written under a temporary name in its folder, and given its own name when all of it is on the
/// disk. Until then the old file stays as it is.
/// </summary>
public sealed class FileSink : ISnapshotSink
{
    private const long WritebackBytes = 4 * 1024 * 1024;

    private readonly string _path;
    private readonly string _temporaryPath;
    private readonly bool _writesBackEarly;
    private DataFile? _file;
    private long _started;

    /// <param name="path">Where the file is to be.</param>
    /// <param name="writesBackEarly">The disk begins while the file is written, not with all of it at the end.</param>
    public FileSink(string path, bool writesBackEarly)
    {
        _path = path;
        _writesBackEarly = writesBackEarly;
        string folder = Path.GetDirectoryName(path)!;
        _temporaryPath = Path.Combine(folder, $"temp-{Environment.ProcessId}.rdb");
    }

    /// <inheritdoc/>
    public string? Open()
    {
        _file = DataFile.Create(_temporaryPath, out int error);
        return _file is null ? $"Failed opening the temp RDB file {_temporaryPath}: {Errno.Text(error)}" : null;
    }

    /// <inheritdoc/>
    public string? Write(ReadOnlySpan<byte> bytes)
    {
        int error = _file!.Write(bytes);
        if (error != 0) return Told("Write error saving DB on disk", error);
        if (_writesBackEarly && _file.End - _started >= WritebackBytes)
        {
            _file.StartWriteback(_started, _file.End - _started);
            _started = _file.End;
        }
        return null;
    }

    /// <inheritdoc/>
    public string? Complete()
    {
        int error = _file!.Sync();
        if (error != 0) return Told("Failed forcing the DB to disk", error);
        _file.Dispose();
        error = DataFile.Rename(_temporaryPath, _path);
        if (error != 0)
            return Told($"Error moving temp DB file {_temporaryPath} on the final destination {_path}", error);
        error = DataFile.SyncFolder(Path.GetDirectoryName(_path)!);
        return error == 0 ? null : Told("Failed forcing the folder of the DB to disk", error);
    }

    /// <inheritdoc/>
    public void Abandon()
    {
        _file?.Dispose();
        _ = DataFile.Remove(_temporaryPath);
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static string Told(string what, int error) => $"{what}: {Errno.Text(error)}";
}
