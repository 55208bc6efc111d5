using FastShard.Cluster.Migrations;
using Xunit;

namespace FastShard.UnitTests.Cluster.Migrations;

public sealed class ExportMachineTests
{
    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10)]
    [InlineData(20, 100)]
    [InlineData(100, 110)]
    [InlineData(100, 101)]
    [InlineData(100, 60)] // faster than the target can follow: writers have to wait for it
    [InlineData(1000, 200)]
    public void Comes_to_its_end_however_fast_is_written(int writes, int pace)
    {
        var simulation = new MoveSimulation(seed: 1, isWild: false);
        simulation.Run(writes, pace);
        Assert.Equal(ExportState.Succeeded, simulation.State);
        Assert.True(simulation.LongestHold <= 60, $"writes waited {simulation.LongestHold} ms at once");
        if (writes > pace) Assert.True(simulation.Pulses > 0);
    }

    [Fact]
    public void Whatever_breaks_one_node_has_the_slot_and_nothing_acknowledged_is_lost()
    {
        var seen = new Dictionary<ExportState, int>();
        for (int seed = 1; seed <= 4000; seed++)
        {
            var simulation = new MoveSimulation(seed, isWild: true);
            try
            {
                simulation.Run(writes: seed % 30, pace: 5 + (seed % 40));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}", failure);
            }
            seen[simulation.State] = seen.GetValueOrDefault(simulation.State) + 1;
        }
        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public void A_silent_target_is_given_up()
    {
        var machine = new ExportMachine(new ExportTerms(SilenceMillis: 100), nowMillis: 0);
        Assert.Equal([ExportStep.Connect], machine.TakeSteps());
        machine.Connected(10);
        Assert.Equal([ExportStep.Establish], machine.TakeSteps());
        machine.Established(20);
        Assert.Equal([ExportStep.Copy], machine.TakeSteps());
        machine.Tick(50, waitingBytes: 500, takenBytes: 10, isWalked: true);
        machine.Tick(140, waitingBytes: 500, takenBytes: 10, isWalked: false);
        Assert.False(machine.IsOver);
        machine.Tick(160, waitingBytes: 500, takenBytes: 10, isWalked: false);
        Assert.Equal(ExportState.Failed, machine.State);
    }
}
