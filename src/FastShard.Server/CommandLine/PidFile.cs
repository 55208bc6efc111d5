using System.Globalization;
using FastShard.Server.Logging;

namespace FastShard.Server.CommandLine;

/// <summary>`pidfile`: tells supervisors the process while it serves; removed at its orderly end.</summary>
internal sealed class PidFile : IDisposable
{
    private readonly string _path;

    private PidFile(string path) => _path = path;

    /// <summary>Writes the file. Null when none is wanted, or, with a warning, when it cannot be written.</summary>
    public static PidFile? Write(string path)
    {
        if (path.Length == 0) return null;
        try
        {
            string full = Path.GetFullPath(path);
            File.WriteAllText(full, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
            return new PidFile(full);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.Warning($"The pidfile was not written: {failure.Message}");
            return null;
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.Warning($"The pidfile was not removed: {failure.Message}");
        }
    }
}
