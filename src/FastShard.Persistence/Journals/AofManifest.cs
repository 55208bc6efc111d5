// The list of an append-only folder's files, in Redis's own form: a line a file, "file NAME seq NUMBER type LETTER",
// first the base, then what is about to be removed, then the increments in their order. It is never changed in place:
// the new list is written beside it, forced to disk, and renamed.

using System.Text;

namespace FastShard.Persistence.Journals;

/// <summary>Which files make up an append-only file. A value: every change makes another.</summary>
public sealed class AofManifest
{
    private const int LineMax = 1024;

    /// <summary>The files, in the order in which the manifest names them.</summary>
    public IReadOnlyList<AofFile> Files { get; private init; } = [];

    /// <summary>The base, if there is one.</summary>
    public AofFile? Base => Find(AofFileKind.Base);

    /// <summary>The last increment, if there is one.</summary>
    public AofFile? LastIncrement
    {
        get
        {
            AofFile? last = null;
            foreach (AofFile file in Files)
            {
                if (file.Kind == AofFileKind.Increment) last = file;
            }
            return last;
        }
    }

    /// <summary>What is to be loaded, in order.</summary>
    public IEnumerable<AofFile> ToLoad()
    {
        foreach (AofFile file in Files)
        {
            if (file.Kind != AofFileKind.History) yield return file;
        }
    }

    /// <summary>Whether there are any.</summary>
    public bool HasFilesToLoad
    {
        get
        {
            foreach (AofFile _ in ToLoad()) return true;
            return false;
        }
    }

    /// <summary>Whether any are about to be removed.</summary>
    public bool HasHistory => Find(AofFileKind.History) is not null;

    /// <summary>With one more increment.</summary>
    public AofManifest WithIncrement(string prefix)
    {
        long sequence = (LastIncrement?.Sequence ?? 0) + 1;
        AofFile file = new($"{prefix}.{sequence}.incr.aof", sequence, AofFileKind.Increment);
        return new AofManifest { Files = [.. Files, file] };
    }

    /// <summary>The name that the next base would have.</summary>
    public AofFile NextBase(string prefix, bool isSnapshot)
    {
        long sequence = (Base?.Sequence ?? 0) + 1;
        return new AofFile($"{prefix}.{sequence}.base.{(isSnapshot ? "rdb" : "aof")}", sequence, AofFileKind.Base);
    }

    /// <summary>
    /// With a new base, which holds everything that was journalled before the increment <paramref name="first"/>: what
    /// came before becomes history, the newest first.
    /// </summary>
    public AofManifest WithBase(AofFile made, long first)
    {
        List<AofFile> history = [];
        List<AofFile> rest = [];
        foreach (AofFile file in Files)
        {
            if (file.Kind == AofFileKind.History) history.Add(file);
            else if (file.Kind == AofFileKind.Base || file.Sequence < first)
                history.Insert(0, file with { Kind = AofFileKind.History });
            else rest.Add(file);
        }
        return new AofManifest { Files = [made, .. history, .. rest] };
    }

    /// <summary>Without the files that are history.</summary>
    public AofManifest WithoutHistory() => new() { Files = [.. ToLoad()] };

    /// <summary>A folder that began with one old file.</summary>
    public static AofManifest OfOldFile(string name) => new() { Files = [new AofFile(name, 1, AofFileKind.Base)] };

    /// <summary>The manifest's text.</summary>
    public string Format()
    {
        StringBuilder text = new();
        Append(text, AofFileKind.Base);
        Append(text, AofFileKind.History);
        Append(text, AofFileKind.Increment);
        return text.ToString();
    }

    /// <summary>Reads a manifest; null with what is wrong with it.</summary>
    public static AofManifest? Parse(string text, out string? error)
    {
        List<AofFile> files = [];
        error = text.Length == 0 ? "Found an empty AOF manifest" : null;
        foreach (string line in text.TrimEnd('\n').Split('\n'))
        {
            if (error is not null) return null;
            if (line.StartsWith('#')) continue;
            if (line.Length > LineMax) error = "The AOF manifest file contains too long line";
            else if (ManifestLine.Parse(line, out error) is { } file) error = Check(files, file);
        }
        return error is null ? new AofManifest { Files = files } : null;
    }

    private static string? Check(List<AofFile> files, AofFile file)
    {
        foreach (AofFile before in files)
        {
            if (before.Kind != file.Kind) continue;
            if (file.Kind == AofFileKind.Base) return "Found duplicate base file information";
            if (file.Kind == AofFileKind.Increment && file.Sequence <= before.Sequence)
                return "Found a non-monotonic sequence number";
        }
        files.Add(file);
        return null;
    }

    private AofFile? Find(AofFileKind kind)
    {
        foreach (AofFile file in Files)
        {
            if (file.Kind == kind) return file;
        }
        return null;
    }

    private void Append(StringBuilder text, AofFileKind kind)
    {
        foreach (AofFile file in Files)
        {
            if (file.Kind == kind) ManifestLine.Append(text, file);
        }
    }
}
