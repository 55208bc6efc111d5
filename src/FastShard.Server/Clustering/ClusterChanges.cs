using System.Net;
using FastShard.Cluster;
using FastShard.Cluster.State;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Protocol;
using FastShard.Server.Commands;

namespace FastShard.Server.Clustering;

/// <summary>What an administrator changes of a cluster.</summary>
internal static class ClusterChanges
{
    private const int BusPortDistance = 10000;

    public static void AddSlots(ref CommandContext context)
    {
        if (Host(ref context) is not { } host || !SlotArguments.TryAll(ref context, out SlotSet slots)) return;
        Do(ref context, host, admin => admin.AddSlots(slots));
    }

    public static void AddSlotRanges(ref CommandContext context)
    {
        if (Host(ref context) is not { } host || !SlotArguments.TryRanges(ref context, out SlotSet slots)) return;
        Do(ref context, host, admin => admin.AddSlots(slots));
    }

    public static void RemoveSlots(ref CommandContext context)
    {
        if (Host(ref context) is not { } host || !SlotArguments.TryAll(ref context, out SlotSet slots)) return;
        Do(ref context, host, admin => admin.RemoveSlots(slots));
    }

    public static void RemoveSlotRanges(ref CommandContext context)
    {
        if (Host(ref context) is not { } host || !SlotArguments.TryRanges(ref context, out SlotSet slots)) return;
        Do(ref context, host, admin => admin.RemoveSlots(slots));
    }

    public static void FlushSlots(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        bool hasKeys = HasKeys(context.Dataset);
        Do(ref context, host, admin => admin.FlushSlots(hasKeys));
    }

    public static void BumpEpoch(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        ClusterMachine machine = host.Enter();
        string word = machine.Admin.BumpEpoch() ? "BUMPED" : "STILL";
        ulong epoch = machine.State.Myself.ConfigEpoch;
        host.Leave();
        context.Reply.Status($"{word} {epoch}");
    }

    public static void Failover(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        bool isForced = context.ArgCount == 3 && context.ArgIs(2, "FORCE"u8);
        bool isTakeover = context.ArgCount == 3 && context.ArgIs(2, "TAKEOVER"u8);
        if (context.ArgCount > 2 && !isForced && !isTakeover)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        Do(ref context, host, admin => admin.Failover(isForced, isTakeover));
    }

    public static void Forget(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        string id = context.Text(2);
        Do(ref context, host, admin => admin.Forget(id));
    }

    public static void Meet(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        if (context.ArgCount > 5)
        {
            context.Reply.Error(Execution.Refusals.WrongArity(context.Spec));
            return;
        }
        if (!Numbers.TryParseInt64(context.Arg(3), out long port))
        {
            context.Reply.Error($"ERR Invalid base port specified: {context.Text(3)}");
            return;
        }
        long busPort = port + BusPortDistance;
        if (context.ArgCount == 5 && !Numbers.TryParseInt64(context.Arg(4), out busPort))
        {
            context.Reply.Error($"ERR Invalid bus port specified: {context.Text(4)}");
            return;
        }
        if (!IPAddress.TryParse(context.Text(2), out IPAddress? ip)
            || port is <= 0 or > ushort.MaxValue || busPort is <= 0 or > ushort.MaxValue)
        {
            context.Reply.Error($"ERR Invalid node address specified: {context.Text(2)}:{context.Text(3)}");
            return;
        }
        var address = new NodeAddress(ip.ToString(), (int)port, 0, (int)busPort);
        Do(ref context, host, admin =>
        {
            admin.Meet(address);
            return null;
        });
    }

    public static void Replicate(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        string id = context.Text(2);
        bool hasKeys = HasKeys(context.Dataset);
        Do(ref context, host, admin => admin.Replicate(id, hasKeys));
    }

    public static void Reset(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        bool isHard = context.ArgCount == 3 && context.ArgIs(2, "HARD"u8);
        if (context.ArgCount > 3 || (context.ArgCount == 3 && !isHard && !context.ArgIs(2, "SOFT"u8)))
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        bool hasKeys = HasKeys(context.Dataset);
        Do(ref context, host, admin => admin.Reset(isHard, hasKeys));
    }

    public static void SaveConfig(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        if (host.TrySave()) context.Reply.Ok();
        else context.Reply.Error("ERR error saving the cluster node config: see the log"u8);
    }

    public static void SetConfigEpoch(ref CommandContext context)
    {
        if (Host(ref context) is not { } host || !context.TryGetInteger(2, out long epoch)) return;
        Do(ref context, host, admin => admin.SetConfigEpoch(epoch));
    }

    public static void SetSlot(ref CommandContext context)
    {
        if (Host(ref context) is not { } host || !SlotArguments.TryOne(ref context, 2, out int slot)) return;
        string id = context.ArgCount == 5 ? context.Text(4) : "";
        bool hasKeys = context.Dataset.KeysInSlot(slot) > 0;
        if (context.ArgCount == 4 && context.ArgIs(3, "STABLE"u8))
            Do(ref context, host, admin => admin.Stabilize(slot));
        else if (context.ArgCount == 5 && context.ArgIs(3, "MIGRATING"u8))
            Do(ref context, host, admin => admin.Migrate(slot, id));
        else if (context.ArgCount == 5 && context.ArgIs(3, "IMPORTING"u8))
            Do(ref context, host, admin => admin.Import(slot, id));
        else if (context.ArgCount == 5 && context.ArgIs(3, "NODE"u8))
            Do(ref context, host, admin => admin.Assign(slot, id, hasKeys));
        else
            context.Reply.Error(
                "ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP"u8);
    }

    private static ClusterHost? Host(ref CommandContext context) => ClusterQueries.Host(ref context);

    private static void Do(ref CommandContext context, ClusterHost host, Func<ClusterAdmin, string?> wish)
    {
        string? error = wish(host.Enter().Admin);
        host.Leave();
        if (error is null) context.Reply.Ok();
        else context.Reply.Error(error);
    }

    private static bool HasKeys(Dataset dataset)
    {
        foreach (Keyspace keyspace in dataset.Keyspaces)
        {
            for (int database = 0; database < dataset.DatabaseCount; database++)
            {
                if (Dataset.CountVisible(keyspace, database) > 0) return true;
            }
        }
        return false;
    }
}
