using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Streams;

/// <summary>Commands that remove entries of a stream, or set what it knows of its ids.</summary>
public static class StreamWriteCommands
{
    private const CommandFlags Quick = CommandFlags.Write | CommandFlags.Fast;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("XDEL", -3, Quick, static (ref CommandContext context) => Delete(ref context))
        {
            Group = CommandGroup.Stream,
            Since = "5.0.0",
            Complexity = "O(1) for each entry, however long the stream.",
            Summary = "Removes entries from a stream, and returns how many there were.",
            Syntax = "key id [id ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Delete)],
        },
        new("XDELEX", -5, Quick, static (ref CommandContext context) => DeleteWithReferences(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Stream,
            Since = "8.2.0",
            Complexity = "O(1) for each entry, however long the stream.",
            Summary = "Removes entries from a stream, and says what happens to them in consumer groups.",
            Syntax = "key [KEEPREF | DELREF | ACKED] IDS numids:integer id [id ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Delete)],
        },
        new("XTRIM", -4, CommandFlags.Write, static (ref CommandContext context) => Trim(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Stream,
            Since = "5.0.0",
            Complexity = "O(N) where N is the number of entries removed.",
            Summary = "Removes the first entries of a stream, down to a length or up to an id.",
            Syntax = "key (MAXLEN | MINID) [= | ~] threshold [LIMIT count:integer] [KEEPREF | DELREF | ACKED]",
            Tips = ["nondeterministic_output"],
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Delete)],
        },
        new("XSETID", -3, Quick | CommandFlags.DenyOom, static (ref CommandContext context) => SetId(ref context))
        {
            Group = CommandGroup.Stream,
            Since = "5.0.0",
            Complexity = "O(1)",
            Summary = "Sets the last id of a stream, and what it knows of entries added and removed.",
            Syntax = "key last-id [ENTRIESADDED entries-added:integer] [MAXDELETEDID max-deleted-id]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
    ];

    private static void Delete(scoped ref CommandContext context)
    {
        Key key = context.Key(1);
        if (!TryFind(ref context, key, 0, out Entry entry)) return;
        for (int index = 2; index < context.ArgCount; index++)
        {
            if (!StreamIdText.TryGet(ref context, index, out _)) return;
        }
        StreamEntries entries = new(key.Home.Table.Structure(entry));
        long deleted = 0;
        for (int index = 2; index < context.ArgCount; index++)
        {
            _ = StreamIdText.TryParse(context.Arg(index), 0, out StreamId id);
            if (entries.TryDelete(id)) deleted++;
        }
        if (deleted > 0) key.Home.Modified(key, StreamEvents.Delete);
        context.Reply.Integer(deleted);
    }

    private static void DeleteWithReferences(scoped ref CommandContext context)
    {
        if (!StreamIdList.TryParse(ref context, 2, out StreamIdList ids)) return;
        Key key = context.Key(1);
        Lookup lookup = key.Home.Write(key, ValueType.Stream, out Entry entry);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        context.Reply.Array(ids.Count);
        StructureHandle stream = lookup == Lookup.Found ? key.Home.Table.Structure(entry) : default;
        bool isChanged = false;
        for (int index = 0; index < ids.Count; index++)
        {
            StreamId id = ids[context, index];
            Removal outcome = lookup == Lookup.Found
                ? Remove(stream, id, ids.References, ref isChanged)
                : Removal.NotThere;
            context.Reply.Integer((int)outcome);
            // What happens to deliveries in all groups has no older name: then the command stands for itself.
            if (outcome == Removal.Removed && ids.References != StreamReferences.Delete)
                StreamEffects.Delete(key, id);
        }
        if (isChanged) key.Home.Modified(key, StreamEvents.Delete);
    }

    /// <summary>Removes an entry as the option for its deliveries says.</summary>
    internal static Removal Remove(
        scoped in StructureHandle stream, StreamId id, StreamReferences references, ref bool isChanged)
    {
        StreamEntries entries = new(stream);
        StreamGroups groups = new(stream);
        // Deliveries without an entry are forgotten too.
        if (references == StreamReferences.Delete && groups.Forget(id)) isChanged = true;
        if (references == StreamReferences.Acknowledged && groups.IsReferenced(id))
            return entries.Contains(id) ? Removal.Referenced : Removal.NotThere;
        if (!entries.TryDelete(id)) return Removal.NotThere;
        isChanged = true;
        return Removal.Removed;
    }

    private static void Trim(scoped ref CommandContext context)
    {
        if (!StreamAddOptions.TryParse(ref context, isAdd: false, out StreamAddOptions options)) return;
        Key key = context.Key(1);
        if (!TryFind(ref context, key, 0, out Entry entry)) return;
        StreamEntries entries = new(key.Home.Table.Structure(entry));
        long removed = entries.Trim(options.Trim);
        if (removed > 0)
        {
            key.Home.Modified(key, StreamEvents.Trim);
            StreamEffects.Trim(key, options.Trim, entries.Length);
        }
        context.Reply.Integer(removed);
    }

    private static void SetId(scoped ref CommandContext context)
    {
        if (!StreamIdText.TryGet(ref context, 2, out StreamId id)) return;
        if (!TryReadSetId(ref context, id, out long added, out StreamId maxDeleted)) return;
        Key key = context.Key(1);
        Lookup lookup = key.Home.Write(key, ValueType.Stream, out Entry entry);
        if (lookup != Lookup.Found)
        {
            context.Reply.Error(lookup == Lookup.Missing ? Errors.NoSuchKey : Errors.WrongType);
            return;
        }
        StreamEntries entries = new(key.Home.Table.Structure(entry));
        if (id < entries.MaxDeletedId)
        {
            context.Reply.Error("ERR The ID specified in XSETID is smaller than current max_deleted_entry_id"u8);
            return;
        }
        if (entries.Length > 0 && id < entries.LastLiveId)
        {
            context.Reply.Error("ERR The ID specified in XSETID is smaller than the target stream top item"u8);
            return;
        }
        if (added >= 0 && entries.Length > added)
        {
            context.Reply.Error(
                "ERR The entries_added specified in XSETID is smaller than the target stream length"u8);
            return;
        }
        entries.LastId = id;
        if (added >= 0) entries.EntriesAdded = added;
        if (!maxDeleted.IsZero) entries.MaxDeletedId = maxDeleted;
        key.Home.Modified(key, StreamEvents.SetId);
        context.Reply.Ok();
    }

    private static bool TryReadSetId(
        scoped ref CommandContext context, StreamId id, out long added, out StreamId maxDeleted)
    {
        added = -1;
        maxDeleted = StreamId.Zero;
        for (int index = 3; index < context.ArgCount; index += 2)
        {
            bool hasValue = index + 1 < context.ArgCount;
            if (hasValue && context.ArgIs(index, "ENTRIESADDED"u8))
            {
                if (!context.TryGetInteger(index + 1, out added)) return false;
                if (added >= 0) continue;
                context.Reply.Error("ERR entries_added must be positive"u8);
                return false;
            }
            if (!hasValue || !context.ArgIs(index, "MAXDELETEDID"u8))
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
            if (!StreamIdText.TryGet(ref context, index + 1, out maxDeleted)) return false;
            if (maxDeleted <= id) continue;
            context.Reply.Error(
                "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id"u8);
            return false;
        }
        return true;
    }

    private static bool TryFind(
        scoped ref CommandContext context, scoped in Key key, long replyIfMissing, out Entry entry)
    {
        switch (key.Home.Write(key, ValueType.Stream, out entry))
        {
            case Lookup.Found:
                return true;
            case Lookup.Missing:
                context.Reply.Integer(replyIfMissing);
                return false;
            default:
                context.Reply.Error(Errors.WrongType);
                return false;
        }
    }
}
