namespace FastShard.Engine.Strings;

/// <summary>The options that string commands share; each command allows some of them.</summary>
[Flags]
internal enum StringOption
{
    None = 0,
    Nx = 1 << 0,
    Xx = 1 << 1,
    IfEqual = 1 << 2,
    IfNotEqual = 1 << 3,
    IfDigestEqual = 1 << 4,
    IfDigestNotEqual = 1 << 5,
    Get = 1 << 6,
    KeepTtl = 1 << 7,
    Persist = 1 << 8,
    Ex = 1 << 9,
    Px = 1 << 10,
    ExAt = 1 << 11,
    PxAt = 1 << 12,

    /// <summary>At most one of these.</summary>
    Existence = Nx | Xx,

    /// <summary>Conditions on the value; a value follows each.</summary>
    Comparisons = IfEqual | IfNotEqual | IfDigestEqual | IfDigestNotEqual,

    /// <summary>At most one of these.</summary>
    Conditions = Existence | Comparisons,

    /// <summary>New deadlines; a time follows each.</summary>
    Times = Ex | Px | ExAt | PxAt,

    /// <summary>What happens to the deadline: at most one of these.</summary>
    Expiry = KeepTtl | Persist | Times,
}
