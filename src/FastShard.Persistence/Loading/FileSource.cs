using FastShard.Native.Files;
using FastShard.Native.Interop;

namespace FastShard.Persistence.Loading;

/// <summary>A file to load from.</summary>
public sealed class FileSource : ILoadSource
{
    private readonly DataFile _file;

    private FileSource(DataFile file, long length)
    {
        _file = file;
        Length = length;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public string? Error { get; private set; }

    /// <summary>Opens a file; null with what went wrong, or with no error when there is no such file.</summary>
    public static FileSource? Open(string path, out string? error)
    {
        error = null;
        DataFile? file = DataFile.Open(path, out int number);
        if (file is null)
        {
            if (!DataFile.IsMissing(number)) error = Errno.Text(number);
            return null;
        }
        long length = file.Length();
        if (length >= 0) return new FileSource(file, length);
        error = Errno.Text((int)-length);
        file.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public int Read(Span<byte> target)
    {
        int count = _file.Read(target);
        if (count < 0) Error = Errno.Text(-count);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
