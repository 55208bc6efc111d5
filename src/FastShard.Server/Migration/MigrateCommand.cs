using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Persistence.Commands;
using FastShard.Server.Clients;
using FastShard.Server.Commands;

namespace FastShard.Server.Migration;

/// <summary>MIGRATE: keys go to another server.</summary>
internal static class MigrateCommand
{
    private const int ArgumentsMin = -6;

    public static readonly CommandSpec[] Specs =
    [
        new("MIGRATE", ArgumentsMin, CommandFlags.Write | CommandFlags.Moves,
            static (ref CommandContext context) => Migrate(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Generic,
            Since = "2.6.0",
            Complexity = "A DUMP and a DEL here, and a RESTORE there, for each key.",
            Summary = "Moves keys to another server.",
            Syntax = "host port:integer key-selector:string destination-db:integer timeout:integer [COPY] [REPLACE]"
                + " [AUTH password | AUTH2 username password] [KEYS key [key ...]]",
            Keys =
            [
                KeySpec.At(3, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete | KeyAccess.Incomplete),
                KeySpec.After("KEYS", -2, -1, 1, 0,
                    KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete | KeyAccess.Incomplete),
            ],
            FindKeys = static (in ArgumentView arguments, KeyPositions keys) =>
                MigrateOptions.FindKeys(arguments, keys),
            FindSecrets = static (in ArgumentView arguments, KeyPositions secrets) =>
                MigrateOptions.FindSecrets(arguments, secrets),
            Tips = ["nondeterministic_output"],
            Categories = AclCategories.Keyspace | AclCategories.Dangerous,
            Needs = Placement.AllShards,
        },
    ];

    private static void Migrate(ref CommandContext context)
    {
        if (MigrateOptions.Read(ref context) is not { } options) return;
        Connection client = context.Client();
        var move = new KeyMove(options, client);
        for (int index = options.FirstKey; index < options.FirstKey + options.KeyCount; index++)
            Collect(ref context, move, index);
        if (move.Keys.Count == 0)
        {
            context.Reply.Status("NOKEY");
            move.Dispose();
        }
        else if (context.TryPark(BlockKind.Transfer, 0, 0, 0))
        {
            client.Move = move;
        }
        else
        {
            // Between MULTI and EXEC nobody may wait.
            context.Reply.Error("ERR MIGRATE is not allowed in transactions");
            move.Dispose();
        }
    }

    private static void Collect(ref CommandContext context, KeyMove move, int index)
    {
        Key key = context.Key(index);
        if (!key.Home.TryPeek(key, out Entry entry)) return;
        using NativeBuffer payload = new(0);
        DumpPayload.Write(key.Home, entry, payload);
        long left = entry.HasExpiry ? Math.Max(entry.ExpiryMillis - context.NowMillis, 1) : 0;
        move.Add(key.Bytes, payload.Bytes, left, isAsking: context.Dataset.IsClustered);
        move.Slots.Add(key.Slot);
    }
}
