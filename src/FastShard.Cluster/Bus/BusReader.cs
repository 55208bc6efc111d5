using System.Buffers;
using System.Buffers.Binary;
using FastShard.Cluster.State;

namespace FastShard.Cluster.Bus;

/// <summary>
/// Judges packets. Whatever the bytes, the answer is a packet whose every field is there, or the reason why not;
/// nothing is allocated for either.
/// </summary>
public static class BusReader
{
    /// <summary>The longest host name.</summary>
    public const int HostnameMax = 255;

    private static readonly SearchValues<byte> HostnameBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"u8);

    // Announced addresses may be names; what would break a line of nodes.conf may not pass.
    private static readonly SearchValues<byte> AddressBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%"u8);

    /// <summary>Reads one whole packet.</summary>
    public static BusFault Read(ReadOnlySpan<byte> bytes, out BusPacket packet)
    {
        packet = default;
        BusFault fault = CheckHeader(bytes);
        if (fault != BusFault.None) return fault;
        fault = CheckBody(bytes, out BusExtensions extensions);
        if (fault != BusFault.None) return fault;
        packet = new BusPacket(bytes, extensions);
        return BusFault.None;
    }

    /// <summary>Whether a text may be a host name.</summary>
    public static bool IsHostname(ReadOnlySpan<byte> text) =>
        text.Length <= HostnameMax && text.IndexOfAnyExcept(HostnameBytes) < 0;

    private static BusFault CheckHeader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < BusLayout.HeaderBytes) return BusFault.Truncated;
        if (!bytes.StartsWith(BusLayout.Signature)) return BusFault.Signature;
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[BusLayout.Length..]) != bytes.Length) return BusFault.Truncated;
        if (Short(bytes, BusLayout.VersionAt) != BusLayout.Version) return BusFault.Version;
        if (Short(bytes, BusLayout.Type) > (int)BusMessageType.PublishShard) return BusFault.Type;
        if (!NodeId.TryReadField(bytes[BusLayout.Sender..], out NodeId sender) || sender.IsNone
            || !NodeId.TryReadField(bytes[BusLayout.Primary..], out _))
        {
            return BusFault.Name;
        }
        return IsAddress(bytes[BusLayout.Ip..]) ? BusFault.None : BusFault.Address;
    }

    private static BusFault CheckBody(ReadOnlySpan<byte> bytes, out BusExtensions extensions)
    {
        extensions = default;
        ReadOnlySpan<byte> body = bytes[BusLayout.HeaderBytes..];
        switch ((BusMessageType)Short(bytes, BusLayout.Type))
        {
            case BusMessageType.Ping or BusMessageType.Pong or BusMessageType.Meet:
                return CheckGossip(bytes, body, out extensions);
            case BusMessageType.Fail:
                if (body.Length != NodeId.Chars) return BusFault.Length;
                return NodeId.TryParse(body, out _) ? BusFault.None : BusFault.Name;
            case BusMessageType.Publish or BusMessageType.PublishShard:
                if (body.Length < BusLayout.PublishHeadBytes) return BusFault.Length;
                long texts = (long)BinaryPrimitives.ReadUInt32BigEndian(body)
                    + BinaryPrimitives.ReadUInt32BigEndian(body[4..]);
                return body.Length - BusLayout.PublishHeadBytes == texts ? BusFault.None : BusFault.Length;
            case BusMessageType.Update:
                if (body.Length != BusLayout.UpdateBytes) return BusFault.Length;
                return NodeId.TryParse(body.Slice(BusLayout.UpdateName, NodeId.Chars), out _)
                    ? BusFault.None : BusFault.Name;
            case BusMessageType.Module:
                if (body.Length < BusLayout.ModuleHeadBytes) return BusFault.Length;
                uint payload = BinaryPrimitives.ReadUInt32BigEndian(body[BusLayout.ModuleLength..]);
                return body.Length - BusLayout.ModuleHeadBytes == payload ? BusFault.None : BusFault.Length;
            default:
                return body.Length == 0 ? BusFault.None : BusFault.Length;
        }
    }

    private static BusFault CheckGossip(
        ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> body, out BusExtensions found)
    {
        found = default;
        int count = Short(bytes, BusLayout.Count);
        if (body.Length < count * BusLayout.GossipBytes) return BusFault.Length;
        for (int entry = 0; entry < count; entry++)
        {
            ReadOnlySpan<byte> at = body[(entry * BusLayout.GossipBytes)..];
            if (!NodeId.TryReadField(at, out NodeId id) || id.IsNone) return BusFault.Name;
            if (!IsAddress(at[BusLayout.GossipIp..])) return BusFault.Address;
        }

        ReadOnlySpan<byte> rest = body[(count * BusLayout.GossipBytes)..];
        bool isExtended = ((BusMarks)bytes[BusLayout.Marks] & BusMarks.Extensions) != 0;
        int extensions = isExtended ? Short(bytes, BusLayout.Extensions) : 0;
        for (; extensions > 0; extensions--)
        {
            if (rest.Length < BusLayout.ExtensionHeadBytes) return BusFault.Extension;
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length < BusLayout.ExtensionHeadBytes || length % BusLayout.ExtensionUnit != 0 || length > rest.Length)
                return BusFault.Extension;
            Note(Short(rest, BusLayout.ExtensionType), rest[BusLayout.ExtensionHeadBytes..(int)length], ref found);
            rest = rest[(int)length..];
        }
        return rest.Length == 0 ? BusFault.None : BusFault.Length;
    }

    // What is not understood, or makes no sense, is passed by.
    private static void Note(int type, ReadOnlySpan<byte> field, ref BusExtensions found)
    {
        switch (type)
        {
            case BusLayout.HostnameExtension:
                found.Hostname = HostnameOf(field);
                break;
            case BusLayout.ShardIdExtension when field.Length >= NodeId.Chars:
                if (NodeId.TryReadField(field, out NodeId shard)) found.ShardId = shard;
                break;
            case BusLayout.PortsExtension when field.Length >= 4:
                int first = Short(field, 0);
                int count = Short(field, 2);
                bool isSound = count is > 0 and <= ShardPorts.CountMax && first > 0 && first + count - 1 <= 65535;
                if (isSound) found.Ports = new ShardPorts(first, count);
                break;
        }
    }

    // One that is no host name counts as none: the rest of the packet is still good.
    private static ReadOnlySpan<byte> HostnameOf(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return end >= 0 && IsHostname(field[..end]) ? field[..end] : default;
    }

    private static bool IsAddress(ReadOnlySpan<byte> field)
    {
        ReadOnlySpan<byte> text = field[..NodeAddress.IpFieldBytes];
        int end = text.IndexOf((byte)0);
        return end >= 0 && text[..end].IndexOfAnyExcept(AddressBytes) < 0;
    }

    private static int Short(ReadOnlySpan<byte> bytes, int offset) =>
        BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]);
}
