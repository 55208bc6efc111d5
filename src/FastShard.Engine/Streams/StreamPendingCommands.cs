using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Streams;

/// <summary>Commands that acknowledge pending deliveries, give them back, or list them.</summary>
public static class StreamPendingCommands
{
    private const CommandFlags Quick = CommandFlags.Write | CommandFlags.Fast;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("XACK", -4, Quick, static (ref CommandContext context) => Acknowledge(ref context))
        {
            Group = CommandGroup.Stream,
            Since = "5.0.0",
            Complexity = "O(log N) for each id where N is the number of pending entries.",
            Summary = "Acknowledges pending entries of a group, and returns how many were pending.",
            Syntax = "key group id [id ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
        new("XACKDEL", -6, Quick, static (ref CommandContext context) => AcknowledgeAndDelete(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Stream,
            Since = "8.2.0",
            Complexity = "O(log N) for each id where N is the number of pending entries.",
            Summary = "Acknowledges pending entries of a group, and removes them from the stream.",
            Syntax = "key group [KEEPREF | DELREF | ACKED] IDS numids:integer id [id ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Delete)],
        },
        new("XNACK", -7, Quick, static (ref CommandContext context) => StreamRelease.Run(ref context))
        {
            Group = CommandGroup.Stream,
            Since = "8.8.0",
            Complexity = "O(log N) for each id where N is the number of pending entries.",
            Summary = "Gives pending entries back to their group, to be delivered again at once.",
            Syntax = "key group (SILENT | FAIL | FATAL) IDS numids:integer id [id ...] [RETRYCOUNT count:integer]"
                + " [FORCE]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
        new("XPENDING", -3, CommandFlags.ReadOnly, static (ref CommandContext context) => Pending(ref context))
        {
            Group = CommandGroup.Stream,
            Since = "5.0.0",
            Complexity = "O(N) where N is the number of entries returned, or of consumers.",
            Summary = "Returns the pending entries of a group, or an overview of them.",
            Syntax = "key group [[IDLE min-idle-time:integer] start end count:integer [consumer]]",
            Tips = ["nondeterministic_output"],
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
    ];

    private static void Acknowledge(scoped ref CommandContext context)
    {
        Key key = context.Key(1);
        if (!GroupLookup.TryLook(ref context, key, out _, out StreamGroup group, out bool isFound)) return;
        if (!isFound)
        {
            context.Reply.Integer(0);
            return;
        }
        for (int index = 3; index < context.ArgCount; index++)
        {
            if (!StreamIdText.TryGet(ref context, index, out _)) return;
        }
        long acknowledged = 0;
        for (int index = 3; index < context.ArgCount; index++)
        {
            _ = StreamIdText.TryParse(context.Arg(index), 0, out StreamId id);
            if (group.Acknowledge(id)) acknowledged++;
        }
        if (acknowledged > 0) key.Home.ModifiedAside(key, null, wakes: false);
        context.Reply.Integer(acknowledged);
    }

    private static void AcknowledgeAndDelete(scoped ref CommandContext context)
    {
        if (!StreamIdList.TryParse(ref context, 3, out StreamIdList ids)) return;
        Key key = context.Key(1);
        if (!GroupLookup.TryLook(
            ref context, key, out StructureHandle stream, out StreamGroup group, out bool isFound)) return;
        context.Reply.Array(ids.Count);
        bool isDeleted = false;
        bool isAcknowledged = false;
        for (int index = 0; index < ids.Count; index++)
        {
            StreamId id = ids[context, index];
            Removal outcome = Removal.NotThere;
            if (isFound && group.Acknowledge(id))
            {
                isAcknowledged = true;
                bool isRewritten = ids.References != StreamReferences.Delete;
                if (isRewritten) StreamEffects.Acknowledge(key, group.Name, id);
                outcome = StreamWriteCommands.Remove(stream, id, ids.References, ref isDeleted);
                if (isRewritten && outcome == Removal.Removed) StreamEffects.Delete(key, id);
                // It was pending, so it is dealt with, even if the entry was gone before.
                if (outcome == Removal.NotThere) outcome = Removal.Removed;
            }
            context.Reply.Integer((int)outcome);
        }
        if (isDeleted) key.Home.Modified(key, StreamEvents.Delete);
        else if (isAcknowledged) key.Home.ModifiedAside(key, null, wakes: false);
    }

    private static void Pending(scoped ref CommandContext context)
    {
        if (context.ArgCount == 3)
        {
            if (GroupLookup.TryFind(ref context, context.Key(1), isWrite: false, out _, out StreamGroup all))
                Overview(ref context, all);
            return;
        }
        if (!PendingQuery.TryParse(ref context, out PendingQuery query)) return;
        if (!GroupLookup.TryFind(ref context, context.Key(1), isWrite: false, out _, out StreamGroup group)) return;
        StreamConsumer consumer = default;
        if (query.ConsumerIndex > 0 && !group.TryFindConsumer(context.Arg(query.ConsumerIndex), out consumer))
        {
            context.Reply.Array(0);
            return;
        }
        PendingReader reader = consumer.IsNull
            ? new PendingReader(group, query.First, query.Last)
            : new PendingReader(group, consumer, query.First, query.Last);
        DeferredLength array = context.Reply.DeferArray();
        int count = 0;
        while (count < query.Count && reader.MoveNext())
        {
            PendingEntry pending = reader.Current;
            long idle = Math.Max(context.NowMillis - pending.DeliveryMillis, 0);
            if (idle < query.MinIdleMillis) continue;
            count++;
            context.Reply.Array(4);
            StreamReplies.Id(ref context, pending.Id);
            context.Reply.Bulk(pending.OwnerName);
            context.Reply.Integer(pending.IsReleased ? -1 : idle);
            context.Reply.Integer(pending.DeliveryCount);
        }
        context.Reply.SetDeferred(array, count);
    }

    private static void Overview(scoped ref CommandContext context, scoped in StreamGroup group)
    {
        context.Reply.Array(4);
        context.Reply.Integer(group.PendingCount);
        if (group.PendingCount == 0)
        {
            context.Reply.Null();
            context.Reply.Null();
            context.Reply.NullArray();
            return;
        }
        StreamReplies.Id(ref context, group.FirstPending);
        StreamReplies.Id(ref context, group.LastPending);
        DeferredLength array = context.Reply.DeferArray();
        int count = 0;
        for (int index = 0; index < group.ConsumerCount; index++)
        {
            StreamConsumer consumer = group.ConsumerAt(index);
            if (consumer.PendingCount == 0) continue;
            count++;
            context.Reply.Array(2);
            context.Reply.Bulk(consumer.Name);
            context.Reply.BulkInteger(consumer.PendingCount);
        }
        context.Reply.SetDeferred(array, count);
    }
}
