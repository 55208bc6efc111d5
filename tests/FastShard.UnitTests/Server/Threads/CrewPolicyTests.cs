using FastShard.Server.Threads;
using Xunit;

namespace FastShard.UnitTests.Server.Threads;

/// <summary>The policy against machines that are a formula: what each number of threads reaches there.</summary>
public sealed class CrewPolicyTests
{
    private const int WindowMillis = 50;

    private delegate (double Rate, double Load, double Crowding) Machine(int threads);

    [Fact]
    public void Threads_without_cores_of_their_own_are_folded_and_stay_so()
    {
        // A load generator on one of two cores: two threads wait for each other's core, one does not.
        static (double, double, double) Crowded(int threads) => threads == 1 ? (1100, 0.95, 0.02) : (800, 0.9, 0.2);
        var policy = new CrewPolicy(2);
        Assert.True(Simulate(policy, Crowded, windows: 20, out _) <= 1);
        int final = Simulate(policy, Crowded, windows: 20_000, out int[] spent);
        Assert.Equal(1, final);
        // Trials to grow become rare: they cost less than a hundredth of the time.
        Assert.InRange(spent[2], 1, 200);
    }

    [Fact]
    public void Threads_with_cores_of_their_own_stay_as_they_are()
    {
        var policy = new CrewPolicy(8);
        int final = Simulate(policy, static threads => (100 * threads, 0.7 * threads, 0.02), 2000, out int[] spent);
        Assert.Equal(8, final);
        Assert.Equal(2000, spent[8]);
    }

    [Fact]
    public void A_fold_that_costs_throughput_is_taken_back()
    {
        // Neighbours use the cores: every thread waits, but more threads still get more of them.
        var policy = new CrewPolicy(4);
        int final = Simulate(
            policy, static threads => (100 * threads, 0.8 * threads, 0.3), windows: 20_000, out int[] spent);
        Assert.Equal(4, final);
        Assert.True(spent[4] > 19_000, $"{spent[4]} windows on all threads");
    }

    [Fact]
    public void A_saturated_crew_grows_again_when_the_cores_are_back()
    {
        var policy = new CrewPolicy(4);
        Simulate(policy, static threads => (500, 0.4 * threads, threads > 1 ? 0.3 : 0.01), 400, out _);
        Assert.Equal(1, policy.Active);
        int final = Simulate(policy, static threads => (1200 * threads, 0.95 * threads, 0.01), 4000, out _);
        Assert.Equal(4, final);
    }

    [Fact]
    public void An_idle_crew_is_left_alone()
    {
        var policy = new CrewPolicy(4);
        Assert.Equal(4, Simulate(policy, static _ => (1, 0.05, 0.5), windows: 1000, out _));
    }

    private static int Simulate(CrewPolicy policy, Machine machine, int windows, out int[] spent)
    {
        spent = new int[16];
        for (int window = 1; window <= windows; window++)
        {
            (double rate, double load, double crowding) = machine(policy.Active);
            double busy = load * WindowMillis;
            var reading = new CrewReading(
                (long)window * WindowMillis, WindowMillis, (long)(rate * WindowMillis), busy * (1 - crowding),
                busy * crowding);
            spent[policy.Active]++;
            policy.Observe(reading);
        }
        return policy.Active;
    }
}
