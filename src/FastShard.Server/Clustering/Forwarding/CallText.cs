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
        else RequestScribe.Request(output, ArgumentsOf(call.Batch, call.Record));
    }

    /// <summary>The arguments of a batch's request.</summary>
    public static ArgumentView ArgumentsOf(Batch batch, int record)
    {
        ref CommandRecord request = ref batch.Records[record];
        return new ArgumentView(batch.Input.All, batch.Args, request.ArgStart, request.ArgCount);
    }
}
