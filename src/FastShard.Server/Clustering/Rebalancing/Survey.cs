using FastShard.Cluster.Rebalancing;
using FastShard.Cluster.State;

namespace FastShard.Server.Clustering.Rebalancing;

/// <summary>What was measured of all slots at one time.</summary>
/// <param name="View">The cluster as it was then.</param>
/// <param name="Version">Which state of the slots that was: see <see cref="ClusterMap.Version"/>.</param>
/// <param name="Measures">Each slot.</param>
/// <param name="AgreeingNodes">Primaries that see the same cluster, this one included.</param>
/// <param name="Silent">Ids of primaries that did not answer.</param>
/// <param name="DoneMillis">When it was done.</param>
internal sealed record Survey(
    ClusterView View, long Version, SlotMeasure[] Measures, int AgreeingNodes, List<string> Silent, long DoneMillis)
{
    public static Survey None { get; } = new(
        new ClusterView(default, []), -1, new SlotMeasure[SlotSet.Slots], 0, [], 0);
}
