// The packets of the cluster bus, version 1. Numbers are big-endian; fields are where a C compiler puts them.
//
//   0    signature "RCmb"        2128  primary's name, or NULs       body
//   4    length of all           2168  announced address, 46 bytes   PING PONG MEET  gossip entries, extensions
//   8    version                 2214  number of extensions          FAIL            name of the failed node
//   10   port                    2216  30 bytes, not used            PUBLISH*        two lengths, channel, message
//   12   type                    2246  port without TLS              UPDATE          epoch, name, slots
//   14   number of gossip        2248  port of the bus               MODULE          id, length, type, payload
//   16   current epoch           2250  flags of the sender           others          nothing
//   24   config epoch            2252  state of the cluster
//   32   replication offset      2253  marks, 3 bytes
//   40   sender's name
//   80   slots, 2048 bytes
//
// A replica gives its primary's slots and config epoch.

namespace FastShard.Cluster.Bus;

internal static class BusLayout
{
    public const ushort Version = 1;

    public const int Length = 4;
    public const int VersionAt = 8;
    public const int Port = 10;
    public const int Type = 12;
    public const int Count = 14;
    public const int CurrentEpoch = 16;
    public const int ConfigEpoch = 24;
    public const int Offset = 32;
    public const int Sender = 40;
    public const int Slots = 80;
    public const int Primary = 2128;
    public const int Ip = 2168;
    public const int Extensions = 2214;
    public const int PlainPort = 2246;
    public const int BusPort = 2248;
    public const int Flags = 2250;
    public const int State = 2252;
    public const int Marks = 2253;
    public const int HeaderBytes = 2256;

    public const int GossipPing = 40;
    public const int GossipPong = 44;
    public const int GossipIp = 48;
    public const int GossipPort = 94;
    public const int GossipBusPort = 96;
    public const int GossipFlags = 98;
    public const int GossipPlainPort = 100;
    public const int GossipBytes = 104;

    public const int ExtensionType = 4;
    public const int ExtensionHeadBytes = 8;
    public const int ExtensionUnit = 8;
    public const ushort HostnameExtension = 0;
    public const ushort ShardIdExtension = 3;
    public const ushort PortsExtension = 0x4653;
    public const int ShardIdBytes = ExtensionHeadBytes + 40;
    public const int PortsBytes = ExtensionHeadBytes + 8;

    // A bit of the third byte of marks, which no version of Redis uses: who sets it understands PortsExtension.
    public const int OwnMarks = Marks + 2;
    public const byte KnowsPorts = 0x80;

    public const int PublishHeadBytes = 8;
    public const int UpdateName = 8;
    public const int UpdateSlots = 48;
    public const int UpdateBytes = 48 + 2048;
    public const int ModuleLength = 8;
    public const int ModuleHeadBytes = 13;

    public static ReadOnlySpan<byte> Signature => "RCmb"u8;
}
