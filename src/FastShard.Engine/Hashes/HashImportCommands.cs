using FastShard.Engine.Collections;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Sessions;
using FastShard.Engine.Text;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Hashes;

/// <summary>
/// HIMPORT: hashes of the same fields, whose names are said once a connection. What it makes are ordinary hashes.
/// </summary>
public static class HashImportCommands
{
    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("HIMPORT", -2, CommandFlags.None, handler: null)
        {
            Group = CommandGroup.Hash, Since = "8.10.0", Complexity = "Depends on the subcommand.",
            Summary = "Holds the commands that make many hashes of the same fields.",
            Subcommands =
            [
                new("PREPARE", -4, CommandFlags.DenyOom, static (ref CommandContext context) => Prepare(ref context))
                {
                    Group = CommandGroup.Hash, Since = "8.10.0", Complexity = "O(N) for N fields.",
                    Summary = "Keeps a list of field names under a name, until the connection ends.",
                    Syntax = "fieldset-name field [field ...]",
                },
                new("SET", -5, CommandFlags.Write | CommandFlags.DenyOom,
                    static (ref CommandContext context) => Set(ref context))
                {
                    Group = CommandGroup.Hash, Since = "8.10.0", Complexity = "O(N) for N fields.",
                    Summary = "Makes a hash of values for the fields of a list, in the place of one that is there.",
                    Syntax = "key fieldset-name value [value ...]",
                    Keys = [KeySpec.At(2, KeyAccess.Overwrite | KeyAccess.Update)],
                    Propagates = Propagation.Rewritten,
                },
                new("DISCARD", 3, CommandFlags.None, static (ref CommandContext context) => Discard(ref context))
                {
                    Group = CommandGroup.Hash, Since = "8.10.0", Complexity = "O(N) for the N fields of the list.",
                    Summary = "Forgets a list of field names.",
                    Syntax = "fieldset-name",
                },
                new("DISCARDALL", 2, CommandFlags.None,
                    static (ref CommandContext context) =>
                        context.Reply.Integer(context.Session.FieldSets?.Clear() ?? 0))
                {
                    Group = CommandGroup.Hash, Since = "8.10.0", Complexity = "O(N) for N lists.",
                    Summary = "Forgets all lists of field names, and returns how many there were.",
                },
            ],
        },
    ];

    private static void Prepare(ref CommandContext context)
    {
        byte[][] fields = new byte[context.ArgCount - 3][];
        HashSet<byte[]> seen = new(fields.Length, BytesComparer.Instance);
        for (int index = 0; index < fields.Length; index++)
        {
            fields[index] = context.Arg(index + 3).ToArray();
            if (seen.Add(fields[index])) continue;
            context.Reply.Error("ERR duplicate field name in fieldset"u8);
            return;
        }
        FieldSets sets = context.Session.FieldSets ??= new FieldSets();
        sets.Put(context.Arg(2), fields);
        context.Reply.Ok();
    }

    private static void Discard(ref CommandContext context)
    {
        bool isRemoved = context.Session.FieldSets is { } sets && sets.Remove(context.Arg(2));
        context.Reply.Integer(isRemoved ? 1 : 0);
    }

    private static void Set(ref CommandContext context)
    {
        Key key = context.Key(2);
        if (!HashLookup.TryWrite(ref context, key, out HashValue old)) return;
        if (context.Session.FieldSets?.Find(context.Arg(3)) is not { } fields)
        {
            context.Reply.Error("ERR no such fieldset"u8);
            return;
        }
        if (fields.Length != context.ArgCount - 4)
        {
            context.Reply.Error("ERR value count does not match fieldset field count"u8);
            return;
        }
        bool isFound = !old.IsNull;
        if (isFound)
        {
            key.Home.Table.Remove(ref old.Entry);
            key.Home.ExpectReplacement();
        }
        Fill(ref context, key, fields);
        if (isFound) key.Home.Overwritten(key, ValueType.Hash, ValueType.Hash);
        foreach (byte[] field in fields) key.Home.Owner.ChangedFields.Note(field);
        key.Home.Modified(key, KeyEvent.HSet);
        // The names of the fields are the connection's, which nobody has who replays this.
        HashEffects.Replace(key, isFound, fields, context, firstValue: 4);
        context.Reply.Ok();
    }

    private static void Fill(ref CommandContext context, in Key key, byte[][] fields)
    {
        EncodingLimits limits = context.Dataset.Encodings;
        HashValue hash = HashValue.Create(key);
        int longest = 0;
        for (int index = 0; index < fields.Length; index++)
            longest = Math.Max(longest, Math.Max(fields[index].Length, context.Arg(index + 4).Length));
        hash.Expect(fields.Length, longest, limits);
        for (int index = 0; index < fields.Length; index++)
            hash.Set(new Member(fields[index]), context.Arg(index + 4), keepsDeadline: false, limits);
    }
}
