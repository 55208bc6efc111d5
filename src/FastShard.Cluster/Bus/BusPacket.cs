using System.Buffers.Binary;
using System.Text;
using FastShard.Cluster.State;

namespace FastShard.Cluster.Bus;

/// <summary>
/// A packet that was found sound, as a view on its bytes: what is not asked for is not made. Only
/// <see cref="BusReader"/> makes one, so every field may be trusted to be there.
/// </summary>
public readonly ref struct BusPacket
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly BusExtensions _extensions;

    internal BusPacket(ReadOnlySpan<byte> bytes, BusExtensions extensions)
    {
        _bytes = bytes;
        _extensions = extensions;
    }

    public BusMessageType Type => (BusMessageType)Short(BusLayout.Type);

    /// <summary>Number of gossip entries.</summary>
    public int Count => Short(BusLayout.Count);

    public ulong CurrentEpoch => BinaryPrimitives.ReadUInt64BigEndian(_bytes[BusLayout.CurrentEpoch..]);

    public ulong ConfigEpoch => BinaryPrimitives.ReadUInt64BigEndian(_bytes[BusLayout.ConfigEpoch..]);

    public long Offset => BinaryPrimitives.ReadInt64BigEndian(_bytes[BusLayout.Offset..]);

    public NodeId Sender => Name(BusLayout.Sender);

    public NodeId Primary => Name(BusLayout.Primary);

    /// <summary>The slots that the sender, or its primary, claims.</summary>
    public ReadOnlySpan<byte> Slots => _bytes.Slice(BusLayout.Slots, SlotSet.Bytes);

    /// <summary>Where the sender says that it is; the address is empty where it leaves that to the receiver.</summary>
    public NodeAddress Address => new(IpAt(_bytes[BusLayout.Ip..]), Short(BusLayout.Port), Short(BusLayout.PlainPort),
        Short(BusLayout.BusPort));

    public NodeFlags Flags => (NodeFlags)Short(BusLayout.Flags);

    public BusMarks Marks => (BusMarks)_bytes[BusLayout.Marks];

    public bool IsOk => _bytes[BusLayout.State] == 0;

    /// <summary>The sender's host name; empty = it has none.</summary>
    public string Hostname => Encoding.ASCII.GetString(_extensions.Hostname);

    /// <summary>The name that the sender shares with its primary and replicas; none = it did not say.</summary>
    public NodeId ShardId => _extensions.ShardId;

    /// <summary>The ports of the sender's threads.</summary>
    public ShardPorts Ports => _extensions.Ports;

    /// <summary>The sender reads extensions.</summary>
    public bool ReadsExtensions => (Marks & BusMarks.Extensions) != 0;

    /// <summary>The sender understands <see cref="Ports"/>.</summary>
    public bool KnowsPorts => (_bytes[BusLayout.OwnMarks] & BusLayout.KnowsPorts) != 0;

    /// <summary>PING, PONG or MEET: one of the entries.</summary>
    public GossipEntry Gossip(int index)
    {
        ReadOnlySpan<byte> at = Body[(index * BusLayout.GossipBytes)..];
        NodeId.TryReadField(at, out NodeId id);
        var address = new NodeAddress(IpAt(at[BusLayout.GossipIp..]), Short(at, BusLayout.GossipPort),
            Short(at, BusLayout.GossipPlainPort), Short(at, BusLayout.GossipBusPort));
        return new GossipEntry(id, BinaryPrimitives.ReadUInt32BigEndian(at[BusLayout.GossipPing..]),
            BinaryPrimitives.ReadUInt32BigEndian(at[BusLayout.GossipPong..]), address,
            (NodeFlags)Short(at, BusLayout.GossipFlags));
    }

    /// <summary>FAIL: who is down.</summary>
    public NodeId FailedNode => Name(BusLayout.HeaderBytes);

    /// <summary>UPDATE: whose slots these are.</summary>
    public NodeId UpdatedNode => Name(BusLayout.HeaderBytes + BusLayout.UpdateName);

    /// <summary>UPDATE: since when.</summary>
    public ulong UpdatedEpoch => BinaryPrimitives.ReadUInt64BigEndian(Body);

    /// <summary>UPDATE: the slots.</summary>
    public ReadOnlySpan<byte> UpdatedSlots => Body.Slice(BusLayout.UpdateSlots, SlotSet.Bytes);

    /// <summary>PUBLISH, PUBLISHSHARD: the channel.</summary>
    public ReadOnlySpan<byte> Channel =>
        Body.Slice(BusLayout.PublishHeadBytes, BinaryPrimitives.ReadInt32BigEndian(Body));

    /// <summary>PUBLISH, PUBLISHSHARD: the message.</summary>
    public ReadOnlySpan<byte> Message => Body[(BusLayout.PublishHeadBytes + Channel.Length)..];

    private ReadOnlySpan<byte> Body => _bytes[BusLayout.HeaderBytes..];

    internal static string IpAt(ReadOnlySpan<byte> field)
    {
        ReadOnlySpan<byte> text = field[..NodeAddress.IpFieldBytes];
        int end = text.IndexOf((byte)0);
        return end == 0 ? "" : Encoding.ASCII.GetString(end < 0 ? text : text[..end]);
    }

    private static int Short(ReadOnlySpan<byte> at, int offset) =>
        BinaryPrimitives.ReadUInt16BigEndian(at[offset..]);

    private int Short(int offset) => Short(_bytes, offset);

    private NodeId Name(int offset)
    {
        NodeId.TryReadField(_bytes[offset..], out NodeId id);
        return id;
    }
}
