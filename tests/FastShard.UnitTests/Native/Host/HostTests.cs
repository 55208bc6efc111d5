using FastShard.Native.Clocks;
using FastShard.Native.Host;
using Xunit;

namespace FastShard.UnitTests.Native.Host;

public sealed class HostTests
{
    [Fact]
    public void Wall_time_is_that_of_the_runtime()
    {
        long before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        long now = SystemClock.WallMillis();
        long micros = SystemClock.WallMicros();
        Assert.InRange(now, before - 1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 1);
        Assert.InRange(micros / 1000, now, now + 60_000);
    }

    [Fact]
    public void Monotonic_time_never_goes_back()
    {
        long last = SystemClock.MonotonicNanos();
        for (int i = 0; i < 100_000; i++)
        {
            long now = SystemClock.MonotonicNanos();
            Assert.True(now >= last);
            last = now;
        }

        Assert.True(SystemClock.MonotonicMicros() >= last / 1000);
        Assert.True(SystemClock.MonotonicMillis() >= last / 1_000_000);
    }

    [Fact]
    public void Used_processor_time_grows()
    {
        long threadBefore = ProcessUsage.CurrentThreadNanos();
        ProcessUsage.ReadProcessorTime(out long userBefore, out long systemBefore);
        long user = userBefore;
        long system = systemBefore;
        while (user + system < userBefore + systemBefore + 1000) ProcessUsage.ReadProcessorTime(out user, out system);
        Assert.True(user >= userBefore && system >= systemBefore);
        Assert.True(ProcessUsage.CurrentThreadNanos() > threadBefore);
    }

    [Fact]
    public void Resident_memory_is_about_the_runtime_s_figure()
    {
        long resident = ProcessUsage.ResidentBytes();
        Assert.InRange(resident, Environment.WorkingSet / 2, Environment.WorkingSet * 2);
        Assert.True(ProcessUsage.PeakResidentBytes() >= resident / 2);
    }

    [Fact]
    public void The_limit_of_descriptors_is_never_lowered_by_raising()
    {
        long before = DescriptorLimit.Current();
        Assert.True(before > 0);
        Assert.True(DescriptorLimit.Maximum() >= before);
        Assert.Equal(before, DescriptorLimit.Raise(1));
    }

    [Fact]
    public void A_thread_can_be_pinned_to_each_usable_processor()
    {
        int[] cpus = CpuAffinity.Usable();
        Assert.Equal(CpuAffinity.UsableCount(), cpus.Length);
        bool isPinned = true;
        int usableThen = 0;
        Thread pinned = new(() =>
        {
            foreach (int cpu in cpus) isPinned &= CpuAffinity.Pin(cpu);
            usableThen = CpuAffinity.UsableCount();
        });
        pinned.Start();
        pinned.Join();
        Assert.True(isPinned);
        Assert.Equal(1, usableThen);
        Assert.False(CpuAffinity.Pin(-1));
        Assert.False(CpuAffinity.Pin(1_000_000));
    }
}
