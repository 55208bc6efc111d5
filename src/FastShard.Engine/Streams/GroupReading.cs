using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Streams;

/// <summary>What XREADGROUP does with one stream: history, or claimed deliveries and new entries.</summary>
internal ref struct GroupReading
{
    private readonly StructureHandle _stream;
    private readonly StreamGroup _group;
    private StreamConsumer _consumer;
    private readonly StreamId _after;
    private readonly bool _isHistory;
    private readonly bool _noAcknowledge;
    private readonly long _claimMillis;
    private readonly Database _home;
    private readonly Key _key;

    private GroupReading(scoped ref CommandContext context, scoped in StreamReadOptions options, int keyIndex)
    {
        Key key = context.Key(keyIndex);
        _home = key.Home;
        _key = key;
        _ = key.Home.TryPeek(key, out Entry entry);
        _stream = key.Home.Table.Structure(entry);
        _ = new StreamGroups(_stream).TryFind(context.Arg(options.GroupIndex), out _group);
        ReadOnlySpan<byte> id = context.Arg(keyIndex + options.KeyCount);
        // The largest id stands for ">": nothing can be behind it.
        if (!id.SequenceEqual(">"u8))
            _isHistory = StreamIdText.TryParse(id, 0, out _after) && _after != StreamId.Max;
        _noAcknowledge = options.NoAcknowledge;
        _claimMillis = _isHistory ? -1 : options.ClaimMillis;
    }

    /// <summary>Finds stream, group and consumer, which is made if there is none.</summary>
    public static GroupReading Begin(
        scoped ref CommandContext context, scoped in StreamReadOptions options, int keyIndex)
    {
        GroupReading reading = new(ref context, options, keyIndex);
        ReadOnlySpan<byte> name = context.Arg(options.GroupIndex + 1);
        if (reading._group.GetOrCreateConsumer(name, context.NowMillis, out reading._consumer))
        {
            reading._home.ModifiedAside(context.Key(keyIndex), StreamEvents.GroupCreateConsumer, wakes: false);
            StreamEffects.MakeConsumer(context.Key(keyIndex), reading._group, name);
        }
        reading._consumer.SeenMillis = context.NowMillis;
        return reading;
    }

    /// <summary>Whether there is anything to reply; the consumer's history always is, even empty.</summary>
    public readonly bool HasAny(scoped in CommandContext context)
    {
        if (_isHistory) return true;
        if (_claimMillis >= 0 && HasClaimable(context.NowMillis)) return true;
        return HasNew();
    }

    /// <summary>Sees to it that the key is looked at again when the next delivery may be claimed.</summary>
    public readonly void WakeWhenClaimable(scoped in Key key)
    {
        if (_claimMillis < 0) return;
        StreamId position = default;
        StreamEntries entries = new(_stream);
        while (_group.TryNextByTime(ref position, out PendingEntry pending))
        {
            if (!entries.Contains(pending.Id)) continue;
            if (pending.DeliveryMillis <= long.MaxValue - _claimMillis)
                _home.Owner.Waiters.SignalAt(_home.Index, key.Hash, pending.DeliveryMillis + _claimMillis);
            return;
        }
    }

    /// <summary>Replies what there is; false if nothing was within the budget.</summary>
    public bool Reply(scoped ref CommandContext context, ref StreamReadBudget budget)
    {
        budget.BeginStream();
        DeferredLength entries = context.Reply.DeferArray();
        if (_isHistory)
        {
            ReplyHistory(ref context, ref budget);
        }
        else
        {
            if (_claimMillis >= 0) ReplyClaimed(ref context, ref budget);
            ReplyNew(ref context, ref budget);
        }
        context.Reply.SetDeferred(entries, budget.OfStream);
        if (budget.OfStream > 0)
        {
            _home.Owner.Counters.Dirty++;
            _ = _home.Rewrite(); // a history without entries changes nothing that is to be journalled
        }
        return _isHistory || budget.OfStream > 0;
    }

    private readonly bool HasNew()
    {
        if (!_group.LastId.TryNext(out StreamId first)) return false;
        return new StreamEntryReader(_stream, first, StreamId.Max, isBackwards: false).MoveNext();
    }

    private readonly bool HasClaimable(long nowMillis)
    {
        StreamId position = default;
        StreamEntries entries = new(_stream);
        while (_group.TryNextByTime(ref position, out PendingEntry pending))
        {
            if (nowMillis - pending.DeliveryMillis < _claimMillis) return false;
            if (entries.Contains(pending.Id)) return true;
        }
        return false;
    }

    private readonly void ReplyHistory(scoped ref CommandContext context, ref StreamReadBudget budget)
    {
        if (!_after.TryNext(out StreamId first)) return;
        while (budget.MayTry())
        {
            // The deliveries change on the way, so that the place is looked for anew.
            PendingReader reader = new(_group, _consumer, first, StreamId.Max);
            if (!reader.MoveNext()) return;
            PendingEntry pending = reader.Current;
            ReplyMark before = context.Reply.Buffer.Mark();
            bool isThere = StreamReplies.TryEntry(ref context, _stream, pending.Id);
            if (!isThere)
            {
                context.Reply.Array(2);
                StreamReplies.Id(ref context, pending.Id);
                context.Reply.NullArray();
            }
            if (!budget.TryKeep(context, before)) return;
            if (isThere)
                Assign(pending.Id, context.NowMillis, Increased(pending.DeliveryCount));
            if (!pending.Id.TryNext(out first)) return;
        }
    }

    private void ReplyClaimed(scoped ref CommandContext context, ref StreamReadBudget budget)
    {
        StreamId position = default;
        ulong end = _group.NextTurn;
        while (budget.MayTry() && _group.TryNextByTime(ref position, out PendingEntry pending))
        {
            // What is claimed here gets a later turn, and must not be met again.
            long idle = context.NowMillis - pending.DeliveryMillis;
            if (idle < _claimMillis || pending.Turn >= end) return;
            StreamEntryReader reader = new(_stream, pending.Id, pending.Id, isBackwards: false);
            if (!reader.MoveNext()) continue;
            ReplyMark before = context.Reply.Buffer.Mark();
            ReplyWithHistory(ref context, ref reader, idle, pending.DeliveryCount);
            if (!budget.TryKeep(context, before)) return;
            Assign(pending.Id, context.NowMillis, Increased(pending.DeliveryCount));
            _consumer.ActiveMillis = context.NowMillis;
        }
    }

    private void ReplyNew(scoped ref CommandContext context, ref StreamReadBudget budget)
    {
        if (!_group.LastId.TryNext(out StreamId first)) return;
        StreamEntries entries = new(_stream);
        StreamEntryReader reader = new(_stream, first, StreamId.Max, isBackwards: false);
        bool hasAdvanced = false;
        while (budget.MayTry() && reader.MoveNext())
        {
            ReplyMark before = context.Reply.Buffer.Mark();
            if (_claimMillis >= 0) ReplyWithHistory(ref context, ref reader, 0, 0);
            else StreamReplies.Entry(ref context, ref reader);
            if (!budget.TryKeep(context, before)) break;
            GroupProgress.Advance(entries, _group, reader.Id);
            hasAdvanced = true;
            if (_noAcknowledge) continue;
            Assign(reader.Id, context.NowMillis, 1);
            _consumer.ActiveMillis = context.NowMillis;
        }
        if (hasAdvanced) StreamEffects.SetGroup(_key, _group);
    }

    private readonly void Assign(StreamId id, long deliveryMillis, long deliveryCount)
    {
        _group.Assign(id, _consumer, deliveryMillis, deliveryCount);
        StreamEffects.Claim(_key, _group, _consumer.Name, id, deliveryMillis, deliveryCount);
    }

    private static void ReplyWithHistory(
        scoped ref CommandContext context, ref StreamEntryReader reader, long idleMillis, long deliveryCount)
    {
        context.Reply.Array(4);
        StreamReplies.Content(ref context, ref reader);
        context.Reply.Integer(idleMillis);
        context.Reply.Integer(deliveryCount);
    }

    private static long Increased(long count) => count == long.MaxValue ? count : count + 1;
}
