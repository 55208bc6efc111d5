using System.Buffers.Binary;

namespace FastShard.Memory;

/// <summary>
/// Whether bytes from outside (RESTORE, a file) are a listpack that can be walked without leaving it.
/// </summary>
public static class ListpackCheck
{
    /// <summary>
    /// True for a well-formed pack of exactly these bytes; <paramref name="count"/> is the true number of elements.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<byte> pack, out int count)
    {
        count = 0;
        if (pack.Length < Listpack.EmptyBytes || Listpack.TotalBytes(pack) != pack.Length) return false;
        if (pack[^1] != Listpack.End) return false;
        int end = pack.Length - 1;
        int at = Listpack.First;
        while (at < end)
        {
            if (!TryElement(pack, at, end, out int next)) return false;
            at = next;
            count++;
        }
        int told = BinaryPrimitives.ReadUInt16LittleEndian(pack[4..]);
        return at == end && (told == count || told == Listpack.UnknownCount);
    }

    private static bool TryElement(ReadOnlySpan<byte> pack, int at, int end, out int next)
    {
        next = 0;
        byte lead = pack[at];
        int head = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead == 0xF0 ? 5 : 1;
        if (lead > 0xF4 || at + head > end) return false;
        long data = Listpack.DataBytes(pack, at);
        if (data <= 0 || at + data >= end) return false;
        int back = Listpack.BackLengthBytes((int)data);
        next = at + (int)data + back;
        return next <= end && Listpack.Previous(pack, next) == at && ReadsBack(pack, at + (int)data, back);
    }

    /// <summary>Whether the length at an element's end has no more groups than it should.</summary>
    private static bool ReadsBack(ReadOnlySpan<byte> pack, int at, int bytes)
    {
        if ((pack[at] & 128) != 0) return false;
        for (int index = 1; index < bytes; index++)
        {
            if ((pack[at + index] & 128) == 0) return false;
        }
        return true;
    }
}
