using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Memory;

public sealed class BlobTests
{
    [Fact]
    public void Keeps_its_bytes_until_the_last_reference_goes()
    {
        Blob blob = Blob.Allocate(100_000);
        blob.Span.Fill(7);
        blob.AddRef();
        Assert.Equal(2, blob.ReferenceCount);
        blob.Release();
        Assert.Equal(1, blob.ReferenceCount);
        Assert.Equal(-1, blob.ReadOnly.IndexOfAnyExcept((byte)7));
        blob.Release();
    }

    [Fact]
    public void Length_changes_within_the_capacity()
    {
        Assert.True(Blob.TryAllocate(10, 1000, out Blob blob));
        Assert.Equal(10, blob.Length);
        Assert.True(blob.Capacity >= 1000);
        Assert.Equal(blob.Capacity + Blob.HeaderBytes, blob.AllocatedBytes);
        blob.SetLength(1000);
        Assert.Equal(1000, blob.Span.Length);
        blob.Release();
    }

    [Fact]
    public void Refuses_what_no_span_could_show()
    {
        Assert.False(Blob.TryAllocate(int.MaxValue, out Blob blob));
        Assert.True(blob.IsNull);
        Assert.False(Blob.TryAllocate(-1, out _));
        Assert.Throws<InsufficientMemoryException>(() => Blob.Allocate(long.MaxValue));
    }

    [Fact]
    public void May_be_let_go_on_other_threads()
    {
        Blob blob = Blob.Allocate(Blob.Threshold);
        for (int index = 0; index < 300; index++) blob.AddRef();
        Parallel.For(0, 300, _ => blob.Release());
        Assert.Equal(1, blob.ReferenceCount);
        blob.Release();
    }
}
