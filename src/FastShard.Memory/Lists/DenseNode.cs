using FastShard.Memory.Heap;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// A node whose elements are kept as records of only those bits in which they differ: what nodes far from both ends are
/// turned into where that saves memory. An element is found by its index without looking at the others, or at no more
/// than 31 of them where they differ in length, so that reading needs no unpacking; nor does dropping at the ends.
/// <code>
///   | header | base and mask of every eight columns | widths by length | marks | records ... |
///   record: | length beyond the shortest | varying bits of column 0 | of column 1 | ...
/// </code>
/// </summary>
internal static unsafe class DenseNode
{
    /// <summary>Room that reading an element needs.</summary>
    internal const int ScratchBytes = DenseShape.MostColumns;

    private const int MarkDistance = 32;

    // Worth it where it saves an eighth.
    private const int Share = 8;

    /// <summary>Turns a pack into records if that saves memory.</summary>
    internal static bool TryCreate(ShardHeap heap, ListNode* node)
    {
        byte* pack = PackNode.PackOf(node);
        DenseShape shape = default;
        if (!shape.TryMeasure(pack)) return false;
        DenseHeader header = Layout(shape, node->Count, out int bytes);
        int packed = Rounded(PackNode.HeaderBytes + *(int*)pack);
        if (Rounded(bytes) > packed - (packed / Share)) return false;
        byte* block = heap.AllocateStructure(bytes);
        new Span<byte>(block, bytes).Clear();
        *(DenseHeader*)block = header;
        WriteShape(block, ref shape);
        WriteRecords(block, pack);
        heap.FreeStructure(node->Block, node->Capacity);
        node->Block = block;
        node->Capacity = bytes;
        node->Kind = ListNodeKind.Dense;
        return true;
    }

    /// <summary>Turns records into a pack again.</summary>
    internal static void Unpack(ShardHeap heap, ListNode* node)
    {
        ListNode dense = *node;
        int bytes = PackBytes(node) - Listpack.EmptyBytes;
        PackNode.Create(heap, node, bytes, growsAtHead: false);
        byte* pack = PackNode.PackOf(node);
        WritePack(&dense, new Span<byte>(pack, bytes + Listpack.EmptyBytes));
        node->Count = dense.Count;
        heap.FreeStructure(dense.Block, dense.Capacity);
    }

    /// <summary>Bytes of the pack of the same elements.</summary>
    internal static int PackBytes(ListNode* node)
    {
        Span<byte> scratch = stackalloc byte[ScratchBytes];
        int bytes = Listpack.EmptyBytes;
        int bit = BitOf(node, 0);
        for (int index = 0; index < node->Count; index++)
        {
            bytes += Listpack.EncodedBytes(scratch[..Read(node, bit, scratch)]);
            bit += WidthAt(node, bit);
        }
        return bytes;
    }

    /// <summary>Writes the pack of the same elements, of exactly <see cref="PackBytes"/>.</summary>
    internal static void WritePack(ListNode* node, Span<byte> pack)
    {
        Span<byte> scratch = stackalloc byte[ScratchBytes];
        Listpack.WriteEmpty(pack);
        Listpack.Splice(pack, Listpack.First, 0, pack.Length - Listpack.EmptyBytes, node->Count);
        int at = Listpack.First;
        int bit = BitOf(node, 0);
        for (int index = 0; index < node->Count; index++)
        {
            at += Listpack.Encode(pack[at..], scratch[..Read(node, bit, scratch)]);
            bit += WidthAt(node, bit);
        }
        Invariant.Slow(at == pack.Length - 1);
    }

    /// <summary>The bit at which an element's record begins.</summary>
    internal static int BitOf(ListNode* node, int index)
    {
        DenseHeader* header = (DenseHeader*)node->Block;
        if (index == 0) return header->FirstBit;
        index += header->Skipped;
        if (header->LengthBits == 0) return index * header->RecordBits;
        int bit = ((int*)(node->Block + header->MarksAt))[index / MarkDistance];
        for (int left = index % MarkDistance; left > 0; left--) bit += WidthAt(node, bit);
        return bit;
    }

    /// <summary>Bits of the record at a bit.</summary>
    internal static int WidthAt(ListNode* node, int bit)
    {
        DenseHeader* header = (DenseHeader*)node->Block;
        if (header->LengthBits == 0) return header->RecordBits;
        return ((ushort*)(node->Block + header->WidthsAt))[LengthAt(header, bit)];
    }

    /// <summary>Reads the element whose record begins at a bit into a scratch; returns its length.</summary>
    internal static int Read(ListNode* node, int bit, Span<byte> scratch)
    {
        DenseHeader* header = (DenseHeader*)node->Block;
        int length = header->MinLength + LengthAt(header, bit);
        bit += header->LengthBits;
        ulong* words = (ulong*)(node->Block + DenseHeader.Bytes);
        byte* bits = node->Block + header->BitsAt;
        for (int column = 0; column < length; column += 8, words += 2)
        {
            ulong mask = words[1] & DenseBits.FirstBytes(length - column);
            ulong word = words[0] | DenseBits.Spread(DenseBits.Read(bits, bit), mask);
            BitConverter.TryWriteBytes(scratch[column..], word);
            bit += System.Numerics.BitOperations.PopCount(mask);
        }
        return length;
    }

    /// <summary>Takes elements away from the front.</summary>
    internal static void CutHead(ListNode* node, int elements)
    {
        DenseHeader* header = (DenseHeader*)node->Block;
        header->FirstBit = elements == 1 ? header->FirstBit + WidthAt(node, header->FirstBit) : BitOf(node, elements);
        header->Skipped = (ushort)(header->Skipped + elements);
        node->Count = (ushort)(node->Count - elements);
    }

    /// <summary>Takes elements away from the end.</summary>
    internal static void CutTail(ListNode* node, int elements) => node->Count = (ushort)(node->Count - elements);

    private static int Rounded(int bytes) => bytes <= SizeClasses.MaxBytes ? SizeClasses.Round(bytes) : bytes;

    private static int LengthAt(DenseHeader* header, int bit) => header->LengthBits == 0
        ? 0
        : (int)DenseBits.Read((byte*)header + header->BitsAt, bit) & ((1 << header->LengthBits) - 1);

    private static DenseHeader Layout(in DenseShape shape, int count, out int bytes)
    {
        bool varies = shape.LengthBits > 0;
        int widthsAt = DenseHeader.Bytes + (shape.WordCount * 16);
        int marksAt = widthsAt + (varies ? 2 * (shape.MaxLength - shape.MinLength + 1) : 0);
        int bitsAt = marksAt + (varies ? 4 * ((count / MarkDistance) + 1) : 0);
        bytes = (int)Math.Min(bitsAt + ((shape.TotalBits + 7) / 8) + DenseBits.SlackBytes, int.MaxValue);
        return new DenseHeader
        {
            RecordBits = (ushort)(varies ? 0 : shape.TotalBits / count),
            WidthsAt = (ushort)widthsAt,
            MarksAt = (ushort)marksAt,
            BitsAt = bitsAt,
            MinLength = (byte)shape.MinLength,
            MaxLength = (byte)shape.MaxLength,
            LengthBits = (byte)shape.LengthBits,
        };
    }

    private static void WriteShape(byte* block, ref DenseShape shape)
    {
        DenseHeader* header = (DenseHeader*)block;
        ulong* words = (ulong*)(block + DenseHeader.Bytes);
        for (int word = 0; word < shape.WordCount; word++)
        {
            words[2 * word] = shape.Bases[word];
            words[(2 * word) + 1] = shape.Masks[word];
        }
        if (header->LengthBits == 0) return;
        ushort* widths = (ushort*)(block + header->WidthsAt);
        for (int length = shape.MinLength; length <= shape.MaxLength; length++)
            widths[length - shape.MinLength] = (ushort)shape.WidthOf(length);
    }

    private static void WriteRecords(byte* block, byte* pack)
    {
        DenseHeader* header = (DenseHeader*)block;
        int* marks = (int*)(block + header->MarksAt);
        byte* bits = block + header->BitsAt;
        byte* digits = stackalloc byte[Listpack.ScratchBytes];
        ReadOnlySpan<byte> bytes = new(pack, *(int*)pack);
        int bit = 0;
        int index = 0;
        for (byte* at = pack + Listpack.First; *at != Listpack.End; index++)
        {
            if (header->LengthBits > 0 && index % MarkDistance == 0) marks[index / MarkDistance] = bit;
            byte* text = DenseShape.Take(bytes, pack, ref at, digits, out int length);
            bit = WriteRecord(block, bits, bit, text, length);
        }
    }

    private static int WriteRecord(byte* block, byte* bits, int bit, byte* text, int length)
    {
        DenseHeader* header = (DenseHeader*)block;
        if (header->LengthBits > 0) DenseBits.Write(bits, bit, (ulong)(length - header->MinLength));
        bit += header->LengthBits;
        ulong* words = (ulong*)(block + DenseHeader.Bytes);
        for (int column = 0; column < length; column += 8, words += 2)
        {
            int columns = length - column;
            ulong mask = words[1] & DenseBits.FirstBytes(columns);
            DenseBits.Write(bits, bit, DenseBits.Gather(DenseBits.Load(text + column, columns), mask));
            bit += System.Numerics.BitOperations.PopCount(mask);
        }
        return bit;
    }
}
