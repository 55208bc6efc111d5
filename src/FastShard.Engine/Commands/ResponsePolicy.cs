namespace FastShard.Engine.Commands;

/// <summary>How the replies of several nodes become one: the tip "response_policy".</summary>
public enum ResponsePolicy : byte
{
    /// <summary>Lists are joined.</summary>
    None,

    /// <summary>One success is enough.</summary>
    OneSucceeded,

    /// <summary>All have to succeed.</summary>
    AllSucceeded,

    /// <summary>The sum.</summary>
    AggregateSum,

    /// <summary>The least.</summary>
    AggregateMin,

    /// <summary>The most.</summary>
    AggregateMax,

    /// <summary>In a way of its own.</summary>
    Special,
}
