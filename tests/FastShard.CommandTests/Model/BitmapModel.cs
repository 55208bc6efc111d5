using System.Numerics;

namespace FastShard.CommandTests.Model;

/// <summary>Bitmaps on top of <see cref="StringModel"/>: bit by bit.</summary>
internal static class BitmapModel
{
    public static string Apply(StringModel model, string[] words)
    {
        string key = words[1];
        return words[0] switch
        {
            "SETBIT" => SetBit(model, key, StringModel.Number(words[2]), words[3] == "1"),
            "GETBIT" => Bit(model.Value(key), StringModel.Number(words[2])) ? "1" : "0",
            "BITCOUNT" => BitCount(model.Value(key), words),
            "BITPOS" => BitPos(model, key, words),
            "BITOP" => BitOp(model, words[1], words[2], words.Skip(3).ToArray()),
            "BITFIELD" => BitField(model, key, words),
            _ => throw new ArgumentException(words[0]),
        };
    }

    private static bool Bit(string value, long offset) =>
        offset / 8 < value.Length && (value[(int)(offset / 8)] >> (int)(7 - (offset % 8)) & 1) != 0;

    private static string WithBit(string value, long offset, bool bit)
    {
        char[] bytes = value.PadRight((int)(offset / 8) + 1, '\0').ToCharArray();
        int mask = 1 << (int)(7 - (offset % 8));
        ref char target = ref bytes[offset / 8];
        target = (char)(bit ? target | mask : target & ~mask);
        return new string(bytes);
    }

    private static string SetBit(StringModel model, string key, long offset, bool bit)
    {
        string value = model.Value(key);
        return model.Change(key, WithBit(value, offset, bit), Bit(value, offset) ? "1" : "0");
    }

    private static string BitCount(string value, string[] words)
    {
        long start = words.Length > 2 ? StringModel.Number(words[2]) : 0;
        long end = words.Length > 2 ? StringModel.Number(words[3]) : -1;
        bool isBits = words is [.., "BIT"];
        if (start < 0 && end < 0 && start > end) return "0";
        (long first, long last) = StringModel.Clip(start, end, value.Length * (isBits ? 8 : 1));
        if (!isBits) (first, last) = (first * 8, (last * 8) + 7);
        long count = 0;
        for (long offset = first; offset <= last; offset++) count += Bit(value, offset) ? 1 : 0;
        return StringModel.Text(count);
    }

    private static string BitPos(StringModel model, string key, string[] words)
    {
        bool wanted = words[2] == "1";
        if (model.Get(key) is not { } value) return wanted ? "-1" : "0";
        bool isBits = words is [.., "BIT"];
        bool hasEnd = words.Length > 4;
        long start = words.Length > 3 ? StringModel.Number(words[3]) : 0;
        long end = hasEnd ? StringModel.Number(words[4]) : -1;
        (long first, long last) = StringModel.Clip(start, end, value.Length * (isBits ? 8 : 1));
        if (first > last) return "-1";
        if (!isBits) (first, last) = (first * 8, (last * 8) + 7);
        for (long offset = first; offset <= last; offset++)
        {
            if (Bit(value, offset) == wanted) return StringModel.Text(offset);
        }
        return wanted || hasEnd ? "-1" : StringModel.Text(value.Length * 8L);
    }

    private static string BitOp(StringModel model, string operation, string destination, string[] sources)
    {
        string[] values = sources.Select(model.Value).ToArray();
        int length = values.Max(static value => value.Length);
        if (length == 0) return model.Remove(destination, "0");
        char[] result = new char[length];
        for (int at = 0; at < length; at++)
        {
            int[] bytes = values.Select(value => at < value.Length ? (int)value[at] : 0).ToArray();
            result[at] = (char)(Combine(operation, bytes) & 0xFF);
        }
        return model.Put(destination, new string(result), StringModel.Text(length));
    }

    private static int Combine(string operation, int[] bytes)
    {
        int others = bytes.Skip(1).Aggregate(0, static (left, right) => left | right);
        return operation switch
        {
            "AND" => bytes.Aggregate(static (left, right) => left & right),
            "OR" => bytes.Aggregate(static (left, right) => left | right),
            "XOR" => bytes.Aggregate(static (left, right) => left ^ right),
            "NOT" => ~bytes[0],
            "DIFF" => bytes[0] & ~others,
            "DIFF1" => others & ~bytes[0],
            "ANDOR" => bytes[0] & others,
            _ => InExactlyOne(bytes),
        };
    }

    private static int InExactlyOne(int[] bytes)
    {
        int result = 0;
        for (int mask = 1; mask < 256; mask *= 2)
        {
            if (bytes.Count(value => (value & mask) != 0) == 1) result |= mask;
        }
        return result;
    }

    private static string BitField(StringModel model, string key, string[] words)
    {
        List<string> replies = [];
        string overflow = "WRAP";
        for (int at = 2; at < words.Length;)
        {
            if (words[at] == "OVERFLOW")
            {
                overflow = words[at + 1];
                at += 2;
                continue;
            }
            bool isSigned = words[at + 1][0] == 'i';
            int bits = int.Parse(words[at + 1][1..]);
            long offset = StringModel.Number(words[at + 2]);
            string value = model.Value(key);
            BigInteger old = Read(value, offset, bits, isSigned);
            if (words[at] == "GET")
            {
                replies.Add(old.ToString());
                at += 3;
                continue;
            }
            BigInteger argument = StringModel.Number(words[at + 3]);
            if (words[at] == "SET" && !isSigned && argument < 0) argument += BigInteger.One << 64;
            BigInteger? wanted = Fit(words[at] == "SET" ? argument : old + argument, bits, isSigned, overflow);
            model.Change(key, Write(value, offset, bits, wanted ?? old), "");
            replies.Add(wanted is null ? "(nil)" : (words[at] == "SET" ? old : wanted).ToString()!);
            at += 4;
        }
        return StringModel.List(replies);
    }

    private static BigInteger? Fit(BigInteger number, int bits, bool isSigned, string overflow)
    {
        BigInteger min = isSigned ? -(BigInteger.One << (bits - 1)) : 0;
        BigInteger max = (BigInteger.One << (isSigned ? bits - 1 : bits)) - 1;
        if (number >= min && number <= max) return number;
        if (overflow == "FAIL") return null;
        if (overflow == "SAT") return number < min ? min : max;
        BigInteger size = BigInteger.One << bits;
        BigInteger wrapped = ((number % size) + size) % size;
        return wrapped > max ? wrapped - size : wrapped;
    }

    private static BigInteger Read(string value, long offset, int bits, bool isSigned)
    {
        BigInteger number = 0;
        for (int bit = 0; bit < bits; bit++) number = (number * 2) + (Bit(value, offset + bit) ? 1 : 0);
        return isSigned && Bit(value, offset) ? number - (BigInteger.One << bits) : number;
    }

    private static string Write(string value, long offset, int bits, BigInteger number)
    {
        for (int bit = 0; bit < bits; bit++)
            value = WithBit(value, offset + bit, (number >> (bits - 1 - bit) & 1) != 0);
        return value;
    }
}
