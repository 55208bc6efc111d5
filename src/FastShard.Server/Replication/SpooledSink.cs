using System.Text;
using FastShard.Persistence.Snapshots;

namespace FastShard.Server.Replication;

/// <summary>
/// Sends a snapshot to replicas that have to know its length beforehand: it is written to a temporary file, and sent
/// from there.
/// </summary>
internal sealed class SpooledSink(Replica[] replicas, string path) : ISnapshotSink
{
    private const int PieceBytes = 256 * 1024;

    private FileStream? _file;

    public string? Open() => Try(() => _file = new FileStream(path, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        BufferSize = 0,
        Options = FileOptions.DeleteOnClose,
    }));

    public string? Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _file!.Write(bytes);
            return null;
        }
        catch (IOException failure)
        {
            return failure.Message;
        }
    }

    public string? Complete()
    {
        string? error = TransferSink.Send(replicas, Encoding.ASCII.GetBytes($"${_file!.Length}\r\n"));
        if (error is null) error = Try(() => _file.Position = 0);
        byte[] piece = new byte[PieceBytes];
        int count = 1;
        while (error is null && count > 0)
        {
            error = Try(() => count = _file.Read(piece));
            if (error is null && count > 0) error = TransferSink.Send(replicas, piece.AsSpan(0, count));
        }
        if (error is null) TransferSink.Complete(replicas);
        return error;
    }

    public void Abandon() => TransferSink.Fail(replicas);

    public void Dispose() => _file?.Dispose();

    private static string? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
    }
}
