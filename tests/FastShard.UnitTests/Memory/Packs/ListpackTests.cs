using System.Globalization;
using System.Text;
using FastShard.Memory;
using Xunit;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Memory.Packs;

public sealed class ListpackTests
{
    private static readonly string[] Texts = MakeTexts();

    /// <summary>Every width of integer and text, from both sides of each border.</summary>
    public static TheoryData<string> Samples => new(Texts);

    [Theory]
    [MemberData(nameof(Samples))]
    public void An_element_comes_back_as_it_went_in(string text)
    {
        byte[] element = Encoding.Latin1.GetBytes(text);
        byte[] room = new byte[Listpack.EmptyBytes + Listpack.EncodedBytes(element)];
        Listpack.WriteEmpty(room);
        int total = Listpack.Splice(room, Listpack.First, 0, Listpack.EncodedBytes(element), 1);
        Assert.Equal(room.Length, total);
        Assert.Equal(Listpack.EncodedBytes(element), Listpack.Encode(room.AsSpan(Listpack.First), element));
        Assert.Equal(element, Listpack.Get(room, Listpack.First).Bytes(new byte[Listpack.ScratchBytes]).ToArray());
        Assert.Equal(Listpack.First, Listpack.Last(room));
        Assert.Equal(Listpack.First, Listpack.Find(room, Listpack.First, element, 0));
        Assert.True(ListpackCheck.IsValid(room, out int count));
        Assert.Equal(1, count);
    }

    [Fact]
    public void The_bytes_are_those_of_Redis()
    {
        // DUMP of a quicklist with 1, -3, "ab" on redis-server 7.0.15.
        byte[] expected = [16, 0, 0, 0, 3, 0, 0x01, 1, 0xDF, 0xFD, 2, 0x82, (byte)'a', (byte)'b', 3, 0xFF];
        byte[] room = new byte[64];
        Listpack.WriteEmpty(room);
        foreach (string element in (string[])["1", "-3", "ab"])
        {
            byte[] bytes = Encoding.ASCII.GetBytes(element);
            int at = Listpack.EndOf(room);
            Listpack.Splice(room, at, 0, Listpack.EncodedBytes(bytes), 1);
            Listpack.Encode(room.AsSpan(at), bytes);
        }
        Assert.Equal(expected, room[..Listpack.TotalBytes(room)]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Agrees_with_a_list_under_random_changes(int seed)
    {
        using TestTable test = new(HeapMode.Guarded);
        Random random = new(seed);
        List<string> model = [];
        byte[] key = "pack"u8.ToArray();
        Entry entry = test.Table.Insert(
            KeySlot.Of(key), KeyHash.Of(key), key, ValueType.List, ValueEncoding.ListPack, Listpack.EmptyBytes, 0);
        EntryPack.WriteEmpty(test.Table, ref entry);
        EntryPack pack = new(test.Table, ref entry);
        for (int step = 0; step < 3000; step++)
        {
            int index = random.Next(model.Count + 1);
            int at = index == model.Count ? Listpack.EndOf(pack.Bytes) : Listpack.Seek(pack.Bytes, index);
            string text = Texts[random.Next(Texts.Length)];
            bool isFull = pack.Bytes.Length > 40_000;
            if (index == model.Count || (random.Next(3) == 0 && !isFull))
            {
                pack.Insert(at, Encoding.Latin1.GetBytes(text));
                model.Insert(index, text);
            }
            else if (random.Next(2) == 0 && !isFull)
            {
                pack.Replace(at, Encoding.Latin1.GetBytes(text));
                model[index] = text;
            }
            else
            {
                int count = Math.Min(random.Next(1, 4), model.Count - index);
                pack.Remove(at, count);
                model.RemoveRange(index, count);
            }
            if (step % 50 == 0) Check(pack.Bytes, model);
        }
        Check(pack.Bytes, model);
    }

    [Fact]
    public void Cut_or_changed_bytes_are_refused_or_safe_to_walk()
    {
        byte[] pack = Build(["1", "-77", "hello", "70000", new string('x', 100), "9000000000"]);
        for (int length = 0; length < pack.Length; length++)
            Assert.False(ListpackCheck.IsValid(pack.AsSpan(0, length), out _));
        Random random = new(5);
        for (int round = 0; round < 100_000; round++)
        {
            byte[] changed = (byte[])pack.Clone();
            for (int change = random.Next(1, 4); change > 0; change--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            if (!ListpackCheck.IsValid(changed, out int count)) continue;
            int seen = 0;
            for (int at = Listpack.First; !Listpack.IsEnd(changed, at); at = Listpack.Next(changed, at), seen++)
                _ = Listpack.Get(changed, at).Length;
            Assert.Equal(count, seen);
            for (int at = Listpack.Last(changed); at >= 0; at = Listpack.Previous(changed, at)) seen--;
            Assert.Equal(0, seen);
        }
    }

    private static byte[] Build(string[] elements)
    {
        byte[] room = new byte[4096];
        Listpack.WriteEmpty(room);
        foreach (string element in elements)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(element);
            int at = Listpack.EndOf(room);
            Listpack.Splice(room, at, 0, Listpack.EncodedBytes(bytes), 1);
            Listpack.Encode(room.AsSpan(at), bytes);
        }
        return room[..Listpack.TotalBytes(room)];
    }

    private static void Check(ReadOnlySpan<byte> pack, List<string> model)
    {
        Assert.True(ListpackCheck.IsValid(pack, out int count));
        Assert.Equal(model.Count, count);
        Assert.Equal(model.Count, Listpack.Count(pack));
        byte[] scratch = new byte[Listpack.ScratchBytes];
        int at = Listpack.First;
        for (int index = 0; index < model.Count; index++, at = Listpack.Next(pack, at))
        {
            Assert.Equal(model[index], Encoding.Latin1.GetString(Listpack.Get(pack, at).Bytes(scratch)));
            Assert.Equal(at, Listpack.Seek(pack, index));
            Assert.Equal(at, Listpack.Seek(pack, index - model.Count));
        }
        Assert.Equal(-1, Listpack.Seek(pack, model.Count));
        Assert.Equal(-1, Listpack.Seek(pack, -model.Count - 1));
    }

    private static string[] MakeTexts()
    {
        List<string> samples = ["", "a", "-", "-0", "007", "1.5", "99999999999999999999", "9223372036854775808"];
        long[] borders =
        [
            0, 127, 128, -1, 4095, 4096, -4096, -4097, 32767, 32768, -32768, -32769, 8388607, 8388608, -8388608,
            -8388609, int.MaxValue, int.MaxValue + 1L, int.MinValue, int.MinValue - 1L, long.MaxValue, long.MinValue,
        ];
        foreach (long border in borders) samples.Add(border.ToString(CultureInfo.InvariantCulture));
        foreach (int length in (int[])[63, 64, 126, 127, 128, 4095, 4096, 16381, 16382, 17000])
            samples.Add(new string('\u00e9', length));
        return [.. samples];
    }
}
