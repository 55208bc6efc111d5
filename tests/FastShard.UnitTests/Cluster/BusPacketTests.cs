using System.Buffers.Binary;
using System.Text;
using FastShard.Cluster;
using FastShard.Cluster.Bus;
using FastShard.Cluster.State;
using Xunit;

namespace FastShard.UnitTests.Cluster;

/// <summary>The bus's packets: as a redis-server 7.0.15 makes them, and as nobody should.</summary>
public sealed class BusPacketTests
{
    private const string First = "a82878f5f2f471cb64fe5783dd2dbdc4ab9a0ba5";
    private const string Fourth = "9c729d48c68087d2a7bb8356d4ee7b0661d21e9c";

    public static TheoryData<string> Names => [.. Vector.PacketNames];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_redis_server_sent_is_read_and_written_again_byte_for_byte(string name)
    {
        byte[] packet = Vector.Packet(name);
        Assert.Equal(BusFault.None, BusReader.Read(packet, out BusPacket read));
        Assert.Equal(packet, Again(read));
    }

    [Fact]
    public void A_pong_says_what_its_sender_thinks_of_others()
    {
        Assert.Equal(BusFault.None, BusReader.Read(Vector.Packet("pong-replica"), out BusPacket pong));
        Assert.Equal(BusMessageType.Pong, pong.Type);
        Assert.Equal(First, pong.Sender.ToString());
        Assert.Equal(Fourth, pong.Primary.ToString());
        Assert.Equal((4ul, 4ul), (pong.CurrentEpoch, pong.ConfigEpoch));
        Assert.Equal(5001, SlotSet.CountOf(pong.Slots));
        Assert.Equal(new NodeAddress("", 18400, 0, 18450), pong.Address);
        Assert.Equal(NodeFlags.Replica | NodeFlags.Myself, pong.Flags);
        Assert.Equal("host-a.example", pong.Hostname);
        Assert.True(pong.IsOk);
        Assert.Equal(3, pong.Count);
        GossipEntry about = pong.Gossip(2);
        Assert.Equal(Fourth, about.Id.ToString());
        Assert.Equal(new NodeAddress("127.0.0.1", 18403, 0, 18453), about.Address);
        Assert.Equal(NodeFlags.Primary | NodeFlags.MayHaveFailed | NodeFlags.MigrateTo, about.Flags);
        Assert.Equal(1795890038u, about.PingSentSeconds);
        Assert.Equal(1795890038u, about.PongReceivedSeconds);
    }

    [Fact]
    public void A_ping_carries_a_shards_name_and_threads_ports_to_those_who_understand()
    {
        Assert.True(NodeId.TryParse(First, out NodeId id));
        Assert.True(NodeId.TryParse(Fourth, out NodeId shard));
        BusHeader header = new()
        {
            Type = BusMessageType.Ping,
            Sender = id,
            Address = NodeAddress.None,
            KnowsPorts = true,
        };
        var extensions = new PingExtensions("host-a.example", shard, new ShardPorts(7100, 4));
        byte[] packet = BusWriter.Gossip(header, [], extensions);
        Assert.Equal(BusFault.None, BusReader.Read(packet, out BusPacket ping));
        Assert.Equal(
            extensions, new PingExtensions(ping.Hostname, ping.ShardId, ping.Ports));
        Assert.True(ping.KnowsPorts && ping.ReadsExtensions);
        Assert.Equal((7100, 7100, 7101, 7103), (ping.Ports.Of(0), ping.Ports.Of(4095), ping.Ports.Of(4096),
            ping.Ports.Of(16383)));
        // Ports that cannot be are none, and nothing else is lost.
        packet = BusWriter.Gossip(header, [], extensions with { Ports = new ShardPorts(65530, 10) });
        Assert.Equal(BusFault.None, BusReader.Read(packet, out BusPacket odd));
        Assert.Equal((0, Fourth), (odd.Ports.Count, odd.ShardId.ToString()));
    }

    [Fact]
    public void The_other_types_carry_their_bodies()
    {
        Assert.Equal(BusFault.None, BusReader.Read(Vector.Packet("fail"), out BusPacket fail));
        Assert.Equal(Fourth, fail.FailedNode.ToString());
        Assert.Equal(BusFault.None, BusReader.Read(Vector.Packet("publish"), out BusPacket publish));
        Assert.Equal("chan", Encoding.ASCII.GetString(publish.Channel));
        Assert.Equal("hello", Encoding.ASCII.GetString(publish.Message));
        Assert.Equal(BusFault.None, BusReader.Read(Vector.Packet("update"), out BusPacket update));
        Assert.Equal(First, update.UpdatedNode.ToString());
        Assert.Equal(5ul, update.UpdatedEpoch);
        Assert.Equal(5001, SlotSet.CountOf(update.UpdatedSlots));
        Assert.Equal(BusFault.None, BusReader.Read(Vector.Packet("vote-request"), out BusPacket request));
        Assert.Equal(BusMarks.ForceAck, request.Marks);
        Assert.Equal(BusFault.None, BusReader.Read(Vector.Packet("vote-paused"), out BusPacket vote));
        Assert.Equal(BusMarks.Paused, vote.Marks);
    }

    [Theory]
    [InlineData(0, 'X', BusFault.Signature)]
    [InlineData(7, 1, BusFault.Truncated)]
    [InlineData(9, 2, BusFault.Version)]
    [InlineData(13, 11, BusFault.Type)]
    [InlineData(15, 9, BusFault.Length)]
    [InlineData(40, 'g', BusFault.Name)]
    [InlineData(2168, '\n', BusFault.Address)]
    [InlineData(2256, 0, BusFault.Name)]
    [InlineData(2256 + 48, ' ', BusFault.Address)]
    [InlineData(2256 + 208 + 3, 12, BusFault.Extension)]
    [InlineData(2256 + 208 + 3, 32, BusFault.Extension)]
    [InlineData(2256 + 208 + 3, 0, BusFault.Extension)]
    [InlineData(2215, 0, BusFault.Length)]
    [InlineData(2253, 0, BusFault.Length)]
    public void One_byte_that_is_wrong_is_found(int at, int value, BusFault expected)
    {
        byte[] packet = Vector.Packet("pong");
        packet[at] = (byte)value;
        Assert.Equal(expected, BusReader.Read(packet, out _));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_part_of_a_packet_is_a_packet(string name)
    {
        byte[] packet = Vector.Packet(name);
        for (int length = 0; length < packet.Length; length++)
        {
            Assert.Equal(BusFault.Truncated, BusReader.Read(packet.AsSpan(0, length), out _));
            if (length < 2256) continue;
            // The same with a length that fits: then the body does not.
            byte[] part = packet[..length];
            BinaryPrimitives.WriteInt32BigEndian(part.AsSpan(4), length);
            Assert.NotEqual(BusFault.None, BusReader.Read(part, out _));
        }
    }

    [Fact]
    public void A_host_name_that_is_none_is_left_out()
    {
        byte[] packet = Vector.Packet("pong");
        packet[2256 + 208 + 8] = (byte)' ';
        Assert.Equal(BusFault.None, BusReader.Read(packet, out BusPacket pong));
        Assert.Equal("", pong.Hostname);
    }

    [Fact]
    public void Mutated_packets_are_read_or_refused_and_nothing_else()
    {
        int rounds = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_ROUNDS"), out int wanted) ? wanted : 50_000;
        int seed = int.TryParse(Environment.GetEnvironmentVariable("FASTSHARD_SEED"), out int given) ? given : 1;
        var random = new Random(seed);
        string[] names = [.. Vector.PacketNames];
        byte[][] packets = [.. names.Select(Vector.Packet)];
        var machine = new ClusterMachine(new ClusterSettings(), new Random(seed), 1_000_000);
        machine.Observe(1_000_000, default);
        int link = machine.LinkAccepted("10.0.0.1", "10.0.0.2");
        int sound = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] packet = Mutate(packets[random.Next(packets.Length)], random);
            BusFault fault = BusReader.Read(packet, out BusPacket read);
            // One that is sound has all its fields, and the machine takes it.
            if (fault == BusFault.None)
            {
                Again(read);
                sound++;
                if (!machine.Links.ContainsKey(link)) link = machine.LinkAccepted("10.0.0.1", "10.0.0.2");
                machine.Receive(link, packet);
                machine.State.Outbox.Take([]);
            }
        }
        Assert.InRange(sound, 1, rounds - 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(2256)]
    [InlineData(9000)]
    public void A_receiver_cuts_a_stream_at_any_place(int piece)
    {
        byte[][] packets = [.. Vector.PacketNames.Select(Vector.Packet)];
        byte[] stream = [.. packets.SelectMany(packet => packet)];
        var receiver = new BusReceiver(1 << 20);
        int found = 0;
        for (int at = 0; at < stream.Length;)
        {
            Span<byte> room = receiver.Room();
            int count = Math.Min(Math.Min(room.Length, piece), stream.Length - at);
            stream.AsSpan(at, count).CopyTo(room);
            receiver.Filled(count);
            at += count;
            while (receiver.TryNext(out ReadOnlySpan<byte> packet)) Assert.Equal(packets[found++], packet.ToArray());
        }
        Assert.Equal(packets.Length, found);
        Assert.False(receiver.IsBroken);
    }

    [Theory]
    [InlineData("RCmb\0\0\x08\xcf")]
    [InlineData("RCmb\x7f\xff\xff\xff")]
    [InlineData("*1\r\n$4\r\nPING\r\n")]
    public void A_receiver_takes_no_memory_for_what_only_a_header_promises(string head)
    {
        var receiver = new BusReceiver(1 << 20);
        int count = Encoding.Latin1.GetBytes(head, receiver.Room());
        receiver.Filled(count);
        Assert.False(receiver.TryNext(out _));
        Assert.True(receiver.IsBroken);
        Assert.InRange(receiver.Room().Length, 1, 4096);
    }

    private static byte[] Mutate(byte[] packet, Random random)
    {
        byte[] copy = (byte[])packet.Clone();
        for (int changes = random.Next(1, 5); changes > 0; changes--)
        {
            // Bitmaps are most of the bytes and never wrong: look elsewhere as often.
            int at = random.Next(2) == 0 ? random.Next(copy.Length) : random.Next(90);
            if (random.Next(3) == 0) at = random.Next(2128, copy.Length);
            copy[at] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(copy[at] ^ (1 << random.Next(8)));
        }
        if (random.Next(4) > 0) return copy;
        Array.Resize(ref copy, random.Next(copy.Length + 300));
        if (copy.Length > 8) BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(4), copy.Length);
        return copy;
    }

    private static byte[] Again(in BusPacket packet)
    {
        BusHeader header = new()
        {
            Type = packet.Type,
            Sender = packet.Sender,
            Primary = packet.Primary,
            CurrentEpoch = packet.CurrentEpoch,
            ConfigEpoch = packet.ConfigEpoch,
            Offset = packet.Offset,
            Slots = packet.Slots,
            Address = packet.Address,
            Flags = packet.Flags,
            Marks = packet.Marks,
            IsOk = packet.IsOk,
        };
        switch (packet.Type)
        {
            case BusMessageType.Ping or BusMessageType.Pong or BusMessageType.Meet:
                var entries = new GossipEntry[packet.Count];
                for (int index = 0; index < entries.Length; index++) entries[index] = packet.Gossip(index);
                return BusWriter.Gossip(header, entries, new PingExtensions(packet.Hostname));
            case BusMessageType.Fail:
                return BusWriter.Fail(header, packet.FailedNode);
            case BusMessageType.Publish or BusMessageType.PublishShard:
                return BusWriter.Publish(header, packet.Channel, packet.Message);
            case BusMessageType.Update:
                return BusWriter.Update(header, packet.UpdatedNode, packet.UpdatedEpoch, packet.UpdatedSlots);
            default:
                return BusWriter.Plain(header);
        }
    }
}
