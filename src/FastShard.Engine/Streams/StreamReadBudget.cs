using FastShard.Engine.Commands;
using FastShard.Memory;

namespace FastShard.Engine.Streams;

/// <summary>
/// How much one XREAD or XREADGROUP still replies: by entries of a stream, of all, and by bytes of all.
/// </summary>
internal struct StreamReadBudget
{
    private readonly StreamReadOptions _options;
    private readonly ReplyMark _start;
    private long _total;
    private long _ofStream;

    public StreamReadBudget(scoped in CommandContext context, scoped in StreamReadOptions options)
    {
        _options = options;
        _start = context.Reply.Buffer.Mark();
    }

    /// <summary>Whether nothing more goes in.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>Entries of the stream so far.</summary>
    public readonly int OfStream => (int)_ofStream;

    /// <summary>Entries so far.</summary>
    public readonly long Total => _total;

    /// <summary>Begins the next stream.</summary>
    public void BeginStream() => _ofStream = 0;

    /// <summary>Whether one more entry of this stream may be looked for.</summary>
    public readonly bool MayTry() => !IsSpent && (_options.Count == 0 || _ofStream < _options.Count);

    /// <summary>
    /// Counts an entry that was written behind a mark; takes it back, and is spent, if it was too long and not the
    /// first.
    /// </summary>
    public bool TryKeep(scoped in CommandContext context, ReplyMark before)
    {
        if (_options.MaxSize > 0 && _total > 0 && Written(context) > _options.MaxSize)
        {
            context.Reply.Buffer.Truncate(before);
            IsSpent = true;
            return false;
        }
        _total++;
        _ofStream++;
        if (_options.MaxCount > 0 && _total >= _options.MaxCount) IsSpent = true;
        return true;
    }

    private readonly long Written(scoped in CommandContext context) =>
        context.Reply.Buffer.Mark().InlinePosition - _start.InlinePosition;
}
