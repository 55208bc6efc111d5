namespace FastShard.Engine.Sets;

/// <summary>What is made of several sets.</summary>
internal enum SetOperation
{
    /// <summary>The members that all of them have.</summary>
    Intersection,

    /// <summary>The members that any of them has.</summary>
    Union,

    /// <summary>The members of the first that none of the others has.</summary>
    Difference,
}
