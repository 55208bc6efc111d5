// What the commands of a turn changed, as commands that give the same data wherever they are replayed in this order:
// what an append-only file and replicas get. It is written while the shard is held, and taken away as a whole before
// the shard's replies leave.
//
// An effect is a header (EffectHeader) and the command as a request of RESP2; several requests, where each is all of
// its unit and the database is the same. The effects of one command or transaction are a unit: where there are several,
// the first and the last are marked, and whoever passes them on wraps them.
//
// A command is journalled as its client sent it if it changed anything, unless its row says Propagation.Rewritten and
// its handler wrote other commands in its place (Database.Rewrite).

using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Native.Diagnostics;
using FastShard.Protocol;

namespace FastShard.Engine.Effects;

/// <summary>
/// The effects of one shard since they were last taken; of several while a command holds them together.
/// </summary>
public sealed class EffectJournal : IDisposable
{
    // A buffer that one large value made is not kept for the next turn.
    private const int KeptBytes = 256 * 1024;
    private const int RunBytesMax = 64 * 1024;
    private const int PrefixBytesMax = Numbers.MaxInt64Bytes + 3;

    private NativeBuffer _buffer = new(0, BufferUse.Journal);
    private int _depth;
    private int _unitFirst;
    private int _unitCount;
    private int _current;
    private int _run = -1; // the last effect, where it is of requests that stand for themselves
    private int _runDatabase;
    private bool _mayRewrite;
    private bool _isRewritten;

    /// <summary>Whether anybody wants the effects. Changed between commands only.</summary>
    public bool IsOn { get; set; }

    /// <summary>The effects, each behind its header.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.Bytes;

    /// <summary>Nothing has changed since the last <see cref="Exchange"/>.</summary>
    public bool IsEmpty => _buffer.Length == 0;

    /// <summary>The database of the effects that are written next.</summary>
    internal int Database { get; set; }

    /// <summary>Begins a unit; units within it are parts of it.</summary>
    public void BeginUnit()
    {
        if (_depth++ > 0) return;
        _unitCount = 0;
    }

    /// <summary>Ends a unit: several effects in it are marked as belonging together.</summary>
    public void EndUnit()
    {
        if (--_depth > 0) return;
        _mayRewrite = false;
        if (_unitCount < 2) return;
        EffectHeader.AddFlags(_buffer.All[_unitFirst..], EffectFlags.OpensBlock);
        EffectHeader.AddFlags(_buffer.All[_current..], EffectFlags.ClosesBlock);
    }

    /// <summary>A command is about to run.</summary>
    public void BeginCommand(CommandSpec spec)
    {
        BeginUnit();
        _mayRewrite = spec.Propagates == Propagation.Rewritten;
        _isRewritten = false;
    }

    /// <summary>It has run: if it changed anything and its handler wrote nothing else, it stands for itself.</summary>
    public void EndCommand(in CommandContext context, bool isChanged)
    {
        if (isChanged && !_isRewritten)
        {
            Database = context.Session.Db;
            Write(context.Arguments);
        }
        _isRewritten = false;
        EndUnit();
    }

    /// <summary>
    /// True when the running command's handler is to write what stands for it; nothing if it writes nothing.
    /// </summary>
    internal bool TryRewrite()
    {
        if (!_mayRewrite) return false;
        return _isRewritten = true;
    }

    /// <summary>
    /// Begins an effect of so many arguments with the name; <see cref="Add(ReadOnlySpan{byte})"/> follows for each.
    /// </summary>
    public void Begin(int count)
    {
        _run = -1;
        _current = _buffer.End;
        if (_depth > 0 && _unitCount++ == 0) _unitFirst = _current;
        _buffer.EnsureFree(EffectHeader.Bytes);
        EffectHeader.Write(_buffer.Free, Database);
        _buffer.Commit(EffectHeader.Bytes);
        Prefix((byte)'*', count);
        Measure();
    }

    /// <summary>The effect's next argument.</summary>
    public void Add(ReadOnlySpan<byte> argument)
    {
        Prefix((byte)'$', argument.Length);
        _buffer.EnsureFree(argument.Length + 2);
        argument.CopyTo(_buffer.Free);
        "\r\n"u8.CopyTo(_buffer.Free[argument.Length..]);
        _buffer.Commit(argument.Length + 2);
        Measure();
    }

    /// <summary>A number as the next argument.</summary>
    public void Add(long number)
    {
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        Add(digits[..Numbers.FormatInt64(number, digits)]);
    }

    /// <summary>A whole effect.</summary>
    public void Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> first)
    {
        Begin(2);
        Add(name);
        Add(first);
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public void Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Begin(3);
        Add(name);
        Add(first);
        Add(second);
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public void Write(ReadOnlySpan<byte> name, ReadOnlySpan<byte> first, long second)
    {
        Begin(3);
        Add(name);
        Add(first);
        Add(second);
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public void Write(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        Begin(4);
        Add(name);
        Add(first);
        Add(second);
        Add(third);
    }

    /// <summary>A command that changes no data, and that replicas are to run as well.</summary>
    public void Relay(in CommandContext context)
    {
        if (!IsOn) return;
        Database = context.Session.Db;
        Begin(context.ArgCount);
        for (int index = 0; index < context.ArgCount; index++) Add(context.Arg(index));
        EffectHeader.AddFlags(_buffer.All[_current..], EffectFlags.ForReplicas);
    }

    /// <summary>Takes the effects away, and leaves an empty buffer in their place.</summary>
    public NativeBuffer Exchange(NativeBuffer empty)
    {
        Invariant.Slow(empty.Length == 0);
        // In the midst of a unit (CONFIG SET in a transaction) what comes then is a unit of its own.
        _unitCount = 0;
        _run = -1;
        NativeBuffer full = _buffer;
        _buffer = empty;
        return full;
    }

    /// <summary>Drops the effects.</summary>
    public void Clear()
    {
        _run = -1;
        _buffer.Clear();
        if (_buffer.Capacity > KeptBytes) _buffer.Shrink(0);
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();

    // Most effects are a command as it came, and the only one of its unit: such requests stand in one effect together.
    private void Write(ArgumentView arguments)
    {
        bool isAlone = _depth == 1 && _unitCount == 0;
        if (!arguments.TryGetRequest(out ReadOnlySpan<byte> request))
        {
            Encode(arguments);
            return;
        }
        int length = isAlone ? LengthOfRun() : -1;
        if (length < 0)
        {
            _current = _buffer.End;
            if (_depth > 0 && _unitCount++ == 0) _unitFirst = _current;
            _run = isAlone ? _current : -1;
            _buffer.EnsureFree(EffectHeader.Bytes + request.Length);
            EffectHeader.Write(_buffer.Free, Database);
            _buffer.Commit(EffectHeader.Bytes);
            length = 0;
        }
        _buffer.EnsureFree(request.Length);
        request.CopyTo(_buffer.Free);
        _buffer.Commit(request.Length);
        EffectHeader.SetLength(_buffer.All[_current..], length + request.Length);
    }

    // How much there is already of an effect that another request may stand in; -1 = it is to begin another.
    private int LengthOfRun()
    {
        if (_run != _current || _runDatabase != Database || _run < 0)
        {
            _runDatabase = Database;
            return -1;
        }
        int length = _buffer.End - _run - EffectHeader.Bytes;
        return length < RunBytesMax ? length : -1;
    }

    // Its room is asked for once.
    private void Encode(ArgumentView arguments)
    {
        _run = -1;
        long most = EffectHeader.Bytes + PrefixBytesMax;
        for (int index = 0; index < arguments.Count; index++) most += arguments[index].Length + PrefixBytesMax + 2;
        if (most > Array.MaxLength) throw new InsufficientMemoryException();
        _current = _buffer.End;
        if (_depth > 0 && _unitCount++ == 0) _unitFirst = _current;
        _buffer.EnsureFree((int)most);
        Span<byte> free = _buffer.Free;
        EffectHeader.Write(free, Database);
        int at = EffectHeader.Bytes;
        at += Prefix(free[at..], (byte)'*', arguments.Count);
        for (int index = 0; index < arguments.Count; index++)
        {
            ReadOnlySpan<byte> argument = arguments[index];
            at += Prefix(free[at..], (byte)'$', argument.Length);
            argument.CopyTo(free[at..]);
            at += argument.Length;
            free[at++] = (byte)'\r';
            free[at++] = (byte)'\n';
        }
        EffectHeader.SetLength(free, at - EffectHeader.Bytes);
        _buffer.Commit(at);
    }

    private void Prefix(byte kind, long number)
    {
        _buffer.EnsureFree(PrefixBytesMax);
        _buffer.Commit(Prefix(_buffer.Free, kind, number));
    }

    private static int Prefix(Span<byte> target, byte kind, long number)
    {
        target[0] = kind;
        int length;
        if (number is >= 10 and < 100)
        {
            (int tens, int ones) = Math.DivRem((int)number, 10);
            target[1] = (byte)('0' + tens);
            target[2] = (byte)('0' + ones);
            length = 3;
        }
        else
        {
            length = 1 + Numbers.FormatInt64(number, target[1..]);
        }
        target[length] = (byte)'\r';
        target[length + 1] = (byte)'\n';
        return length + 2;
    }

    private void Measure() =>
        EffectHeader.SetLength(_buffer.All[_current..], _buffer.End - _current - EffectHeader.Bytes);
}
