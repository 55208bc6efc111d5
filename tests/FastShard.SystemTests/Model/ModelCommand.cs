namespace FastShard.SystemTests.Model;

/// <summary>
/// A command that the model knows: how to draw arguments for it, and what it does and answers. One row is all that a
/// command needs.
/// </summary>
internal sealed record ModelCommand(
    string Name, Func<Draw, string[]> Arguments, Func<ModelCall, string> Apply, bool IsRead = false,
    ReplyOrder Order = ReplyOrder.Exact);
