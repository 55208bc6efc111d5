using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Streams;

/// <summary>What stands between the key and the fields of XADD, or behind the key of XTRIM.</summary>
internal struct StreamAddOptions
{
    private bool _hasTrim;
    private bool _hasReferences;
    private bool _hasLimit;
    private bool _isByLength;
    private bool _isApproximate;
    private long _limit;
    private long _maxLength;
    private StreamId _minId;
    private StreamReferences _references;

    /// <summary>XADD: argument index of the id.</summary>
    public int IdIndex { get; private set; }

    /// <summary>XADD: the id, if it is not to be made.</summary>
    public StreamId Id { get; private set; }

    /// <summary>XADD: an id was given, at least its time.</summary>
    public bool HasId { get; private set; }

    /// <summary>XADD: the given id is whole.</summary>
    public bool HasSequence { get; private set; }

    /// <summary>XADD: a missing stream stays missing.</summary>
    public bool NoMakeStream { get; private set; }

    /// <summary>XADD: argument index of the producer; 0 = none.</summary>
    public int ProducerIndex { get; private set; }

    /// <summary>XADD: argument index of the idempotent id; 0 = it is to be made from the fields.</summary>
    public int IdempotentIndex { get; private set; }

    /// <summary>Whether anything is to be trimmed.</summary>
    public readonly bool HasTrim => _hasTrim;

    /// <summary>What is to be trimmed.</summary>
    public readonly StreamTrim Trim => new()
    {
        IsByLength = _isByLength,
        MaxLength = _maxLength,
        MinId = _minId,
        IsApproximate = _isApproximate,
        Limit = _limit,
        References = _references,
    };

    /// <summary>Reads the options of XADD or XTRIM; on failure the reply is written.</summary>
    public static bool TryParse(scoped ref CommandContext context, bool isAdd, out StreamAddOptions options)
    {
        options = default;
        int index = 2;
        for (; index < context.ArgCount; index++)
        {
            ReadOnlySpan<byte> word = context.Arg(index);
            if (isAdd && word.Length == 1 && word[0] == '*') break;
            bool hasMore = index + 1 < context.ArgCount;
            bool isParsed;
            if (hasMore && context.ArgIs(index, "MAXLEN"u8))
                isParsed = options.TryTrim(ref context, ref index, isByLength: true);
            else if (hasMore && context.ArgIs(index, "MINID"u8))
                isParsed = options.TryTrim(ref context, ref index, isByLength: false);
            else if (hasMore && context.ArgIs(index, "LIMIT"u8))
                isParsed = options.TryLimit(ref context, ref index);
            else if (StreamIdList.TryReferences(context, index, out StreamReferences references))
                isParsed = options.TryReferences(ref context, references);
            else if (isAdd && context.ArgIs(index, "NOMKSTREAM"u8))
                isParsed = options.NoMakeStream = true;
            else if (isAdd && context.ArgIs(index, "IDMP"u8) && index + 2 < context.ArgCount)
                isParsed = options.TryProducer(ref context, ref index, hasId: true);
            else if (isAdd && hasMore && context.ArgIs(index, "IDMPAUTO"u8))
                isParsed = options.TryProducer(ref context, ref index, hasId: false);
            else if (isAdd)
            {
                if (!options.TryId(ref context, word)) return false;
                break;
            }
            else isParsed = Refuse(ref context, Errors.Syntax);
            if (!isParsed) return false;
        }
        options.IdIndex = index;
        return options.TryFinish(ref context, isAdd);
    }

    private bool TryTrim(scoped ref CommandContext context, ref int index, bool isByLength)
    {
        if (_hasTrim) return Refuse(ref context, StreamErrors.TwoStrategies);
        _hasTrim = true;
        _isByLength = isByLength;
        index++;
        ReadOnlySpan<byte> mark = context.Arg(index);
        if (index + 1 < context.ArgCount && mark.Length == 1 && mark[0] is (byte)'~' or (byte)'=')
        {
            _isApproximate = mark[0] == '~';
            index++;
        }
        if (!isByLength) return StreamIdText.TryGet(ref context, index, out _minId);
        if (!context.TryGetInteger(index, out _maxLength)) return false;
        return _maxLength >= 0 || Refuse(ref context, "ERR The MAXLEN argument must be >= 0."u8);
    }

    private bool TryLimit(scoped ref CommandContext context, ref int index)
    {
        if (!context.TryGetInteger(++index, out _limit)) return false;
        _hasLimit = true;
        return _limit >= 0 || Refuse(ref context, "ERR The LIMIT argument must be >= 0."u8);
    }

    private bool TryReferences(scoped ref CommandContext context, StreamReferences references)
    {
        if (_hasReferences) return Refuse(ref context, Errors.Syntax);
        _hasReferences = true;
        _references = references;
        return true;
    }

    private bool TryProducer(scoped ref CommandContext context, ref int index, bool hasId)
    {
        if (ProducerIndex > 0) return Refuse(ref context, "ERR IDMP/IDMPAUTO specified multiple times"u8);
        ProducerIndex = ++index;
        if (context.Arg(index).IsEmpty)
        {
            return Refuse(ref context, hasId
                ? "ERR IDMP requires a non-empty producer ID"u8
                : "ERR IDMPAUTO requires a non-empty producer ID"u8);
        }
        if (!hasId) return true;
        IdempotentIndex = ++index;
        return !context.Arg(index).IsEmpty
            || Refuse(ref context, "ERR IDMP requires a non-empty idempotent ID"u8);
    }

    private bool TryId(scoped ref CommandContext context, ReadOnlySpan<byte> text)
    {
        if (!StreamIdText.TryParseForAdding(text, out StreamId id, out bool hasSequence))
            return Refuse(ref context, StreamErrors.InvalidId);
        Id = id;
        HasId = true;
        HasSequence = hasSequence;
        return true;
    }

    private bool TryFinish(scoped ref CommandContext context, bool isAdd)
    {
        if (_limit > 0 && !_hasTrim)
        {
            return Refuse(
                ref context, "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy"u8);
        }
        if (!isAdd && !_hasTrim)
            return Refuse(ref context, "ERR syntax error, XTRIM must be called with a trimming strategy"u8);
        if (ProducerIndex > 0 && HasId)
            return Refuse(ref context, "ERR IDMP/IDMPAUTO can be used only with auto-generated IDs"u8);
        if (_hasLimit && !_isApproximate)
            return Refuse(ref context, "ERR syntax error, LIMIT cannot be used without the special ~ option"u8);
        if (_isApproximate && !_hasLimit) _limit = UsualLimit(context.Dataset.Encodings.StreamNodeMaxEntries);
        return true;
    }

    // A hundred nodes: trimming on the way is not to be noticed.
    private static long UsualLimit(long nodeMaxEntries)
    {
        if (nodeMaxEntries <= 0) return 10_000;
        return nodeMaxEntries > 10_000 ? 1_000_000 : 100 * nodeMaxEntries;
    }

    private static bool Refuse(scoped ref CommandContext context, ReadOnlySpan<byte> error)
    {
        context.Reply.Error(error);
        return false;
    }
}
