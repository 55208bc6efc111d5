using FastShard.Engine.Commands;
using FastShard.Server.Commands;
using Xunit;

namespace FastShard.UnitTests.Server.Commands;

public sealed class LegacyKeyRangeTests
{
    private static LegacyKeyRange Of(params KeySpec[] keys) => LegacyKeyRange.Of(
        new CommandSpec("X", -2, CommandFlags.None, null)
        {
            Group = CommandGroup.Generic,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Test.",
            Keys = keys,
        });

    [Fact]
    public void No_keys() => Assert.Equal(new LegacyKeyRange(0, 0, 0), Of());

    [Fact]
    public void One_key() => Assert.Equal(new LegacyKeyRange(2, 2, 1), Of(KeySpec.At(2, KeyAccess.ReadOnly)));

    [Fact]
    public void A_range_to_the_end_with_a_step() =>
        Assert.Equal(new LegacyKeyRange(1, -1, 2), Of(KeySpec.Range(1, -1, 2, KeyAccess.Overwrite)));

    [Fact]
    public void Adjoining_ranges_are_one() =>
        Assert.Equal(
            new LegacyKeyRange(2, -1, 1),
            Of(KeySpec.At(2, KeyAccess.Overwrite), KeySpec.Range(3, -1, 1, KeyAccess.ReadOnly)));

    [Fact]
    public void Counted_keys_are_left_out() =>
        Assert.Equal(
            new LegacyKeyRange(1, 1, 1),
            Of(KeySpec.At(1, KeyAccess.Overwrite), KeySpec.Counted(2, KeyAccess.ReadOnly)));
}
