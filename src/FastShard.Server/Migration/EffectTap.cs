using FastShard.Engine.Commands;
using FastShard.Engine.Effects;
using FastShard.Memory;
using FastShard.Persistence.Journals;
using FastShard.Protocol;
using FastShard.Server.Sharding;

namespace FastShard.Server.Migration;

/// <summary>
/// Reads journals on their way to the log, and passes on what is about slots that go to another node. The shards that
/// a journal is of are held meanwhile, so that what is read is what is there.
/// </summary>
internal sealed class EffectTap(FastShardServer server)
{
    // Shards post at the same time: each thread has its own.
    [ThreadStatic]
    private static EffectTap? _mine;

    private readonly ArgList _request = new();
    private readonly KeyPositions _keys = new();
    private ulong _shards; // that the journal is of

    /// <summary>Takes what a journal has.</summary>
    public static void Take(FastShardServer server, SlotExport[] exports, ReadOnlySpan<byte> effects)
    {
        if (_mine is null || !ReferenceEquals(_mine.Server, server)) _mine = new EffectTap(server);
        _mine.Read(exports, effects);
    }

    private FastShardServer Server => server;

    private void Read(SlotExport[] exports, ReadOnlySpan<byte> effects)
    {
        _shards = 0;
        while (!effects.IsEmpty)
        {
            EffectHeader header = EffectHeader.Read(effects);
            ReadOnlySpan<byte> effect = effects.Slice(EffectHeader.Bytes, header.Length);
            effects = effects[(EffectHeader.Bytes + header.Length)..];
            if ((header.Flags & EffectFlags.ForReplicas) == 0) PassAll(exports, effect);
        }
        foreach (SlotExport export in exports) export.EndJournal(_shards);
    }

    // Requests that each are all of their unit stand in one effect together.
    private void PassAll(SlotExport[] exports, ReadOnlySpan<byte> effect)
    {
        while (!effect.IsEmpty)
        {
            _request.Clear();
            int length = 0;
            if (JournalScanner.Scan(effect, ref length, _request) != ScanStatus.Request) return;
            Pass(exports, effect[..length]);
            effect = effect[length..];
        }
    }

    private void Pass(SlotExport[] exports, ReadOnlySpan<byte> effect)
    {
        var arguments = new ArgumentView(effect, _request, 0, _request.Count);
        CommandSpec? spec = server.Commands.Find(arguments[0]);
        if (spec is { Handler: null } && arguments.Count > 1)
            spec = CommandTable.FindSubcommand(spec, arguments[1]);
        if (spec is null || !spec.Is(CommandFlags.Write)) return;
        int index = spec.SingleKeyIndex;
        if (index == 0 && !TryKeys(spec, arguments))
        {
            foreach (SlotExport export in exports) export.NoteImpossible("All keys were removed meanwhile");
            return;
        }
        bool isOne = index > 0 || _keys.Count == 1;
        ReadOnlySpan<byte> key = arguments[index > 0 ? index : _keys[0]];
        int slot = KeySlot.Of(key);
        int shard = server.Dataset.ShardOf(slot);
        _shards |= 1UL << shard;
        foreach (SlotExport export in exports)
        {
            if (export.PartOf(shard) is not { } part || !part.Covers(slot)) continue;
            if (isOne) part.Follow(slot, key, effect);
            else part.Follow(slot, arguments, _keys, effect);
        }
    }

    // None: it is about whole databases.
    private bool TryKeys(CommandSpec spec, in ArgumentView arguments) =>
        (spec.Keys.Length > 0 || spec.FindKeys is not null)
        && KeyExtraction.TryCollect(spec, arguments, _keys) && _keys.Count > 0;
}
