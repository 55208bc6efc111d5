using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Strings;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Bitmaps;

/// <summary>Strings as arrays of bits; bit 0 is the highest bit of the first byte.</summary>
public static class BitmapCommands
{
    private const KeyAccess Reads = KeyAccess.ReadOnly | KeyAccess.Access;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new(
            "SETBIT",
            4,
            CommandFlags.Write | CommandFlags.DenyOom,
            static (ref CommandContext context) => SetBit(ref context))
        {
            Group = CommandGroup.Bitmap,
            Since = "2.2.0",
            Complexity = "O(1)",
            Summary = "Sets or clears the bit at an offset, lengthens the string as needed, and returns the old bit.",
            Syntax = "key offset:integer value:integer",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Update)],
        },
        new("GETBIT", 3, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => GetBit(ref context))
        {
            Group = CommandGroup.Bitmap,
            Since = "2.2.0",
            Complexity = "O(1)",
            Summary = "Returns the bit at an offset; bits beyond the string are 0.",
            Syntax = "key offset:integer",
            Keys = [KeySpec.At(1, Reads)],
        },
        new("BITCOUNT", -2, CommandFlags.ReadOnly, static (ref CommandContext context) => BitCount(ref context))
        {
            Group = CommandGroup.Bitmap,
            Since = "2.6.0",
            Complexity = "O(N) where N is the length of the range.",
            Summary = "Counts the set bits of a string or of a range of it, given in bytes or in bits.",
            Syntax = "key [start:integer end:integer [BYTE | BIT]]",
            Keys = [KeySpec.At(1, Reads)],
        },
        new("BITPOS", -3, CommandFlags.ReadOnly, static (ref CommandContext context) => BitPos(ref context))
        {
            Group = CommandGroup.Bitmap,
            Since = "2.8.7",
            Complexity = "O(N) where N is the distance to the bit that is found.",
            Summary = "Finds the first set or clear bit of a string or of a range of it.",
            Syntax = "key bit:integer [start:integer [end:integer [BYTE | BIT]]]",
            Keys = [KeySpec.At(1, Reads)],
        },
        new("BITOP", -4, CommandFlags.Write | CommandFlags.DenyOom,
            static (ref CommandContext context) => BitOpCommand.Run(ref context))
        {
            Group = CommandGroup.Bitmap,
            Since = "2.6.0",
            Complexity = "O(N) where N is the length of all the strings.",
            Summary = "Combines strings bit by bit and stores the result.",
            Syntax = "(AND | OR | XOR | NOT | DIFF | DIFF1 | ANDOR | ONE) destkey key [key ...]",
            Keys =
            [
                KeySpec.At(2, KeyAccess.Overwrite | KeyAccess.Update),
                KeySpec.Range(3, -1, 1, Reads),
            ],
        },
        new(
            "BITFIELD",
            -2,
            CommandFlags.Write | CommandFlags.DenyOom,
            static (ref CommandContext context) => BitFieldCommand.Run(ref context, readOnly: false))
        {
            Group = CommandGroup.Bitmap,
            Since = "3.2.0",
            Complexity = "O(1) for each operation.",
            Summary = "Reads, sets and counts in integers of any width inside of a string.",
            Syntax = "key [(GET encoding offset:integer | [OVERFLOW (WRAP | SAT | FAIL)]"
                + " (SET encoding offset:integer value:integer"
                + " | INCRBY encoding offset:integer increment:integer)) ...]",
            Keys =
            [
                KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Update | KeyAccess.VariableFlags),
            ],
            FindAccess = static (in ArgumentView arguments, KeyPositions keys) =>
            {
                keys.Add(1, AccessOfBitField(arguments));
                return true;
            },
        },
        new(
            "BITFIELD_RO",
            -2,
            CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => BitFieldCommand.Run(ref context, readOnly: true))
        {
            Group = CommandGroup.Bitmap,
            Since = "6.0.0",
            Complexity = "O(1) for each operation.",
            Summary = "Reads integers of any width inside of a string: BITFIELD for replicas.",
            Syntax = "key [GET encoding offset:integer [GET encoding offset:integer ...]]",
            Keys = [KeySpec.At(1, Reads)],
        },
    ];

    private static KeyAccess AccessOfBitField(in ArgumentView arguments)
    {
        for (int index = 2; index < arguments.Count; index++)
        {
            bool writes = System.Text.Ascii.EqualsIgnoreCase(arguments[index], "SET"u8)
                || System.Text.Ascii.EqualsIgnoreCase(arguments[index], "INCRBY"u8);
            if (writes) return KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Update;
        }
        return KeyAccess.ReadOnly | KeyAccess.Access;
    }

    private static void SetBit(ref CommandContext context)
    {
        if (!BitOffset.TryRead(ref context, 2, 0, out long offset)) return;
        if (!Numbers.TryParseInt64(context.Arg(3), out long value) || value is < 0 or > 1)
        {
            context.Reply.Error("ERR bit is not an integer or out of range"u8);
            return;
        }
        Key key = context.Key(1);
        Lookup lookup = key.Home.WriteString(key, out Entry entry);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        bool isFound = lookup == Lookup.Found;
        int index = (int)(offset >> 3);
        bool grows = !isFound || index >= StringValue.Length(entry);
        Span<byte> bytes = StringValue.Open(key, isFound, ref entry, index + 1);
        int shift = 7 - (int)(offset & 7);
        int old = (bytes[index] >> shift) & 1;
        if (grows || old != value)
        {
            bytes[index] = (byte)((bytes[index] & ~(1 << shift)) | ((int)value << shift));
            key.Home.Modified(key, KeyEvent.SetBit);
        }
        context.Reply.Integer(old);
    }

    private static void GetBit(ref CommandContext context)
    {
        if (!BitOffset.TryRead(ref context, 2, 0, out long offset)) return;
        if (!TryRead(ref context, out bool isFound, out Entry entry)) return;
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        ReadOnlySpan<byte> bytes = isFound ? StringValue.Bytes(entry, scratch) : [];
        long index = offset >> 3;
        context.Reply.Integer(index < bytes.Length ? (bytes[(int)index] >> (7 - (int)(offset & 7))) & 1 : 0);
    }

    private static void BitCount(ref CommandContext context)
    {
        long start = 0;
        long end = -1;
        bool countsBits = false;
        if (context.ArgCount > 2)
        {
            if (context.ArgCount is not (4 or 5))
            {
                context.Reply.Error(Errors.Syntax);
                return;
            }
            if (!context.TryGetInteger(2, out start) || !context.TryGetInteger(3, out end)) return;
            if (context.ArgCount == 5 && !TryReadUnit(ref context, 4, out countsBits)) return;
        }
        if (!TryRead(ref context, out bool isFound, out Entry entry)) return;
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        ReadOnlySpan<byte> bytes = isFound ? StringValue.Bytes(entry, scratch) : [];
        long length = countsBits ? bytes.Length * 8L : bytes.Length;
        if (!ByteRange.TryClipForward(start, end, length, out long first, out long last)) context.Reply.Integer(0);
        else if (countsBits) context.Reply.Integer(BitCounter.Count(bytes, first, last));
        else context.Reply.Integer(BitCounter.Count(bytes[(int)first..(int)(last + 1)]));
    }

    private static void BitPos(ref CommandContext context)
    {
        if (!context.TryGetInteger(2, out long bit)) return;
        if (bit is < 0 or > 1)
        {
            context.Reply.Error("ERR The bit argument must be 1 or 0."u8);
            return;
        }
        if (context.ArgCount > 6)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        long start = 0;
        long end = -1;
        bool countsBits = false;
        bool hasEnd = context.ArgCount > 4;
        if (context.ArgCount > 3 && !context.TryGetInteger(3, out start)) return;
        if (context.ArgCount > 5 && !TryReadUnit(ref context, 5, out countsBits)) return;
        if (hasEnd && !context.TryGetInteger(4, out end)) return;

        if (!TryRead(ref context, out bool isFound, out Entry entry)) return;
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        ReadOnlySpan<byte> bytes = isFound ? StringValue.Bytes(entry, scratch) : [];
        if (!isFound) context.Reply.Integer(bit == 1 ? -1 : 0);
        else context.Reply.Integer(FindBit(bytes, bit == 1, start, end, countsBits, hasEnd));
    }

    private static long FindBit(
        ReadOnlySpan<byte> bytes, bool wanted, long start, long end, bool countsBits, bool hasEnd)
    {
        long length = countsBits ? bytes.Length * 8L : bytes.Length;
        if (!ByteRange.TryClip(start, end, length, out long first, out long last)) return -1;
        if (!countsBits)
        {
            first *= 8;
            last = (last * 8) + 7;
        }
        long position = BitSearch.Find(bytes, wanted, first, last);
        // Without an end the string counts as followed by zeros for ever.
        return position < 0 && !wanted && !hasEnd ? last + 1 : position;
    }

    private static bool TryReadUnit(ref CommandContext context, int index, out bool countsBits)
    {
        countsBits = context.ArgIs(index, "BIT"u8);
        if (countsBits || context.ArgIs(index, "BYTE"u8)) return true;
        context.Reply.Error(Errors.Syntax);
        return false;
    }

    /// <summary>Looks the key up as a string. On failure the reply is written.</summary>
    private static bool TryRead(ref CommandContext context, out bool isFound, out Entry entry)
    {
        Key key = context.Key(1);
        Lookup lookup = key.Home.ReadString(key, out entry);
        isFound = lookup == Lookup.Found;
        if (lookup != Lookup.WrongType) return true;
        context.Reply.Error(Errors.WrongType);
        return false;
    }
}
