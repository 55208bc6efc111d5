using FastShard.Cluster.Migrations;
using FastShard.Cluster.State;
using Xunit;

namespace FastShard.UnitTests.Cluster.Migrations;

public sealed class ExportCursorTests
{
    [Fact]
    public void Walks_over_its_slots_and_knows_what_it_has_passed()
    {
        var slots = new SlotSet();
        foreach (int slot in new[] { 3, 4, 9, 16383 }) slots.Add(slot);
        var cursor = new ExportCursor(slots);
        Assert.Equal(3, cursor.Slot);
        Assert.False(cursor.IsPassed(3, 0));
        cursor.Advance(100);
        Assert.True(cursor.IsPassed(3, 99));
        Assert.False(cursor.IsPassed(3, 100));
        Assert.False(cursor.IsPassed(4, 0));
        cursor.Advance(0);
        Assert.Equal(4, cursor.Slot);
        Assert.True(cursor.IsPassed(3, uint.MaxValue));
        cursor.Advance(0);
        Assert.Equal(9, cursor.Slot);
        cursor.Advance(0);
        Assert.Equal(16383, cursor.Slot);
        Assert.False(cursor.IsAtEnd);
        cursor.Advance(0);
        Assert.True(cursor.IsAtEnd);
        Assert.True(cursor.IsPassed(16383, uint.MaxValue));
        Assert.True(cursor.Covers(9));
        Assert.False(cursor.Covers(10));
    }
}
