using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>The part of a scattered command that runs here: its arguments put together, and its reply.</summary>
internal sealed class OwnPart : IDisposable
{
    private readonly ReplyBuffer _request = new();
    private readonly NativeBuffer _bytes = new(0);
    private readonly ArgList _args = new();

    public OwnPart(Scatter scatter, int part)
    {
        // Written as for another node, and read as if it had come from one.
        scatter.WritePart(part, _request);
        ReadOnlySpan<byte> text = _request.Peek();
        _bytes.EnsureFree(text.Length);
        text.CopyTo(_bytes.Free);
        _bytes.Commit(text.Length);
        int at = Skip(text, 0, out int count);
        for (int index = 0; index < count; index++)
        {
            at = Skip(text, at, out int length);
            _args.Add(at, length);
            at += length + 2;
        }
    }

    public ArgumentView Arguments => new(_bytes.All, _args, 0, _args.Count);

    public ReplyBuffer Reply { get; } = new();

    /// <summary>Moves the reply behind those of the other parts; values that it refers to are copied.</summary>
    public void MoveReply(ReplyBuffer replies)
    {
        while (Reply.Length > 0)
        {
            ReadOnlySpan<byte> run = Reply.Peek();
            replies.Append(run);
            Reply.Consume(run.Length);
        }
    }

    public void Dispose()
    {
        _request.Dispose();
        _bytes.Dispose();
        Reply.Dispose();
    }

    private static int Skip(ReadOnlySpan<byte> text, int at, out int number)
    {
        int end = at + text[at..].IndexOf((byte)'\r');
        _ = Numbers.TryParseInt64(text[(at + 1)..end], out long value);
        number = (int)value;
        return end + 2;
    }
}
