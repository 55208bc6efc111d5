// CLUSTER and what clients of a cluster say. What they do is in ClusterQueries and ClusterChanges.

using FastShard.Engine.Commands;
using FastShard.Server.Clustering.Rebalancing;
using FastShard.Server.Commands;
using FastShard.Server.Migration;

namespace FastShard.Server.Clustering;

internal static class ClusterCommands
{
    private const CommandFlags Asking = CommandFlags.Stale;
    private const CommandFlags Changing = CommandFlags.Admin | CommandFlags.Stale | CommandFlags.NoAsyncLoading;
    private const string Constant = "O(1)";
    private const string PerSlot = "O(N) where N is the number of hash slots that are named.";
    private const string PerNode = "O(N) where N is the number of nodes.";

    public static readonly CommandSpec[] Specs =
    [
        new("CLUSTER", -2, CommandFlags.None, null)
        {
            Group = CommandGroup.Cluster,
            Since = "3.0.0",
            Complexity = "Depends on subcommand.",
            Summary = "A container for cluster commands.",
            Subcommands =
            [
                Row("ADDSLOTS", -3, Changing, "3.0.0", PerSlot, "Takes hash slots that no node has.",
                    "slot:integer [slot:integer ...]", ClusterChanges.AddSlots),
                Row("ADDSLOTSRANGE", -4, Changing, "7.0.0", PerSlot, "Takes ranges of hash slots that no node has.",
                    "start-slot:integer end-slot:integer [start-slot:integer end-slot:integer ...]",
                    ClusterChanges.AddSlotRanges),
                Row("BUMPEPOCH", 2, Changing, "3.0.0", Constant, "Takes a new configuration epoch.", "",
                    ClusterChanges.BumpEpoch),
                Row("CANCELSLOTMIGRATIONS", -2, Changing, "9.0.0", "O(N) where N is the number of migrations.",
                    "Ends the migrations of slots that go on.", "[ALL]", SlotMigrationCommands.Cancel,
                    Placement.AllShards),
                Row("COUNT-FAILURE-REPORTS", 3, CommandFlags.Admin | CommandFlags.Stale, "3.0.0", PerNode,
                    "Counts the primaries that say that a node does not answer.", "node-id",
                    ClusterQueries.CountFailureReports),
                Row("COUNTKEYSINSLOT", 3, Asking, "3.0.0", Constant, "Counts the keys of a hash slot.",
                    "slot:integer", ClusterQueries.CountKeysInSlot, Placement.AllShards),
                Row("DELSLOTS", -3, Changing, "3.0.0", PerSlot, "Forgets who has hash slots.",
                    "slot:integer [slot:integer ...]", ClusterChanges.RemoveSlots),
                Row("DELSLOTSRANGE", -4, Changing, "7.0.0", PerSlot, "Forgets who has ranges of hash slots.",
                    "start-slot:integer end-slot:integer [start-slot:integer end-slot:integer ...]",
                    ClusterChanges.RemoveSlotRanges),
                Row("FAILOVER", -2, Changing, "3.0.0", Constant, "Makes a replica take the place of its primary.",
                    "[FORCE | TAKEOVER]", ClusterChanges.Failover),
                Row("FLUSHSLOTS", 2, Changing, "3.0.0", Constant, "Gives all hash slots of the node up.", "",
                    ClusterChanges.FlushSlots, Placement.AllShards),
                Row("FORGET", 3, Changing, "3.0.0", Constant, "Removes a node from those that are known.", "node-id",
                    ClusterChanges.Forget),
                Row("GETKEYSINSLOT", 4, Asking, "3.0.0", "O(N) where N is the number of keys that are asked for.",
                    "Lists keys of a hash slot.", "slot:integer count:integer", ClusterQueries.GetKeysInSlot,
                    Placement.AllShards),
                Row("GETSLOTMIGRATIONS", 2, Changing, "9.0.0", "O(N) where N is the number of migrations.",
                    "Lists migrations of slots, those that are over included.", "", SlotMigrationCommands.List,
                    Placement.AllShards),
                ContainerHelp.Row(CommandGroup.Cluster, "5.0.0"),
                Row("INFO", 2, Asking, "3.0.0", Constant, "Tells the state of the cluster as the node sees it.", "",
                    ClusterQueries.Info),
                Row("KEYSLOT", 3, Asking, "3.0.0", "O(N) where N is the number of bytes in the key.",
                    "Tells the hash slot of a key.", "key:string", ClusterQueries.KeySlotOf),
                Row("LINKS", 2, Asking, "7.0.0", PerNode, "Lists the connections to and from other nodes.", "",
                    ClusterQueries.Links),
                Row("MEET", -4, Changing, "3.0.0", Constant, "Gets to know another node.",
                    "ip port:integer [cluster-bus-port:integer]", ClusterChanges.Meet),
                Row("MIGRATESLOTS", -7, Changing, "9.0.0", PerSlot,
                    "Moves ranges of hash slots to other nodes, each as a whole.",
                    "SLOTSRANGE start-slot:integer end-slot:integer [start-slot:integer end-slot:integer ...]"
                    + " NODE node-id [SLOTSRANGE start-slot:integer end-slot:integer"
                    + " [start-slot:integer end-slot:integer ...] NODE node-id ...]",
                    SlotMigrationCommands.Migrate, Placement.AllShards),
                Row("MYID", 2, Asking, "3.0.0", Constant, "Tells the name of the node.", "", ClusterQueries.MyId),
                Row("MYSHARDID", 2, Asking, "7.2.0", PerNode,
                    "Tells the name that the node has in common with its primary and its replicas.", "",
                    ClusterQueries.MyShardId),
                Row("NODES", 2, Asking, "3.0.0", PerNode, "Lists the nodes.", "", ClusterQueries.Nodes),
                Row("REBALANCE", -3, CommandFlags.Admin | CommandFlags.Stale | CommandFlags.Blocking, "1.0.0", PerSlot,
                    "Plans, shows and carries out which hash slots move between the nodes.", RebalanceCommands.Syntax,
                    RebalanceCommands.Run),
                Row("REPLICAS", 3, CommandFlags.Admin | CommandFlags.Stale, "5.0.0", PerNode,
                    "Lists the replicas of a primary.", "node-id", ClusterQueries.Replicas),
                Row("REPLICATE", 3, Changing, "3.0.0", Constant, "Makes the node a replica of a primary.", "node-id",
                    ClusterChanges.Replicate, Placement.AllShards),
                Row("RESET", -2, Changing | CommandFlags.NoScript, "3.0.0", PerNode,
                    "Makes the node leave the cluster.",
                    "[HARD | SOFT]", ClusterChanges.Reset, Placement.AllShards),
                Row("SAVECONFIG", 2, Changing, "3.0.0", Constant, "Writes the node's view of the cluster to its file.",
                    "", ClusterChanges.SaveConfig),
                Row("SET-CONFIG-EPOCH", 3, Changing, "3.0.0", Constant,
                    "Gives a node that knows no others its configuration epoch.", "config-epoch:integer",
                    ClusterChanges.SetConfigEpoch),
                Row("SETSLOT", -4, Changing, "3.0.0", Constant, "Moves a hash slot, step by step.",
                    "slot:integer (IMPORTING node-id | MIGRATING node-id | NODE node-id | STABLE)",
                    ClusterChanges.SetSlot, Placement.AllShards),
                Row("SHARDS", 2, Asking | CommandFlags.Loading, "7.0.0", PerNode,
                    "Lists primaries with their replicas and hash slots.", "", ClusterQueries.Shards),
                Row("SLAVES", 3, CommandFlags.Admin | CommandFlags.Stale, "3.0.0", PerNode,
                    "The older name of CLUSTER REPLICAS.", "node-id", ClusterQueries.Replicas),
                Row("SLOT-STATS", -4, Asking, "8.0.0",
                    "O(N) where N is the number of hash slots; O(N*log(N)) with ORDERBY.",
                    "Tells what the node's hash slots hold and cost.",
                    "SLOTSRANGE start-slot:integer end-slot:integer | ORDERBY metric [LIMIT limit:integer] "
                    + "[ASC | DESC]",
                    ClusterSlotStats.Reply, Placement.AllShards),
                Row("SYNCSLOTS", -3, Changing, "9.0.0", PerSlot,
                    "What nodes say to each other while slots move.", "word:string [argument:string ...]",
                    SlotMigrationCommands.Sync, Placement.AllShards),
                Row("SLOTS", 2, Asking | CommandFlags.Loading, "3.0.0", PerNode,
                    "Lists ranges of hash slots with their nodes.", "", ClusterQueries.Slots),
            ],
        },
        Row("ASKING", 1, CommandFlags.Fast, "3.0.0", Constant,
            "Lets the next command use a hash slot that is on its way to the node.", "", ClusterQueries.Asking,
            categories: AclCategories.Connection),
        new("CLUSTERSCAN", -2, CommandFlags.ReadOnly, ClusterScan.Run)
        {
            Group = CommandGroup.Cluster,
            Since = "9.1.0",
            Complexity = "O(1) for every call, O(N) for a complete walk over N keys of all nodes.",
            Summary = "Lists keys of the whole cluster a few at a time; each call says where the next one goes.",
            Syntax = "cursor [MATCH pattern:pattern] [COUNT count:integer] [TYPE type] [SLOT slot:integer]",
            Tips = ["nondeterministic_output"],
            Needs = Placement.AllShards,
        },
        Row("READONLY", 1, CommandFlags.Fast | CommandFlags.Loading | CommandFlags.Stale, "3.0.0", Constant,
            "Lets a replica answer reads of its primary's hash slots.", "", ClusterQueries.ReadOnly,
            categories: AclCategories.Connection),
        Row("READWRITE", 1, CommandFlags.Fast | CommandFlags.Loading | CommandFlags.Stale, "3.0.0", Constant,
            "Ends what READONLY began.", "", ClusterQueries.ReadWrite, categories: AclCategories.Connection),
    ];

    private static CommandSpec Row(
        string name, int arity, CommandFlags flags, string since, string complexity, string summary, string syntax,
        CommandHandler handler, Placement needs = Placement.Connection,
        AclCategories categories = AclCategories.None) => new(name, arity, flags, handler)
        {
            Group = CommandGroup.Cluster,
            Since = since,
            Complexity = complexity,
            Summary = summary,
            Syntax = syntax,
            Needs = needs,
            Categories = categories,
        };
}
