using System.Globalization;
using System.Text;
using FastShard.Memory;
using FastShard.Server.Clients;

namespace FastShard.Server.Commands;

/// <summary>One line of CLIENT LIST: Redis's fields in Redis's order, and which shard serves the connection.</summary>
internal static class ClientLine
{
    public static string Of(Connection client, long nowMillis)
    {
        StringBuilder line = new();
        // A client that is running commands may use its worker's buffer.
        NativeBuffer? input = client.Input ?? client.Batch?.Input;
        long blobBytes = client.Incoming.FilledBytes + (client.Batch?.Args.BlobBytes ?? 0);
        long inputBytes = blobBytes > 0 ? blobBytes : input?.Length ?? 0;
        long inputFree = Math.Max(0, (input?.Capacity ?? 0) - (input?.Length ?? 0));
        long argumentBytes = client.Batch is { } batch ? batch.Args.AllocatedBytes + batch.Args.BlobBytes : 0;
        Append(line, "id", client.Id);
        Append(line, "addr", client.Channel.PeerAddress);
        Append(line, "laddr", client.Channel.LocalAddress);
        Append(line, "fd", client.Channel.Descriptor);
        Append(line, "name", client.Name);
        Append(line, "age", (nowMillis - client.CreatedMillis) / 1000);
        Append(line, "idle", Math.Max(0, nowMillis - client.LastRequestMillis) / 1000);
        Append(line, "flags", Flags(client));
        Append(line, "db", client.Db);
        Append(line, "sub", client.Subscriber?.Channels.Count ?? 0);
        Append(line, "psub", client.Subscriber?.Patterns.Count ?? 0);
        Append(line, "ssub", client.Subscriber?.ShardChannels.Count ?? 0);
        Append(line, "multi", client.Transaction.IsOpen ? client.Transaction.Count : -1);
        Append(line, "qbuf", inputBytes);
        Append(line, "qbuf-free", inputFree);
        Append(line, "argv-mem", argumentBytes);
        Append(line, "multi-mem", client.Transaction.AllocatedBytes);
        Append(line, "rbs", client.Output.AllocatedBytes);
        Append(line, "rbp", client.Output.AllocatedBytes);
        Append(line, "obl", client.Output.Length);
        Append(line, "oll", 0);
        Append(line, "omem", client.Output.Length);
        Append(line, "tot-mem", client.MemoryBytes);
        Append(line, "events", client.IsSendBlocked ? "rw" : "r");
        Append(line, "cmd", client.LastCommand?.FullName ?? "NULL");
        Append(line, "user", "default");
        Append(line, "redir", client.Tracker?.RedirectId ?? -1);
        Append(line, "resp", client.Version == Protocol.RespVersion.Resp3 ? 3 : 2);
        Append(line, "lib-name", client.LibraryName);
        Append(line, "lib-ver", client.LibraryVersion);
        Append(line, "tot-net-in", client.BytesReceived);
        Append(line, "tot-net-out", client.BytesSent);
        Append(line, "tot-cmds", client.CommandsRun);
        Append(line, "watch", client.Transaction.Watched.Count);
        Append(line, "shard", client.Home.Index);
        return line.ToString();
    }

    /// <summary>The letters of the flags field; N when there are none.</summary>
    public static string Flags(Connection client)
    {
        StringBuilder flags = new();
        if (client.Replica is { IsEnlisted: true }) flags.Append('S');
        if (client.IsPrimary) flags.Append('M');
        if (client.IsMonitor) flags.Append('O');
        if (client.IsSubscribed) flags.Append('P');
        if (client.Blocked is not null || client.IsHeldBack) flags.Append('b');
        if (client.Transaction.IsOpen) flags.Append('x');
        if (client.Tracker is { } tracker)
        {
            flags.Append('t');
            if (tracker.IsRedirectBroken) flags.Append('R');
            if (tracker.IsBroadcast) flags.Append('B');
        }
        if (client.WatchBroken) flags.Append('d');
        if (client.ClosesAfterReply) flags.Append('c');
        if (client.IsClosed) flags.Append('A');
        if (client.Channel.IsUnixSocket) flags.Append('U');
        if (client.NoEvict) flags.Append('e');
        if (client.NoTouch) flags.Append('T');
        if (client.IsImportSource) flags.Append('I');
        return flags.Length == 0 ? "N" : flags.ToString();
    }

    private static void Append(StringBuilder line, string name, string value)
    {
        if (line.Length > 0) line.Append(' ');
        line.Append(name).Append('=').Append(value);
    }

    private static void Append(StringBuilder line, string name, long value) =>
        Append(line, name, value.ToString(CultureInfo.InvariantCulture));
}
