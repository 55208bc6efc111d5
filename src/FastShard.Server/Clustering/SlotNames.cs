using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Server.Clients;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clustering;

/// <summary>The keys of one command, or its shard channels: their slot, and which of them are here.</summary>
internal readonly ref struct SlotNames
{
    public const string CrossSlot = "CROSSSLOT Keys in request don't hash to the same slot";
    public const string TryAgain = "TRYAGAIN Multiple keys request during rehashing of slot";

    private readonly ShardWorker _worker;
    private readonly Connection _client;
    private readonly ArgumentView _arguments;

    public SlotNames(ShardWorker worker, Connection client, in ArgumentView arguments)
    {
        _worker = worker;
        _client = client;
        _arguments = arguments;
        Slot = KeySlot.Of(arguments[worker.KeyPositions[0]]);
        AreOneSlot = true;
        for (int name = 1; name < Count; name++)
            AreOneSlot &= KeySlot.Of(arguments[worker.KeyPositions[name]]) == Slot;
    }

    /// <summary>The slot of the first.</summary>
    public int Slot { get; }

    /// <summary>All are of that slot.</summary>
    public bool AreOneSlot { get; }

    public int Count => _worker.KeyPositions.Count;

    /// <summary>
    /// How many keys are not here. The slot's shard is held from here on, so that this stays true until the command has
    /// run.
    /// </summary>
    public int CountMissing()
    {
        FastShardServer server = _worker.Server;
        _worker.HoldAll((1UL << server.Dataset.ShardOf(Slot)) | _client.Home.Bit);
        Database home = server.Dataset.Home(Slot, _client.Db);
        int missing = 0;
        for (int name = 0; name < Count; name++)
        {
            ReadOnlySpan<byte> bytes = _arguments[_worker.KeyPositions[name]];
            if (!home.TryInspect(new Key(bytes, Slot, KeyHash.Of(bytes), home), out _)) missing++;
        }
        return missing;
    }
}
