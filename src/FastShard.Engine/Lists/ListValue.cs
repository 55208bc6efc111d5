using System.Buffers;
using System.Runtime.CompilerServices;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Lists;

/// <summary>
/// A list in either of its forms: a small one is one listpack in its entry, a large one a list of packs. Turns the one
/// into the other where the limits say so. A borrow, as the entry is.
/// </summary>
internal ref struct ListValue
{
    private readonly Database _home;
    private readonly ListLimits _limits;
    private Entry _entry;

    private ListValue(Database home, ListLimits limits, Entry entry)
    {
        _home = home;
        _limits = limits;
        _entry = entry;
    }

    /// <summary>Elements.</summary>
    public readonly long Count => IsPack ? Listpack.Count(_entry.Value) : _home.Table.Structure(_entry).Count;

    private readonly bool IsPack => _entry.Encoding == ValueEncoding.ListPack;

    // Made where it is used, field by field: a copy of what was just written waits for the writes.
    private readonly QuickList Nodes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_home.Table.Structure(_entry), _limits);
    }

    /// <summary>Finds a list for reading.</summary>
    public static Lookup Read(scoped in CommandContext context, scoped in Key key, out ListValue list)
    {
        Lookup lookup = key.Home.Read(key, ValueType.List, out Entry entry);
        list = new ListValue(key.Home, LimitsOf(context), entry);
        return lookup;
    }

    /// <summary>Finds a list for changing.</summary>
    public static Lookup Write(scoped in CommandContext context, scoped in Key key, out ListValue list)
    {
        Lookup lookup = key.Home.Write(key, ValueType.List, out Entry entry);
        list = new ListValue(key.Home, LimitsOf(context), entry);
        return lookup;
    }

    /// <summary>Finds the list again after another key of the table was changed.</summary>
    public void Refresh(in Key key) => _ = key.Home.TryPeek(key, out _entry);

    /// <summary>Makes a key that does not exist an empty list; the caller fills it.</summary>
    public static ListValue Create(scoped in CommandContext context, scoped in Key key) =>
        Create(key, context.Dataset.Encodings);

    /// <summary>The same where no command is at hand.</summary>
    public static ListValue Create(scoped in Key key, EncodingLimits limits)
    {
        Entry entry = key.Home.Insert(key, ValueType.List, ValueEncoding.ListPack, Listpack.EmptyBytes, 0);
        EntryPack.WriteEmpty(key.Home.Table, ref entry);
        return Of(key.Home, limits, entry);
    }

    /// <summary>The list of an entry that holds one.</summary>
    public static ListValue Of(Database home, EncodingLimits limits, Entry entry) =>
        new(home, ListLimits.Of(limits.ListMaxListpackSize), entry);

    /// <summary>
    /// Before elements of so many bytes in all are added: turns a pack that would be too large into nodes. True if it
    /// did, and walks are void.
    /// </summary>
    public bool PrepareFor(long bytes, long elements)
    {
        if (!IsPack) return false;
        ReadOnlySpan<byte> pack = _entry.Value;
        if (!_limits.IsExceededBy(pack.Length + bytes, Listpack.Count(pack) + elements)) return false;
        BecomeNodes();
        return true;
    }

    /// <summary>Adds an element that does not lie in this list, at an end.</summary>
    public void Push(scoped ReadOnlySpan<byte> element, bool atHead)
    {
        PrepareFor(element.Length, 1);
        if (IsPack)
        {
            EntryPack pack = new(_home.Table, ref _entry);
            pack.Insert(atHead ? Listpack.First : Listpack.EndOf(pack.Bytes), element);
            return;
        }
        Nodes.Push(element, atHead);
    }

    /// <summary>Adds the arguments from an index on, one after the other, at an end.</summary>
    public void PushArguments(in CommandContext context, int first, bool atHead)
    {
        int count = context.ArgCount;
        if (count - first == 1)
        {
            Push(context.Arg(first), atHead);
            return;
        }
        long bytes = 0;
        for (int index = first; index < count; index++) bytes += context.Arg(index).Length;
        PrepareFor(bytes, count - first);
        if (IsPack)
        {
            PushIntoPack(context, first, atHead);
            return;
        }
        QuickList nodes = Nodes;
        for (int index = first; index < count; index++) nodes.Push(context.Arg(index), atHead);
    }

    /// <summary>Adds all elements of a valid pack, which does not lie in the list, behind the others.</summary>
    public void AppendPack(scoped ReadOnlySpan<byte> pack)
    {
        int count = Listpack.Count(pack);
        int bytes = pack.Length - Listpack.EmptyBytes;
        PrepareFor(bytes, count);
        if (!IsPack)
        {
            Nodes.AppendPack(pack);
            return;
        }
        EntryPack own = new(_home.Table, ref _entry);
        pack.Slice(Listpack.First, bytes).CopyTo(own.Open(Listpack.EndOf(own.Bytes), 0, bytes, count));
    }

    /// <summary>
    /// The element at an end; a borrow until the list changes, or the scratch, of <see cref="ListWalk.ScratchBytes"/>.
    /// </summary>
    public readonly PackElement Peek(bool atHead, Span<byte> scratch)
    {
        if (!IsPack) return Nodes.Peek(atHead, scratch);
        ReadOnlySpan<byte> pack = _entry.Value;
        return Listpack.Get(pack, atHead ? Listpack.First : Listpack.Last(pack));
    }

    /// <summary>Removes so many elements from an end on; the caller settles what is left.</summary>
    public void Drop(long count, bool atHead)
    {
        if (!IsPack)
        {
            Nodes.Drop(count, atHead);
            return;
        }
        EntryPack pack = new(_home.Table, ref _entry);
        int dropped = (int)Math.Min(count, pack.Count);
        if (dropped == 0) return;
        if (atHead) pack.Remove(Listpack.First, dropped);
        else pack.Remove(Listpack.Seek(pack.Bytes, -dropped), dropped);
    }

    /// <summary>
    /// The place of an element by its index, from the end if negative; the end if there is none. Elements may be read
    /// into the scratch, of <see cref="ListWalk.ScratchBytes"/>.
    /// </summary>
    public readonly ListWalk Seek(long index, Span<byte> scratch)
    {
        if (!IsPack) return new ListWalk(Nodes.Seek(index, scratch));
        ReadOnlySpan<byte> pack = _entry.Value;
        int at = index is > int.MaxValue or < -int.MaxValue ? -1 : Listpack.Seek(pack, (int)index);
        return new ListWalk(pack, at < 0 ? Listpack.EndOf(pack) : at);
    }

    /// <summary>
    /// Puts an element that does not lie in this list before or behind another; other walks are void.
    /// </summary>
    public void Insert(ref ListWalk walk, scoped ReadOnlySpan<byte> element, bool before)
    {
        if (!IsPack)
        {
            Nodes.Insert(ref walk.Cursor, element, before);
            return;
        }
        EntryPack pack = new(_home.Table, ref _entry);
        pack.Insert(before ? walk.At : Listpack.Next(pack.Bytes, walk.At), element);
    }

    /// <summary>Gives an element other bytes, which do not lie in this list; other walks are void.</summary>
    public void Replace(ref ListWalk walk, scoped ReadOnlySpan<byte> element)
    {
        if (IsPack) new EntryPack(_home.Table, ref _entry).Replace(walk.At, element);
        else Nodes.Replace(ref walk.Cursor, element);
    }

    /// <summary>Removes an element; the walk goes on to the one that followed. Other walks are void.</summary>
    public void Remove(ref ListWalk walk)
    {
        if (!IsPack)
        {
            Nodes.Remove(ref walk.Cursor);
            return;
        }
        int at = walk.At;
        new EntryPack(_home.Table, ref _entry).Remove(at, 1);
        walk = new ListWalk(_entry.Value, at);
    }

    /// <summary>
    /// After elements were removed or replaced and the change was reported: an empty list goes with its key, a small
    /// one becomes one pack again.
    /// </summary>
    public void Settle(in Key key)
    {
        long count = Count;
        if (count == 0)
        {
            _home.Table.Remove(ref _entry);
            _home.Notify(key, KeyEvent.Del);
        }
        else if (!IsPack && count <= QuickList.NodeElementsMax)
        {
            BecomePackIfSmall();
        }
    }

    /// <summary>Writes an element as a bulk string.</summary>
    public static void Reply(in ReplyWriter reply, PackElement element)
    {
        if (element.IsInteger) reply.BulkInteger(element.Integer);
        else reply.Bulk(element.Text);
    }

    private static ListLimits LimitsOf(in CommandContext context) =>
        ListLimits.Of(context.Dataset.Encodings.ListMaxListpackSize);

    private void PushIntoPack(in CommandContext context, int first, bool atHead)
    {
        int count = context.ArgCount;
        int bytes = 0;
        for (int index = first; index < count; index++) bytes += Listpack.EncodedBytes(context.Arg(index));
        EntryPack pack = new(_home.Table, ref _entry);
        int at = atHead ? Listpack.First : Listpack.EndOf(pack.Bytes);
        Span<byte> room = pack.Open(at, 0, bytes, count - first);
        for (int index = first; index < count; index++)
        {
            ReadOnlySpan<byte> element = context.Arg(atHead ? count - 1 - (index - first) : index);
            room = room[Listpack.Encode(room, element)..];
        }
    }

    private void BecomeNodes()
    {
        ReadOnlySpan<byte> pack = _entry.Value;
        byte[] scratch = ArrayPool<byte>.Shared.Rent(pack.Length);
        pack.CopyTo(scratch);
        int length = pack.Length;
        _home.Table.Replace(
            ref _entry, ValueType.List, ValueEncoding.QuickList, QuickList.RootBytes, _entry.ExpiryMillis);
        _home.Table.Structure(_entry).Clear(QuickList.RootBytes);
        Nodes.AppendPack(scratch.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(scratch);
    }

    private void BecomePackIfSmall()
    {
        if (!Nodes.TryGetSmallPack(out ReadOnlySpan<byte> pack)) return;
        byte[] scratch = ArrayPool<byte>.Shared.Rent(pack.Length);
        pack.CopyTo(scratch);
        int length = pack.Length;
        _home.Table.Replace(ref _entry, ValueType.List, ValueEncoding.ListPack, length, _entry.ExpiryMillis);
        scratch.AsSpan(0, length).CopyTo(_home.Table.Mutable(ref _entry));
        ArrayPool<byte>.Shared.Return(scratch);
    }
}
