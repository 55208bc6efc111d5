using System.IO.Pipelines;
using FastShard.Native.Diagnostics;

namespace FastShard.Transport.Pipelines;

/// <summary>
/// Brings a pipe's continuation to the shard: it is kept until the reactor delivers the event that it raises, and runs
/// there, with the token held. A channel has one for each direction, and each direction at most one continuation.
/// </summary>
internal sealed class ReactorScheduler(ReadyNode node, ReadyEvents raises) : PipeScheduler
{
    private object? _state;
    private Action<object?>? _action;

    public override void Schedule(Action<object?> action, object? state)
    {
        _state = state;
        Action<object?>? before = Interlocked.Exchange(ref _action, action);
        Invariant.Check(before is null);
        node.Raise(raises);
    }

    /// <summary>Runs the continuation that waits, if there is one.</summary>
    public void Run()
    {
        Action<object?>? action = Interlocked.Exchange(ref _action, null);
        if (action is null) return;

        object? state = _state;
        _state = null;
        action(state);
    }
}
