using System.Globalization;
using System.Text;
using FastShard.Engine.Commands;
using FastShard.Native.Clocks;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.Sharding;
using FastShard.Transport;

namespace FastShard.Server.Execution;

/// <summary>MONITOR: a line for every command, sent to the connections that asked for it, wherever they live.</summary>
internal static class MonitorFeed
{
    /// <summary>Tells all monitors of a command that has just run.</summary>
    public static void Publish(ShardWorker worker, Connection client, CommandSpec spec, in ArgumentView arguments)
    {
        if (spec.Is(CommandFlags.SkipMonitor) || spec.Is(CommandFlags.Admin)) return;
        byte[] line = Format(SystemClock.WallMicros(), client, spec, arguments);
        foreach (Connection monitor in worker.Server.Monitors.All)
            worker.Post(monitor.Home, new MonitorLine(monitor, monitor.Id, line));
    }

    private static byte[] Format(long micros, Connection client, CommandSpec spec, in ArgumentView arguments)
    {
        byte[][] shown = SecretArguments.Hide(spec, arguments);
        ByteChannel channel = client.Channel;
        string address = channel.IsUnixSocket ? "unix:" + channel.LocalAddress : channel.PeerAddress;
        var text = new StringBuilder("+")
            .Append(CultureInfo.InvariantCulture, $"{micros / 1_000_000}.{micros % 1_000_000:D6} ")
            .Append(CultureInfo.InvariantCulture, $"[{client.Db} {address}]");
        foreach (byte[] argument in shown)
        {
            text.Append(' ');
            QuotedText.Append(text, argument);
        }
        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }

    private sealed class MonitorLine(Connection monitor, long id, byte[] line) : Mail
    {
        internal override void Deliver(ShardWorker worker, Shard shard)
        {
            if (monitor.Id != id || monitor.IsClosed || !monitor.IsMonitor) return; // it left meanwhile
            monitor.Output.Append(line);
            worker.MarkUnflushed(monitor);
        }
    }
}
