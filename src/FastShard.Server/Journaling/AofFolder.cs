using FastShard.Native.Files;
using FastShard.Persistence.Journals;

namespace FastShard.Server.Journaling;

/// <summary>The folder of the append-only files, and its manifest on the disk.</summary>
internal sealed class AofFolder(string parent, string folderName, string prefix)
{
    private const string ManifestEnding = ".manifest";

    /// <summary>First part of the files' names.</summary>
    public string Prefix { get; } = prefix;

    /// <summary>Its path.</summary>
    public string Location { get; } = Path.Combine(parent, folderName);

    private string ManifestPath => Path.Combine(Location, Prefix + ManifestEnding);

    private string TemporaryPath => Path.Combine(Location, "temp-" + Prefix + ManifestEnding);

    /// <summary>Where a file lies.</summary>
    public string PathOf(AofFile file) => Path.Combine(Location, file.Name);

    /// <summary>Makes the folder if it is missing. Null, or what went wrong.</summary>
    public string? TryMake()
    {
        try
        {
            Directory.CreateDirectory(Location);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    /// <summary>Reads the manifest; empty where there is none. Null with what is wrong with it.</summary>
    public AofManifest? Read(out string? error)
    {
        error = null;
        if (File.Exists(TemporaryPath)) File.Delete(TemporaryPath);
        AofManifest? manifest = File.Exists(ManifestPath)
            ? AofManifest.Parse(File.ReadAllText(ManifestPath, System.Text.Encoding.Latin1), out error)
            : new AofManifest();
        string old = Path.Combine(parent, Prefix);
        return manifest is not null && IsToAdopt(manifest) && File.Exists(old) ? Adopt(old, out error) : manifest;
    }

    /// <summary>Replaces the manifest as a whole; null, or what went wrong.</summary>
    public string? Write(AofManifest manifest)
    {
        try
        {
            Directory.CreateDirectory(Location);
            using (FileStream file = new(TemporaryPath, FileMode.Create, FileAccess.Write))
            {
                file.Write(System.Text.Encoding.Latin1.GetBytes(manifest.Format()));
                file.Flush(flushToDisk: true);
            }
            File.Move(TemporaryPath, ManifestPath, overwrite: true);
            _ = DataFile.SyncFolder(Location);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    /// <summary>
    /// Removes the files that are history, and those that nobody names; returns the manifest without them.
    /// </summary>
    public AofManifest RemoveHistory(AofManifest manifest)
    {
        AofManifest rest = manifest.WithoutHistory();
        if (rest.Files.Count == manifest.Files.Count || Write(rest) is not null) return manifest;
        foreach (AofFile file in manifest.Files)
        {
            if (file.Kind == AofFileKind.History) TryDelete(PathOf(file));
        }
        return rest;
    }

    /// <summary>Bytes of all files that are to be loaded.</summary>
    public long SizeOf(AofManifest manifest)
    {
        long size = 0;
        foreach (AofFile file in manifest.ToLoad())
        {
            FileInfo info = new(PathOf(file));
            if (info.Exists) size += info.Length;
        }
        return size;
    }

    /// <summary>Removes a file whose absence nobody would notice.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Logging.Log.Warning($"Removing {path}: {exception.Message}");
        }
    }

    // One file beside the folder is what servers wrote before there was a folder. It is named before it is moved: a
    // manifest that names it alone is one of somebody who was interrupted in between.
    private bool IsToAdopt(AofManifest manifest) => manifest.Files switch
    {
        [] => true,
        [{ Kind: AofFileKind.Base } only] => only.Name == Prefix && !File.Exists(PathOf(only)),
        _ => false,
    };

    private AofManifest? Adopt(string old, out string? error)
    {
        AofManifest manifest = AofManifest.OfOldFile(Prefix);
        error = Write(manifest);
        if (error is not null) return null;
        try
        {
            File.Move(old, Path.Combine(Location, Prefix), overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error = exception.Message;
            return null;
        }
        _ = DataFile.SyncFolder(Location);
        _ = DataFile.SyncFolder(parent);
        Logging.Log.Notice($"Successfully migrated an old-style AOF configuration ({Prefix} to {folderName}).");
        return manifest;
    }
}
