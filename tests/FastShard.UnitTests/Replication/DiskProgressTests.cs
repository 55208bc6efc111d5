using FastShard.Replication.Replica;
using Xunit;

namespace FastShard.UnitTests.Replication;

public sealed class DiskProgressTests
{
    [Fact]
    public void What_was_posted_up_to_a_ticket_is_on_the_disk_with_it()
    {
        DiskProgress disk = new();
        Assert.Equal(-1, disk.Offset);
        disk.NotePosted(ticket: 5, offset: 100);
        disk.NotePosted(ticket: 7, offset: 200);
        Assert.False(disk.NoteSynced(4));
        Assert.True(disk.IsBehind);
        Assert.True(disk.NoteSynced(6));
        Assert.Equal(100, disk.Offset);
        Assert.True(disk.NoteSynced(9));
        Assert.Equal(200, disk.Offset);
        Assert.False(disk.IsBehind);
        disk.Restart();
        Assert.Equal(-1, disk.Offset);
    }

    [Fact]
    public void A_disk_that_stands_still_costs_no_memory()
    {
        DiskProgress disk = new();
        for (int offset = 0; offset < 1000; offset++) disk.NotePosted(offset, offset);
        Assert.True(disk.NoteSynced(1000));
        Assert.InRange(disk.Offset, 0, 999);
        disk.NotePosted(2000, 2000);
        Assert.True(disk.NoteSynced(2000));
        Assert.Equal(2000, disk.Offset);
    }
}
