using System.Net;
using System.Net.Sockets;
using FastShard.Transport;
using Xunit;

namespace FastShard.UnitTests.Transport;

/// <summary>What every transport owes its shard: bytes in order, each edge once, every end noticed.</summary>
public abstract class TransportContract
{
    private const int LargeBytes = 4 << 20;

    private protected abstract TransportKind Kind { get; }

    [Fact]
    public void Bytes_travel_both_ways()
    {
        using ReactorRig rig = Open();
        (Socket client, ByteChannel channel) = rig.ConnectPair();

        client.Send("ping"u8);
        rig.RunUntil(() => ReactorRig.Of(channel).Received.Count == 4);
        Assert.Equal("ping"u8, ReactorRig.Of(channel).Received.ToArray());

        Assert.Equal(4, channel.Send("pong"u8));
        Assert.Equal("pong"u8, ReadExactly(client, 4));
    }

    [Fact]
    public void A_short_read_is_announced_once()
    {
        using ReactorRig rig = Open();
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        for (int round = 1; round <= 5; round++)
        {
            client.Send("x"u8);
            rig.RunUntil(() => ReactorRig.Of(channel).Received.Count == round);
            rig.Settle();
            Assert.Equal(round, ReactorRig.Of(channel).ReadableEvents);
        }

        Assert.Equal(0, ReactorRig.Of(channel).WritableEvents);
        Assert.Equal(ChannelResult.WouldBlock, channel.Receive(new byte[8]));
    }

    [Fact]
    public void Bytes_sent_before_the_attachment_are_announced()
    {
        using ReactorRig rig = Open();
        Socket client = rig.ConnectClient();
        client.Send("early"u8);
        client.Shutdown(SocketShutdown.Send);
        rig.RunUntil(() => rig.Channels.Count == 1 && ReactorRig.Of(rig.Channels[0]).HasEnded);
        Assert.Equal("early"u8, ReactorRig.Of(rig.Channels[0]).Received.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(4096)]
    public void An_end_is_noticed_behind_the_last_bytes(int receiveBytes)
    {
        using ReactorRig rig = new(Kind) { ReceiveBytes = receiveBytes };
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        client.Send(new byte[20]);
        client.Shutdown(SocketShutdown.Send);
        rig.RunUntil(() => ReactorRig.Of(channel).HasEnded);
        Assert.Equal(20, ReactorRig.Of(channel).Received.Count);
        Assert.False(ReactorRig.Of(channel).HasFailed);
    }

    [Fact]
    public void A_handler_that_left_bytes_behind_still_learns_of_the_end()
    {
        using ReactorRig rig = Open();
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        Endpoint endpoint = ReactorRig.Of(channel);
        bool isPatient = true;
        rig.OnReadable = (_, readable) =>
        {
            if (!isPatient) endpoint.Drain(readable, 4096);
        };
        client.Send(new byte[100]);
        client.Shutdown(SocketShutdown.Send);
        rig.RunUntil(() => endpoint.ReadableEvents > 0);
        rig.Settle();

        // Comes back by itself, outside of an event, and stops at a short read.
        isPatient = false;
        endpoint.Drain(channel, 4096);
        rig.RunUntil(() => endpoint.HasEnded);
        Assert.Equal(100, endpoint.Received.Count);
    }

    [Fact]
    public void Sending_goes_on_after_the_peer_has_ended_its_side()
    {
        using ReactorRig rig = Open();
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        client.Shutdown(SocketShutdown.Send);
        rig.RunUntil(() => ReactorRig.Of(channel).HasEnded);
        int eventsAtEnd = ReactorRig.Of(channel).ReadableEvents;

        byte[] answer = Pattern(LargeBytes);
        var reading = new PeerWork<byte[]>(() => ReadExactly(client, answer.Length));
        SendAll(rig, channel, answer);
        rig.RunUntil(() => reading.IsCompleted);
        Assert.Equal(answer, reading.Result);
        Assert.Equal(eventsAtEnd, ReactorRig.Of(channel).ReadableEvents);
    }

    [Fact]
    public void Ended_writes_reach_the_peer_as_an_end()
    {
        using ReactorRig rig = Open();
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        channel.Send("bye"u8);
        channel.ShutdownWrites();
        Assert.Equal("bye"u8, ReadToEnd(client));

        client.Send("still here"u8);
        rig.RunUntil(() => ReactorRig.Of(channel).Received.Count == 10);
        channel.Close();
    }

    [Fact]
    public void A_reset_by_the_peer_is_a_failure_with_a_reason()
    {
        using ReactorRig rig = Open();
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        client.LingerState = new LingerOption(true, 0);
        client.Close();
        rig.RunUntil(() => ReactorRig.Of(channel).HasFailed);
        Assert.Equal("Connection reset by peer", channel.FailureText);
        Assert.Equal(ChannelResult.Failed, channel.Receive(new byte[1]));
        Assert.Equal(ChannelResult.Failed, channel.Send("x"u8));
        channel.Close();
        Assert.Equal(0, rig.Reactor.ChannelCount);
    }

    [Fact]
    public void A_peer_that_does_not_read_makes_sending_block_until_it_reads()
    {
        using ReactorRig rig = Open();
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        byte[] block = Pattern(64 * 1024);
        long sent = 0;
        int taken;
        while ((taken = channel.Send(block)) == block.Length) sent += taken;
        sent += Math.Max(0, taken);
        rig.Settle();

        // It may have grown a little meanwhile; then fill it up again.
        while ((taken = channel.Send(block)) > 0) sent += taken;
        Assert.Equal(ChannelResult.WouldBlock, taken);
        int before = ReactorRig.Of(channel).WritableEvents;

        int toRead = (int)sent;
        var reading = new PeerWork<byte[]>(() => ReadExactly(client, toRead));
        rig.RunUntil(() => reading.IsCompleted && ReactorRig.Of(channel).WritableEvents > before);
        Assert.True(channel.Send("more"u8) == 4);
        Assert.Equal("more"u8, ReadExactly(client, 4));
    }

    [Fact]
    public void Large_transfers_cross_in_both_directions()
    {
        using ReactorRig rig = Open();
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        var echo = new Echo();
        rig.OnReadable = (_, readable) => echo.Run(readable);
        rig.OnWritable = (_, writable) => echo.Run(writable);
        byte[] bytes = Pattern(LargeBytes);
        var writing = new PeerWork<int>(() => client.Send(bytes));
        var reading = new PeerWork<byte[]>(() => ReadExactly(client, bytes.Length));
        rig.RunUntil(() => reading.IsCompleted && writing.IsCompleted);
        Assert.Equal(bytes, reading.Result);
        Assert.False(channel.IsClosed);
    }

    [Fact]
    public void A_close_delivers_what_was_sent()
    {
        using ReactorRig rig = Open();
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        byte[] bytes = Pattern(200_000);
        int sent = channel.Send(bytes);
        Assert.True(sent > 0);
        channel.Close();
        Assert.Equal(bytes[..sent], ReadToEnd(client));
        Assert.Equal(ChannelResult.Failed, channel.Send("x"u8));
        Assert.Equal(ChannelResult.Failed, channel.Receive(new byte[1]));
        channel.Close();
    }

    [Fact]
    public void Thousands_of_short_connections_come_and_go()
    {
        using ReactorRig rig = Open();
        rig.OnReadable = (_, channel) =>
        {
            Endpoint endpoint = ReactorRig.Of(channel);
            endpoint.Drain(channel, 64);
            if (endpoint.Received.Count == 4) channel.Send("done"u8);
            if (endpoint.HasEnded || endpoint.HasFailed) channel.Close();
        };
        const int Rounds = 20;
        const int PerRound = 100;
        for (int round = 0; round < Rounds; round++)
        {
            rig.Channels.Clear();
            Socket[] clients = [.. Enumerable.Range(0, PerRound).Select(_ => rig.ConnectClient())];
            foreach (Socket client in clients) client.Send("ping"u8);
            rig.RunUntil(() => rig.Channels.Count == PerRound && rig.Channels.All(static c => HasReceived(c, 4)));
            foreach (Socket client in clients)
            {
                Assert.Equal("done"u8, ReadExactly(client, 4));
                client.Dispose();
            }

            rig.RunUntil(() => rig.Reactor.ChannelCount == 0);
        }

        Assert.Equal(0, rig.Reactor.AcceptFailures);
    }

    [Fact]
    public void A_thousand_connections_are_served_at_once()
    {
        using ReactorRig rig = Open();
        Socket[] clients = [.. Enumerable.Range(0, 1000).Select(_ => Connected(rig))];
        foreach (Socket client in clients) client.Send("hello"u8);
        rig.RunUntil(() => rig.Channels.All(static c => HasReceived(c, 5)));
        foreach (ByteChannel channel in rig.Channels) channel.Send("world"u8);
        foreach (Socket client in clients) Assert.Equal("world"u8, ReadExactly(client, 5));
    }

    [Fact]
    public void A_channel_closed_by_another_ones_event_hears_nothing()
    {
        using ReactorRig rig = Open();
        (Socket first, ByteChannel one) = rig.ConnectPair();
        (Socket second, ByteChannel other) = rig.ConnectPair();
        rig.OnReadable = (_, channel) => (channel == one ? other : one).Close();
        rig.Settle();
        first.Send("x"u8);
        second.Send("x"u8);
        rig.RunUntil(() => one.IsClosed || other.IsClosed);
        rig.Settle();
        Assert.True(one.IsClosed ^ other.IsClosed);
        Assert.Equal(1, ReactorRig.Of(one).ReadableEvents + ReactorRig.Of(other).ReadableEvents);
    }

    [Fact]
    public void An_event_found_before_a_close_does_not_reach_the_next_channel()
    {
        using ReactorRig rig = Open();
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        rig.Settle();
        IncomingSocket incoming = default;
        rig.OnAccept = (_, socket) => incoming = socket;
        _ = rig.ConnectClient();
        rig.RunUntil(() => incoming.Listener is not null);
        client.Send("for the old one"u8);
        Assert.True(rig.Reactor.Wait(timeoutMillis: 20_000) > 0);

        channel.Close();
        ByteChannel next = rig.Attach(incoming);
        rig.Reactor.Dispatch(rig);
        rig.Settle();
        Assert.Equal(0, ReactorRig.Of(channel).ReadableEvents);
        Assert.Equal(0, ReactorRig.Of(next).ReadableEvents);
        Assert.Equal(0, ReactorRig.Of(next).WritableEvents);
    }

    [Fact]
    public void A_channel_may_close_itself_and_attach_another_within_its_event()
    {
        using ReactorRig rig = Open();
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        rig.OnReadable = (_, readable) =>
        {
            // Bytes left unread would turn the close into a reset.
            ReactorRig.Of(readable).Drain(readable, 64);
            readable.Close();
            Assert.NotNull(rig.Reactor.Connect("127.0.0.1", rig.Listener.Port, null, new Endpoint(), out string? _));
        };
        client.Send("x"u8);
        rig.RunUntil(() => channel.IsClosed && rig.Channels.Count == 2);
        Assert.Empty(ReadToEnd(client));
        rig.RunUntil(() => rig.Reactor.ChannelCount == 2);
    }

    [Fact]
    public void Names_are_those_that_the_peer_sees()
    {
        using ReactorRig rig = Open();
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        Assert.Equal(client.LocalEndPoint!.ToString(), channel.PeerAddress);
        Assert.Equal(client.RemoteEndPoint!.ToString(), channel.LocalAddress);
        Assert.True(channel.IsLoopback);
        Assert.False(channel.IsUnixSocket);
        channel.Close();
        Assert.Equal(client.LocalEndPoint!.ToString(), channel.PeerAddress);
    }

    [Fact]
    public void A_refused_socket_says_its_last_word()
    {
        using ReactorRig rig = Open();
        rig.OnAccept = (_, socket) => socket.Refuse("-ERR max number of clients reached\r\n"u8);
        Socket client = rig.ConnectClient();
        var reading = new PeerWork<byte[]>(() => ReadToEnd(client));
        rig.RunUntil(() => reading.IsCompleted);
        Assert.Equal("-ERR max number of clients reached\r\n"u8, reading.Result);
        Assert.Equal(0, rig.Reactor.ChannelCount);
    }

    private protected ReactorRig Open() => new(Kind);

    private protected static byte[] Pattern(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private protected static byte[] ReadExactly(Socket client, int count)
    {
        byte[] bytes = new byte[count];
        for (int have = 0; have < count;)
        {
            int read = client.Receive(bytes.AsSpan(have));
            Assert.True(read > 0, $"The stream ended after {have} of {count} bytes.");
            have += read;
        }

        return bytes;
    }

    private protected static byte[] ReadToEnd(Socket client)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[65536];
        for (int read; (read = client.Receive(buffer)) > 0;) all.Write(buffer, 0, read);
        return all.ToArray();
    }

    private static bool HasReceived(ByteChannel channel, int count) => ReactorRig.Of(channel).Received.Count >= count;

    private static Socket Connected(ReactorRig rig)
    {
        // One by one, or the listener's backlog would overflow.
        int before = rig.Channels.Count;
        Socket client = rig.ConnectClient();
        rig.RunUntil(() => rig.Channels.Count > before);
        return client;
    }

    private static void SendAll(ReactorRig rig, ByteChannel channel, byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            int events = ReactorRig.Of(channel).WritableEvents;
            int taken = channel.Send(bytes.AsSpan(sent));
            Assert.NotEqual(ChannelResult.Failed, taken);
            sent += Math.Max(0, taken);
            if (sent < bytes.Length) rig.RunUntil(() => ReactorRig.Of(channel).WritableEvents > events);
        }
    }
}
