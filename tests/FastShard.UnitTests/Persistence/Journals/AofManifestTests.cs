using FastShard.Persistence.Journals;
using Xunit;

namespace FastShard.UnitTests.Persistence.Journals;

public sealed class AofManifestTests
{
    private const string Sample =
        "file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n";

    [Fact]
    public void A_manifest_of_redis_is_read_and_written_as_it_is()
    {
        AofManifest manifest = AofManifest.Parse(Sample, out string? error)!;
        Assert.Null(error);
        Assert.Equal(Sample, manifest.Format());
        Assert.True(manifest.Base!.IsSnapshot);
        Assert.Equal(1, manifest.LastIncrement!.Sequence);
    }

    [Fact]
    public void A_rewrite_names_the_new_base_and_makes_the_rest_history()
    {
        AofManifest before = AofManifest.Parse(Sample, out _)!.WithIncrement("appendonly.aof");
        AofFile made = before.NextBase("appendonly.aof", isSnapshot: false);
        AofManifest after = before.WithBase(made, first: 2);
        Assert.Equal(
            "file appendonly.aof.2.base.aof seq 2 type b\n"
            + "file appendonly.aof.1.incr.aof seq 1 type h\n"
            + "file appendonly.aof.1.base.rdb seq 1 type h\n"
            + "file appendonly.aof.2.incr.aof seq 2 type i\n",
            after.Format());
        Assert.Equal(
            "file appendonly.aof.2.base.aof seq 2 type b\nfile appendonly.aof.2.incr.aof seq 2 type i\n",
            after.WithoutHistory().Format());
    }

    [Theory]
    [InlineData("", "Found an empty AOF manifest")]
    [InlineData("file a seq 1\n", "Invalid AOF manifest file format")]
    [InlineData("file ../a seq 1 type b\n", "Invalid AOF manifest file format")]
    [InlineData("file a seq 0 type b\n", "Invalid AOF manifest file format")]
    [InlineData("file a seq 1 type x\n", "Unknown AOF file type x")]
    [InlineData("file a seq 1 type b\nfile b seq 2 type b\n", "Found duplicate base file information")]
    [InlineData("file a seq 2 type i\nfile b seq 2 type i\n", "Found a non-monotonic sequence number")]
    public void What_is_wrong_is_said(string text, string expected)
    {
        Assert.Null(AofManifest.Parse(text, out string? error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Notes_and_names_with_blanks_are_read()
    {
        AofManifest manifest = AofManifest.Parse("# a note\nfile \"a b.1.incr.aof\" seq 1 type i\n", out _)!;
        Assert.Equal("a b.1.incr.aof", manifest.LastIncrement!.Name);
        Assert.Equal("file \"a b.1.incr.aof\" seq 1 type i\n", manifest.Format());
    }

    [Theory]
    [InlineData(" file seq \n\n.aof ", "\" file seq \\n\\n.aof .1.incr.aof\"")]
    [InlineData("a\"b'c", "\"a\\\"b'c.1.incr.aof\"")]
    [InlineData("\u00e4", "\"\\xc3\\xa4.1.incr.aof\"")]
    public void Any_name_comes_back(string prefix, string written)
    {
        AofManifest manifest = new AofManifest().WithIncrement(prefix);
        Assert.Equal($"file {written} seq 1 type i\n", manifest.Format());
        AofManifest read = AofManifest.Parse(manifest.Format(), out _)!;
        Assert.Equal(prefix + ".1.incr.aof", read.LastIncrement!.Name);
    }
}
