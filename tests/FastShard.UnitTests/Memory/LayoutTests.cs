using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastShard.Memory;
using FastShard.Memory.Heap;
using Xunit;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Memory;

/// <summary>Pins what the pictures at the top of the files show.</summary>
public sealed class LayoutTests
{
    [Fact]
    public void Structures_have_the_sizes_that_are_drawn()
    {
        Assert.Equal(16, Unsafe.SizeOf<Segment>());
        Assert.Equal(32, Unsafe.SizeOf<SlotHeader>());
        Assert.Equal(32, Unsafe.SizeOf<PageHeader>());
        Assert.Equal(64, Unsafe.SizeOf<Region>());
        Assert.Equal(24, Unsafe.SizeOf<Entry>());
        Assert.Equal(0, Region.FirstBlockOffset % 64);
        Assert.Equal(Region.PageUnits, 1 << Region.PageUnitBits);
        Assert.Equal(Region.Bytes / 8, 1 << Region.PlaceBits);
    }

    [Theory]
    [InlineData(nameof(SlotHeader.AllocatedBytes), 16)]
    [InlineData(nameof(SlotHeader.KeyCount), 24)]
    [InlineData(nameof(SlotHeader.VolatileCount), 28)]
    public void Slot_header(string field, int offset) =>
        Assert.Equal(offset, (int)Marshal.OffsetOf<SlotHeader>(field));

    [Fact]
    public void A_bucket_is_one_cache_line_of_nine_cells()
    {
        Assert.Equal(Bucket.Cells * Bucket.ReferenceBytes, Bucket.OverflowOffset);
        Assert.Equal(Bucket.OverflowOffset + 1, Bucket.TagsOffset);
        Assert.Equal(Bucket.Bytes, Bucket.TagsOffset + (Bucket.Cells * sizeof(ushort)));
        Assert.Equal(Bucket.ReferenceMask, Region.ReferenceMask);
        Assert.Equal(Bucket.VolatileBit, Bucket.ReferenceMask + 1);
    }

    [Fact]
    public void Both_ways_to_match_tags_agree()
    {
        Random random = new(3);
        byte[] bucket = new byte[Bucket.Bytes];
        for (int round = 0; round < 2000; round++)
        {
            random.NextBytes(bucket);
            ushort tag = (ushort)random.Next(3);
            for (int cell = 0; cell < Bucket.Cells; cell++)
            {
                if (random.Next(3) != 0) continue;
                BinaryPrimitives.WriteUInt16LittleEndian(bucket.AsSpan(Bucket.TagsOffset + (2 * cell)), tag);
            }
            Assert.Equal(Bucket.MatchOneByOne(in bucket[0], tag), Bucket.MatchHalves(in bucket[0], tag));
        }
    }

    [Fact]
    public void Entry_with_a_deadline()
    {
        using TestTable test = new(HeapMode.Counting);
        const long Expiry = 0x0102030405060708;
        Entry entry = test.Insert("key", ValueType.Set, ValueEncoding.EmbStr, "value"u8, Expiry);
        entry.SetAccessClock(0xABCDEF);
        byte[] expected =
        [
            0x22, 0x01, 0xEF, 0xCD, 0xAB, 3, 5, 0,
            8, 7, 6, 5, 4, 3, 2, 1,
            .. "keyvalue"u8,
        ];
        Assert.Equal(expected, entry.Raw.ToArray());
        Assert.Equal(0xABCDEFu, entry.AccessClock);
    }

    [Fact]
    public void Entry_with_a_long_key()
    {
        using TestTable test = new(HeapMode.Counting);
        string key = new('k', 300);
        Entry entry = test.Insert(key, ValueType.String, ValueEncoding.Raw, "v"u8);
        Assert.Equal([0, 2, 0, 0, 0, 0, 1, 0, 0x2C, 1, 0, 0], entry.Raw[..12].ToArray());
        Assert.Equal(12 + 300 + 1, entry.Raw.Length);
    }

    [Fact]
    public void Entry_with_a_blob()
    {
        using TestTable test = new(HeapMode.Counting);
        Entry entry = test.Insert("key", ValueType.String, ValueEncoding.Raw, new byte[Blob.Threshold]);
        Assert.Equal([0, 4, 0, 0, 0, 3, 0, 0], entry.Raw[..8].ToArray());
        Assert.Equal(8 + 3 + 8, entry.Raw.Length);
        Assert.True(entry.IsBlob);
    }
}
