using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Server.Execution;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>A call's request, from where the client's still lies: its receive buffer stands still meanwhile.</summary>
internal static class CallText
{
    public static void Write(ForwardedCall call, ReplyBuffer output)
    {
        if (call.Scatter is { } scatter) scatter.WritePart(call.Part, output);
        else if (call.Kind == CallKind.Transaction)
            RequestScribe.Transaction(output, call.Batch.Connection.Transaction);
        else if (call.Kind == CallKind.Waiting) output.Append(call.Text ??= Copy(call));
        else RequestScribe.Request(output, ArgumentsOf(call.Batch, call.Record));
    }

    // A client that waits is read from meanwhile, which moves what lies in its buffer.
    private static byte[] Copy(ForwardedCall call)
    {
        using ReplyBuffer text = new();
        RequestScribe.Request(text, ArgumentsOf(call.Batch, call.Record));
        return text.Peek().ToArray();
    }

    /// <summary>The arguments of a batch's request.</summary>
    public static ArgumentView ArgumentsOf(Batch batch, int record)
    {
        ref CommandRecord request = ref batch.Records[record];
        return new ArgumentView(batch.Input.All, batch.Args, request.ArgStart, request.ArgCount);
    }
}
