using FastShard.Memory;
using FastShard.Memory.Heap;
using Xunit;

namespace FastShard.UnitTests.Memory;

public sealed class SizeClassesTests
{
    [Fact]
    public void Every_request_gets_the_smallest_class_that_holds_it()
    {
        for (int bytes = 1; bytes <= SizeClasses.MaxBytes; bytes++)
        {
            int sizeClass = SizeClasses.Of(bytes);
            Assert.True(SizeClasses.BytesOf(sizeClass) >= bytes);
            Assert.True(sizeClass == 0 || SizeClasses.BytesOf(sizeClass - 1) < bytes);
        }
    }

    [Fact]
    public void Little_is_lost_to_rounding_and_at_the_end_of_pages()
    {
        Assert.Equal(SizeClasses.MaxBytes, SizeClasses.BytesOf(SizeClasses.Count - 1));
        for (int sizeClass = 1; sizeClass < SizeClasses.Count; sizeClass++)
        {
            int bytes = SizeClasses.BytesOf(sizeClass);
            int smaller = SizeClasses.BytesOf(sizeClass - 1);
            Assert.Equal(0, bytes % 8);
            Assert.True(bytes - smaller <= Math.Max(8, bytes / (bytes <= 8192 ? 8 : 4)), $"{smaller} to {bytes}");
            Assert.True(Region.PageBytes % bytes <= Region.PageBytes / 20, $"{bytes}");
        }
    }

    [Fact]
    public void Bucket_arrays_have_classes_of_their_own()
    {
        for (int keys = 0; keys <= IndexSteps.LimitOf(IndexSteps.MaxBuckets); keys++)
        {
            int buckets = IndexSteps.For(keys);
            Assert.Equal(buckets, IndexSteps.BucketsOf(IndexSteps.ClassOf(buckets)));
            Assert.True(keys <= IndexSteps.LimitOf(buckets));
            // What was just laid out must neither grow nor shrink at once.
            Assert.True(buckets == 1 || keys > IndexSteps.FloorOf(buckets), $"{keys} keys, {buckets} buckets");
            Assert.True(IndexSteps.LimitOf(buckets) < buckets * Bucket.Cells || buckets == 1);
        }
        Assert.Equal(IndexSteps.MaxBuckets, IndexSteps.BucketsOf(IndexSteps.Count - 1));
        Assert.True(SizeClassTable.Count <= byte.MaxValue);
    }
}
