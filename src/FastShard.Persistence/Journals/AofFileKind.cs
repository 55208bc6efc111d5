namespace FastShard.Persistence.Journals;

/// <summary>What a file of an append-only folder is; the manifest's letters are those of Redis.</summary>
public enum AofFileKind : byte
{
    /// <summary>All data at one moment: a snapshot, or commands that make it.</summary>
    Base = (byte)'b',

    /// <summary>What changed since.</summary>
    Increment = (byte)'i',

    /// <summary>Made superfluous by a later base, and about to be removed.</summary>
    History = (byte)'h',
}
