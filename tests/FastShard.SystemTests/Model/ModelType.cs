namespace FastShard.SystemTests.Model;

/// <summary>A type of values: how the model prints and copies it, how the server is asked for all of it.</summary>
internal sealed record ModelType(
    string Name, Type Value, Func<object, string> Print, Func<object, object> Copy, Func<string, string[]> ReadAll,
    Func<object, string> AllReply, ReplyOrder Order = ReplyOrder.Exact);
