namespace FastShard.Engine.Hashes;

/// <summary>When HEXPIRE may change a field's deadline.</summary>
internal enum FieldCondition
{
    /// <summary>Always.</summary>
    None,

    /// <summary>NX: the field has none.</summary>
    Without,

    /// <summary>XX: the field has one.</summary>
    With,

    /// <summary>GT: the new one is later.</summary>
    Later,

    /// <summary>LT: the new one is earlier.</summary>
    Earlier,
}
