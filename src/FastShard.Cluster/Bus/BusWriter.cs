using System.Buffers.Binary;
using System.Text;
using FastShard.Cluster.State;

namespace FastShard.Cluster.Bus;

/// <summary>Makes packets.</summary>
public static class BusWriter
{
    /// <summary>A packet that is nothing but its header: votes, and the start of a manual failover.</summary>
    public static byte[] Plain(in BusHeader header) => Begin(header, 0, 0);

    /// <summary>PING, PONG or MEET; what is empty of the extensions is not sent.</summary>
    public static byte[] Gossip(
        in BusHeader header, ReadOnlySpan<GossipEntry> entries, in PingExtensions extensions)
    {
        string hostname = extensions.Hostname;
        int bytes = (hostname.Length == 0 ? 0 : HostnameBytes(hostname))
            + (extensions.ShardId.IsNone ? 0 : BusLayout.ShardIdBytes)
            + (extensions.Ports.Count == 0 ? 0 : BusLayout.PortsBytes);
        byte[] packet = Begin(header, (entries.Length * BusLayout.GossipBytes) + bytes, entries.Length);
        Span<byte> rest = packet.AsSpan(BusLayout.HeaderBytes);
        foreach (GossipEntry entry in entries)
        {
            WriteEntry(rest, entry);
            rest = rest[BusLayout.GossipBytes..];
        }
        if (bytes == 0) return packet;

        packet[BusLayout.Marks] |= (byte)BusMarks.Extensions;
        int count = WriteExtensions(rest, extensions);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(BusLayout.Extensions), (ushort)count);
        return packet;
    }

    /// <summary>A node is down.</summary>
    public static byte[] Fail(in BusHeader header, NodeId failed)
    {
        byte[] packet = Begin(header, NodeId.Chars, 0);
        failed.WriteField(packet.AsSpan(BusLayout.HeaderBytes));
        return packet;
    }

    /// <summary>A message for a channel, of the cluster's or of a shard's.</summary>
    public static byte[] Publish(in BusHeader header, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        byte[] packet = Begin(header, BusLayout.PublishHeadBytes + channel.Length + message.Length, 0);
        Span<byte> body = packet.AsSpan(BusLayout.HeaderBytes);
        BinaryPrimitives.WriteInt32BigEndian(body, channel.Length);
        BinaryPrimitives.WriteInt32BigEndian(body[4..], message.Length);
        channel.CopyTo(body[BusLayout.PublishHeadBytes..]);
        message.CopyTo(body[(BusLayout.PublishHeadBytes + channel.Length)..]);
        return packet;
    }

    /// <summary>What a node really serves, for one that claims what is not its own any more.</summary>
    public static byte[] Update(in BusHeader header, NodeId owner, ulong configEpoch, ReadOnlySpan<byte> slots)
    {
        byte[] packet = Begin(header, BusLayout.UpdateBytes, 0);
        Span<byte> body = packet.AsSpan(BusLayout.HeaderBytes);
        BinaryPrimitives.WriteUInt64BigEndian(body, configEpoch);
        owner.WriteField(body[BusLayout.UpdateName..]);
        slots.CopyTo(body[BusLayout.UpdateSlots..]);
        return packet;
    }

    // tidy: table
    private static byte[] Begin(in BusHeader header, int bodyBytes, int entries)
    {
        byte[] packet = new byte[BusLayout.HeaderBytes + bodyBytes];
        Span<byte> at = packet;
        BusLayout.Signature.CopyTo(at);
        BinaryPrimitives.WriteInt32BigEndian(at[BusLayout.Length..], packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(at[BusLayout.VersionAt..], BusLayout.Version);
        BinaryPrimitives.WriteUInt16BigEndian(at[BusLayout.Port..], (ushort)header.Address.Port);
        BinaryPrimitives.WriteUInt16BigEndian(at[BusLayout.Type..], (ushort)header.Type);
        BinaryPrimitives.WriteUInt16BigEndian(at[BusLayout.Count..], (ushort)entries);
        BinaryPrimitives.WriteUInt64BigEndian(at[BusLayout.CurrentEpoch..], header.CurrentEpoch);
        BinaryPrimitives.WriteUInt64BigEndian(at[BusLayout.ConfigEpoch..], header.ConfigEpoch);
        BinaryPrimitives.WriteInt64BigEndian(at[BusLayout.Offset..], header.Offset);
        header.Sender.WriteField(at[BusLayout.Sender..]);
        header.Slots.CopyTo(at[BusLayout.Slots..]);
        header.Primary.WriteField(at[BusLayout.Primary..]);
        WriteIp(at[BusLayout.Ip..], header.Address.Ip);
        BinaryPrimitives.WriteUInt16BigEndian(at[BusLayout.PlainPort..], (ushort)header.Address.PlainPort);
        BinaryPrimitives.WriteUInt16BigEndian(at[BusLayout.BusPort..], (ushort)header.Address.BusPort);
        BinaryPrimitives.WriteUInt16BigEndian(at[BusLayout.Flags..], (ushort)header.Flags);
        at[BusLayout.State] = header.IsOk ? (byte)0 : (byte)1;
        at[BusLayout.Marks] = (byte)header.Marks;
        at[BusLayout.OwnMarks] = header.KnowsPorts ? BusLayout.KnowsPorts : (byte)0;
        return packet;
    }

    private static int WriteExtensions(Span<byte> rest, in PingExtensions extensions)
    {
        int count = 0;
        if (extensions.Hostname.Length > 0)
        {
            Span<byte> text = NextExtension(
                ref rest, HostnameBytes(extensions.Hostname), BusLayout.HostnameExtension, ref count);
            Encoding.ASCII.GetBytes(extensions.Hostname, text);
        }
        if (!extensions.ShardId.IsNone)
        {
            extensions.ShardId.WriteField(
                NextExtension(ref rest, BusLayout.ShardIdBytes, BusLayout.ShardIdExtension, ref count));
        }
        if (extensions.Ports.Count > 0)
        {
            Span<byte> ports = NextExtension(ref rest, BusLayout.PortsBytes, BusLayout.PortsExtension, ref count);
            BinaryPrimitives.WriteUInt16BigEndian(ports, (ushort)extensions.Ports.First);
            BinaryPrimitives.WriteUInt16BigEndian(ports[2..], (ushort)extensions.Ports.Count);
        }
        return count;
    }

    private static Span<byte> NextExtension(ref Span<byte> rest, int bytes, ushort type, ref int count)
    {
        BinaryPrimitives.WriteInt32BigEndian(rest, bytes);
        BinaryPrimitives.WriteUInt16BigEndian(rest[BusLayout.ExtensionType..], type);
        Span<byte> body = rest[BusLayout.ExtensionHeadBytes..bytes];
        rest = rest[bytes..];
        count++;
        return body;
    }

    private static void WriteEntry(Span<byte> at, in GossipEntry entry)
    {
        entry.Id.WriteField(at);
        BinaryPrimitives.WriteUInt32BigEndian(at[BusLayout.GossipPing..], entry.PingSentSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(at[BusLayout.GossipPong..], entry.PongReceivedSeconds);
        WriteIp(at[BusLayout.GossipIp..], entry.Address.Ip);
        BinaryPrimitives.WriteUInt16BigEndian(at[BusLayout.GossipPort..], (ushort)entry.Address.Port);
        BinaryPrimitives.WriteUInt16BigEndian(at[BusLayout.GossipBusPort..], (ushort)entry.Address.BusPort);
        BinaryPrimitives.WriteUInt16BigEndian(at[BusLayout.GossipFlags..], (ushort)entry.Flags);
        BinaryPrimitives.WriteUInt16BigEndian(at[BusLayout.GossipPlainPort..], (ushort)entry.Address.PlainPort);
    }

    private static void WriteIp(Span<byte> field, string ip)
    {
        int length = Math.Min(ip.Length, NodeAddress.IpFieldBytes - 1);
        Encoding.ASCII.GetBytes(ip.AsSpan(0, length), field);
    }

    // The name with its NUL, padded to whole units.
    private static int HostnameBytes(string hostname)
    {
        int text = hostname.Length + 1;
        return BusLayout.ExtensionHeadBytes
            + ((text + BusLayout.ExtensionUnit - 1) / BusLayout.ExtensionUnit * BusLayout.ExtensionUnit);
    }
}
