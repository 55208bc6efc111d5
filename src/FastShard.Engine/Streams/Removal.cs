namespace FastShard.Engine.Streams;

/// <summary>What became of an entry that was to be removed: the numbers are what XDELEX and XACKDEL reply.</summary>
internal enum Removal
{
    /// <summary>There is none of this id (or it is not pending).</summary>
    NotThere = -1,

    /// <summary>It is gone.</summary>
    Removed = 1,

    /// <summary>It stays, because a group still has it before it or pending.</summary>
    Referenced = 2,
}
