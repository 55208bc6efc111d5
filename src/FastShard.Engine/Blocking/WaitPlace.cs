namespace FastShard.Engine.Blocking;

/// <summary>One waiter's place in the queue of one key. Belongs to the shard of the key.</summary>
public sealed class WaitPlace
{
    internal WaitPlace(Waiter waiter) => Waiter = waiter;

    /// <summary>Who waits.</summary>
    public Waiter Waiter { get; }

    /// <summary>Argument index of the key in the waiter's command.</summary>
    public int KeyIndex { get; internal set; }

    /// <summary>The next to be served.</summary>
    public WaitPlace? Next { get; internal set; }

    internal WaitPlace? Previous { get; set; }

    /// <summary>The queue it stands in; null when it has left.</summary>
    internal WaitQueue? Queue { get; set; }

    /// <summary>Whose queue that is, or was.</summary>
    internal WaitTable? Table { get; set; }
}
