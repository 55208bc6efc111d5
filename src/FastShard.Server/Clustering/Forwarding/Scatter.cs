using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Execution;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>A command of several nodes: its parts, and their replies until the last one is there. Recycled.</summary>
internal sealed class Scatter : IDisposable
{
    private readonly List<ScatterPart> _parts = [];
    private readonly List<int> _positions = [];
    private int _left;

    /// <summary>Counts its lives.</summary>
    public int Number { get; private set; }

    public Batch Batch { get; private set; } = null!;

    /// <summary>Which of the batch's requests it is.</summary>
    public int Record { get; private set; }

    public CommandSpec Spec { get; private set; } = null!;

    public ScatterKind Kind { get; private set; }

    /// <summary>When it began, milliseconds since 1970.</summary>
    public long BeganMillis { get; private set; }

    /// <summary>Where a walk over all nodes is.</summary>
    public WalkPlace Place { get; set; }

    /// <summary>How many nodes it walks over.</summary>
    public int PlaceCount { get; set; }

    /// <summary>Parts in use.</summary>
    public int Count { get; private set; }

    /// <summary>Replies of the parts, one behind the other.</summary>
    public ReplyBuffer Replies { get; } = new();

    /// <summary>Argument indexes of its keys.</summary>
    public List<int> Positions => _positions;

    /// <summary>Which part has the keys of a slot.</summary>
    public Dictionary<int, int> BySlot { get; } = [];

    /// <summary>Shards that its part here needs, as bits.</summary>
    public ulong Shards { get; set; }

    /// <summary>Arguments that belong to one key, with the key.</summary>
    public int Step => Spec.Keys[0].Step;

    public ScatterPart this[int index] => _parts[index];

    public void Begin(Batch batch, int record, ScatterKind kind, long nowMillis)
    {
        Batch = batch;
        Record = record;
        Spec = batch.Records[record].Spec!;
        Kind = kind;
        BeganMillis = nowMillis;
        Forget();
    }

    /// <summary>Takes the plan back.</summary>
    public void Forget()
    {
        Count = _left = 0;
        _positions.Clear();
        BySlot.Clear();
        Shards = 0;
    }

    /// <summary>A part for a node; returns its number.</summary>
    public int Add(MapNode node, int slot)
    {
        if (Count == _parts.Count) _parts.Add(new ScatterPart());
        _parts[Count].Begin(node, slot);
        _left++;
        return Count++;
    }

    /// <summary>A part is answered; true when it was the last.</summary>
    public bool Put(int index, ReadOnlySpan<byte> reply, bool wasDone)
    {
        ReplyMark start = Replies.Mark();
        Replies.Append(reply);
        return Put(index, start, wasDone);
    }

    /// <summary>The same where the reply stands among the others already.</summary>
    public bool Put(int index, ReplyMark start, bool wasDone)
    {
        ScatterPart part = _parts[index];
        part.Start = start;
        part.End = Replies.Mark();
        part.HasFailed = ReplyOf(index)[0] == '-';
        part.WasDone = wasDone && !part.HasFailed;
        return --_left == 0;
    }

    public ReadOnlySpan<byte> ReplyOf(int index) => Replies.Between(_parts[index].Start, _parts[index].End);

    /// <summary>Writes a part's request.</summary>
    public void WritePart(int index, ReplyBuffer output)
    {
        ArgumentView arguments = CallText.ArgumentsOf(Batch, Record);
        ScatterPart part = _parts[index];
        if (Kind == ScatterKind.Nodes)
        {
            RequestScribe.Request(output, arguments);
            return;
        }
        if (Kind == ScatterKind.Walk)
        {
            RequestScribe.Head(output, arguments.Count);
            for (int argument = 0; argument < arguments.Count; argument++)
                RequestScribe.Argument(output, argument == 1 ? CursorText() : arguments[argument]);
            return;
        }
        RequestScribe.Head(output, 1 + (part.Keys.Count * Step));
        RequestScribe.Argument(output, arguments[0]);
        foreach (int key in part.Keys)
        {
            for (int extra = 0; extra < Step; extra++)
                RequestScribe.Argument(output, arguments[_positions[key] + extra]);
        }
    }

    /// <summary>The cursor of the node that is being walked over.</summary>
    public byte[] CursorText()
    {
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        return digits[..Numbers.FormatInt64(Place.Cursor, digits)].ToArray();
    }

    /// <summary>Ends its life.</summary>
    public void End()
    {
        Number++;
        Forget();
        Batch = null!;
        Replies.Clear();
        if (Replies.AllocatedBytes > Limits.PooledReplyBytes) Replies.Shrink();
    }

    public void Dispose() => Replies.Dispose();
}
