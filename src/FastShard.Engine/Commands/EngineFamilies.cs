using FastShard.Engine.Bitmaps;
using FastShard.Engine.Geo;
using FastShard.Engine.Hashes;
using FastShard.Engine.HyperLogLogs;
using FastShard.Engine.Keys;
using FastShard.Engine.Lists;
using FastShard.Engine.Sets;
using FastShard.Engine.SortedSets;
using FastShard.Engine.Sorting;
using FastShard.Engine.Streams;
using FastShard.Engine.Strings;

namespace FastShard.Engine.Commands;

/// <summary>
/// All command families of the engine, in one place: what the server's table and the command tests are made of.
/// </summary>
public static class EngineFamilies
{
    /// <summary>The families' declarations.</summary>
    public static readonly CommandSpec[][] All =
    [
        StringReadCommands.Specs,
        StringWriteCommands.Specs,
        StringCompareCommands.Specs,
        CounterCommands.Specs,
        MultiStringCommands.Specs,
        LcsCommand.Specs,
        BitmapCommands.Specs,
        HyperLogLogCommands.Specs,
        PushPopCommands.Specs,
        ListReadCommands.Specs,
        ListSearchCommand.Specs,
        ListEditCommands.Specs,
        ListMoveCommands.Specs,
        ListMoveManyCommand.Specs,
        BlockingListCommands.Specs,
        SortedSetAddCommands.Specs,
        SortedSetScoreCommands.Specs,
        SortedSetPopCommands.Specs,
        BlockingSortedSetCommands.Specs,
        SortedSetRangeCommands.Specs,
        SortedSetCountCommands.Specs,
        SortedSetCombineCommands.Specs,
        SortedSetScanCommands.Specs,
        GeoCommands.Specs,
        GeoSearchCommands.Specs,
        HashWriteCommands.Specs,
        HashReadCommands.Specs,
        HashRandomCommand.Specs,
        HashExpireCommands.Specs,
        HashExtendedCommands.Specs,
        HashImportCommands.Specs,
        SetCommands.Specs,
        SetRandomCommands.Specs,
        SetAlgebraCommands.Specs,
        StreamAddCommands.Specs,
        StreamRangeCommands.Specs,
        StreamReadCommands.Specs,
        StreamWriteCommands.Specs,
        StreamGroupCommands.Specs,
        StreamPendingCommands.Specs,
        StreamClaimCommands.Specs,
        StreamInfoCommands.Specs,
        StreamProducerCommands.Specs,
        KeyCommands.Specs,
        TransferCommands.Specs,
        ScanCommands.Specs,
        ExpireCommands.Specs,
        TimeLeftCommands.Specs,
        ObjectCommands.Specs,
        DatabaseCommands.Specs,
        SortCommands.Specs,
    ];
}
