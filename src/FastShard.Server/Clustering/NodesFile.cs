using System.Text;
using FastShard.Native.Files;
using FastShard.Server.Logging;

namespace FastShard.Server.Clustering;

/// <summary>
/// nodes.conf on the disk. It is written anew under another name and renamed, so that a crash leaves the old one or the
/// new one; and it is locked from before the rename on, so that no two servers ever call themselves the same node.
/// </summary>
internal sealed class NodesFile : IDisposable
{
    private const int PageBytes = 4096;

    private readonly string _path;
    private FileStream _lock;

    private NodesFile(string path, FileStream held)
    {
        _path = path;
        _lock = held;
    }

    /// <summary>Opens and locks the file. Null where that cannot be, with the reason.</summary>
    public static NodesFile? Open(string path, out string text, out string? error)
    {
        text = "";
        try
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            text = Encoding.ASCII.GetString(bytes);
            error = null;
            return new NodesFile(path, stream);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error = $"Sorry, the cluster configuration file {path} is already used by a different Redis Cluster node. "
                + $"Please make sure that different nodes use different cluster configuration files. {failure.Message}";
            return null;
        }
    }

    /// <summary>Replaces what the file says. False where the disk does not take it.</summary>
    public bool TryWrite(string text, bool andSync)
    {
        string temporary = $"{_path}.tmp-{Environment.ProcessId}";
        try
        {
            var stream = new FileStream(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
            stream.Write(Encoding.ASCII.GetBytes(text));
            stream.Flush(flushToDisk: andSync);
            // A rename asks for no lock of its own: the stream holds the file's through it.
            File.Move(temporary, _path, overwrite: true);
            if (andSync) _ = DataFile.SyncFolder(Path.GetDirectoryName(_path)!);
            _lock.Dispose();
            _lock = stream;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.Warning($"Error saving cluster node configuration: {failure.Message}");
            return false;
        }
    }

    /// <summary>
    /// The same at once, where clients wait: a rename may wait for the disk. What fits into a page is there as a whole
    /// whenever the process is killed; for more than that a proper write is to follow.
    /// </summary>
    public bool TryWriteInPlace(string text)
    {
        int length = Math.Max(text.Length, (int)RandomAccess.GetLength(_lock.SafeFileHandle));
        if (length > PageBytes) return TryWrite(text, andSync: false);
        try
        {
            // Empty lines say nothing.
            RandomAccess.Write(_lock.SafeFileHandle, Encoding.ASCII.GetBytes(text.PadRight(length, '\n')), 0);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.Warning($"Error saving cluster node configuration: {failure.Message}");
            return false;
        }
    }

    public void Dispose() => _lock.Dispose();
}
