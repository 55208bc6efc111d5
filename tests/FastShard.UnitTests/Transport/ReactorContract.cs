using System.Net;
using System.Net.Sockets;
using FastShard.Native.Threading;
using FastShard.Transport;
using Xunit;

namespace FastShard.UnitTests.Transport;

/// <summary>
/// What every event loop owes its shard: wake-ups, connections in and out, use by whoever holds the token.
/// </summary>
public abstract class ReactorContract
{
    private protected abstract TransportKind Kind { get; }

    [Fact]
    public void A_wake_before_the_wait_ends_it_at_once()
    {
        using ReactorRig rig = new(Kind);
        rig.Reactor.Wake();
        rig.Reactor.Wake();
        rig.Turn(timeoutMillis: -1);
        rig.Settle();
        Assert.Equal(0, rig.Reactor.Wait(timeoutMillis: 0));
        rig.Reactor.Wake();
        rig.Turn(timeoutMillis: -1);
    }

    [Fact]
    public void Every_message_before_a_wake_is_seen_after_the_wait()
    {
        const int Messages = 20_000;
        using ReactorRig rig = new(Kind);
        int mailbox = 0;
        var poster = new PeerWork<int>(() =>
        {
            for (int i = 0; i < Messages; i++)
            {
                Interlocked.Increment(ref mailbox);
                rig.Reactor.Wake();
            }

            return Messages;
        });

        // Waits for ever each time: one lost wake-up would hang the test.
        for (int handled = 0; handled < Messages;)
        {
            rig.Turn(timeoutMillis: -1);
            handled += Interlocked.Exchange(ref mailbox, 0);
        }

        rig.RunUntil(() => poster.IsCompleted);
    }

    [Fact]
    public void A_timeout_brings_nothing()
    {
        using ReactorRig rig = new(Kind);
        Assert.Equal(0, rig.Reactor.Wait(timeoutMillis: 0));
        Assert.Equal(0, rig.Reactor.Wait(timeoutMillis: 1));
        rig.Reactor.Dispatch(rig);
    }

    [Fact]
    public void An_outgoing_connection_announces_itself_and_carries_bytes()
    {
        using ReactorRig server = new(Kind);
        ByteChannel? outgoing = Connect(server, server.Listener.Port);
        Assert.NotNull(outgoing);
        Endpoint endpoint = ReactorRig.Of(outgoing);
        server.RunUntil(() => endpoint.WritableEvents == 1 && server.Channels.Count == 1);
        ByteChannel accepted = server.Channels[0];
        Assert.Equal($"127.0.0.1:{server.Listener.Port}", outgoing.PeerAddress);
        Assert.Equal(accepted.PeerAddress, outgoing.LocalAddress);

        Assert.Equal(2, outgoing.Send("hi"u8));
        server.RunUntil(() => ReactorRig.Of(accepted).Received.Count == 2);
        Assert.Equal(3, accepted.Send("hey"u8));
        server.RunUntil(() => endpoint.Received.Count == 3);
        Assert.Null(outgoing.FailureText);
    }

    [Fact]
    public void A_refused_connection_is_announced_with_its_reason()
    {
        using ReactorRig rig = new(Kind);
        int port = FreePort();
        ByteChannel? outgoing = Connect(rig, port);
        if (outgoing is null) return;

        rig.RunUntil(() => ReactorRig.Of(outgoing).WritableEvents == 1);
        Assert.Equal(ChannelResult.Failed, outgoing.Send("x"u8));
        Assert.Equal(ChannelResult.Failed, outgoing.Receive(new byte[1]));
        Assert.Equal("Connection refused", outgoing.FailureText);
        outgoing.Close();
        Assert.Equal(0, rig.Reactor.ChannelCount);
    }

    [Fact]
    public void A_connection_may_be_given_up_before_it_stands()
    {
        using ReactorRig rig = new(Kind);
        ByteChannel? outgoing = Connect(rig, rig.Listener.Port);
        Assert.NotNull(outgoing);
        outgoing.Close();
        rig.RunUntil(() => rig.Channels.Count == 1 && ReactorRig.Of(rig.Channels[0]).HasEnded);
        Assert.Equal(0, ReactorRig.Of(outgoing).WritableEvents);
    }

    [Fact]
    public void A_name_that_nobody_has_is_an_error_text()
    {
        using ReactorRig rig = new(Kind);
        Assert.Null(rig.Reactor.Connect("no such host", 1, null, null, out string? error));
        Assert.False(string.IsNullOrEmpty(error));
    }

    [Fact]
    public void A_source_address_is_used()
    {
        using ReactorRig rig = new(Kind);
        ByteChannel? outgoing =
            rig.Reactor.Connect("127.0.0.1", rig.Listener.Port, "127.0.0.1", new Endpoint(), out string? error);
        Assert.Null(error);
        rig.RunUntil(() => ReactorRig.Of(outgoing!).WritableEvents == 1);
        Assert.StartsWith("127.0.0.1:", outgoing!.LocalAddress);
    }

    [Fact]
    public void A_paused_listener_leaves_connections_waiting()
    {
        using ReactorRig rig = new(Kind);
        rig.Reactor.PauseListening(rig.Listener);
        rig.Reactor.PauseListening(rig.Listener);
        Socket client = rig.ConnectClient();
        client.Send("x"u8);
        rig.Settle();
        Assert.Empty(rig.Channels);
        rig.Reactor.ResumeListening(rig.Listener);
        rig.RunUntil(() => rig.Channels.Count == 1 && ReactorRig.Of(rig.Channels[0]).Received.Count == 1);
    }

    [Fact]
    public void A_listener_may_go_while_its_reactor_runs()
    {
        using ReactorRig rig = new(Kind);
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        rig.Listener.Dispose();
        rig.Settle();
        client.Send("x"u8);
        rig.RunUntil(() => ReactorRig.Of(channel).Received.Count == 1);
        Assert.Equal(0, rig.Reactor.AcceptFailures);
    }

    [Fact]
    public void Connections_may_be_handed_to_another_reactor()
    {
        using ReactorRig accepting = new(Kind);
        using ReactorRig serving = new(Kind);
        accepting.OnAccept = (_, socket) => serving.Attach(socket);
        Socket client = accepting.ConnectClient();
        accepting.RunUntil(() => serving.Channels.Count == 1);
        client.Send("x"u8);
        serving.RunUntil(() => ReactorRig.Of(serving.Channels[0]).Received.Count == 1);
        Assert.Equal(0, accepting.Reactor.ChannelCount);
        Assert.Equal(1, serving.Reactor.ChannelCount);
    }

    [Fact]
    public void Whoever_holds_the_token_uses_the_channels_while_the_owner_sleeps()
    {
        const int Rounds = 100;
        using ReactorRig rig = new(Kind);
        using ShardToken token = new();
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        rig.Settle();
        bool isOver = false;
        var owner = new PeerWork<int>(() =>
        {
            int turns = 0;
            for (; !Volatile.Read(ref isOver); turns++)
            {
                rig.Reactor.Wait(timeoutMillis: -1);
                token.Take();
                rig.Reactor.Dispatch(rig);
                token.Release();
            }

            return turns;
        });

        List<ByteChannel> others = [];
        for (int round = 1; round <= Rounds; round++)
        {
            // Borrowed: sent, attached and closed by this thread, while the other one waits inside the reactor.
            token.Take();
            Assert.Equal(4, channel.Send("ping"u8));
            ByteChannel? other =
                rig.Reactor.Connect("127.0.0.1", rig.Listener.Port, null, new Endpoint(), out string? error);
            Assert.Null(error);
            others.Add(other!);
            if (others.Count > 10)
            {
                others[0].Close();
                others.RemoveAt(0);
            }

            token.Release();
            byte[] answer = new byte[4];
            for (int have = 0; have < 4;) have += client.Receive(answer.AsSpan(have));
            client.Send("x"u8);
            int expected = round;
            Assert.True(SpinWait.SpinUntil(() => Count(token, channel) >= expected, TimeSpan.FromSeconds(20)));
        }

        Volatile.Write(ref isOver, true);
        rig.Reactor.Wake();
        rig.RunUntil(() => owner.IsCompleted);
        Assert.True(owner.Result > 0);
    }

    [Fact]
    public void A_handler_may_yield_while_others_close_what_is_still_to_come()
    {
        using ReactorRig rig = new(Kind);
        using ShardToken token = new();
        (Socket first, ByteChannel one) = rig.ConnectPair();
        (Socket second, ByteChannel other) = rig.ConnectPair();
        rig.Settle();
        rig.OnReadable = (_, readable) =>
        {
            var borrower = new PeerWork<int>(() =>
            {
                token.Take();
                (readable == one ? other : one).Close();
                token.Release();
                return 0;
            });
            while (!borrower.IsCompleted) token.Yield();
        };
        first.Send("x"u8);
        second.Send("x"u8);
        token.Take();
        rig.RunUntil(() => one.IsClosed || other.IsClosed);
        rig.Settle();
        token.Release();
        Assert.True(one.IsClosed ^ other.IsClosed);
        Assert.Equal(1, ReactorRig.Of(one).ReadableEvents + ReactorRig.Of(other).ReadableEvents);
    }

    [Fact]
    public void Reactors_close_what_is_left()
    {
        ReactorRig rig = new(Kind);
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        channel.Send("last"u8);
        rig.Reactor.Dispose();
        Assert.True(channel.IsClosed);
        byte[] buffer = new byte[16];
        Assert.Equal(4, client.Receive(buffer));
        Assert.Equal(0, client.Receive(buffer));
        rig.Dispose();
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Unix_sockets_carry_bytes_too()
    {
        string path = Path.Combine(Path.GetTempPath(), $"fastshard-{Guid.NewGuid():N}.sock");
        File.WriteAllText(path, "left behind");
        Assert.True(Listener.TryListenUnix(path, 0b111_000_000, 16, out Listener? listener, out string? error), error);
        using (ReactorRig rig = new(Kind, listener!))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(path));
            (Socket client, ByteChannel channel) = rig.ConnectPair();
            Assert.True(channel.IsUnixSocket);
            Assert.False(channel.IsLoopback);
            Assert.Equal($"{path}:0", channel.PeerAddress);
            Assert.Equal($"{path}:0", channel.LocalAddress);

            var echo = new Echo();
            rig.OnReadable = (_, readable) => echo.Run(readable);
            rig.OnWritable = (_, writable) => echo.Run(writable);
            byte[] bytes = new byte[2 << 20];
            new Random(1).NextBytes(bytes);
            var writing = new PeerWork<int>(() => client.Send(bytes));
            var reading = new PeerWork<byte[]>(() =>
            {
                byte[] got = new byte[bytes.Length];
                for (int have = 0; have < got.Length;) have += client.Receive(got.AsSpan(have));
                return got;
            });
            rig.RunUntil(() => writing.IsCompleted && reading.IsCompleted);
            Assert.Equal(bytes, reading.Result);
            client.Shutdown(SocketShutdown.Send);
            rig.OnReadable = (_, readable) => ReactorRig.Of(readable).Drain(readable, 64);

            // A wish to send left over from the echo must not let it take the end: it is announced once.
            rig.OnWritable = (_, _) => { };
            rig.RunUntil(() => ReactorRig.Of(channel).HasEnded);
        }

        Assert.False(File.Exists(path));
    }

    private protected static int FreePort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private static ByteChannel? Connect(ReactorRig rig, int port) =>
        rig.Reactor.Connect("127.0.0.1", port, null, new Endpoint(), out _);

    private static int Count(ShardToken token, ByteChannel channel)
    {
        token.Take();
        int count = ReactorRig.Of(channel).Received.Count;
        token.Release();
        return count;
    }
}
