using System.Net;
using System.Net.Sockets;
using FastShard.Transport;
using Xunit;

namespace FastShard.UnitTests.Transport;

public sealed class ListenerTests
{
    [Fact]
    public void A_port_in_use_is_refused_in_redis_words()
    {
        using Listener first = ReactorRig.ListenOnLoopback();
        int port = first.Port;
        Assert.False(Listener.TryListenTcp("127.0.0.1", port, 16, false, out Listener? second, out string? error));
        Assert.Null(second);
        Assert.Equal(
            $"Could not create server TCP listening socket 127.0.0.1:{port}: bind: Address already in use", error);
    }

    [Fact]
    public void An_address_of_somebody_else_is_refused()
    {
        Assert.False(Listener.TryListenTcp("192.0.2.1", 0, 16, false, out _, out string? error));
        Assert.Equal(
            "Could not create server TCP listening socket 192.0.2.1:0: bind: Cannot assign requested address", error);
    }

    [Fact]
    public void A_name_that_cannot_be_resolved_is_refused()
    {
        Assert.False(Listener.TryListenTcp("no such host", 0, 16, false, out _, out string? error));
        Assert.StartsWith("Could not create server TCP listening socket no such host:0: ", error);
    }

    [Fact]
    public void A_group_shares_one_port_and_notices_strangers()
    {
        Assert.True(Listener.TryListenTcpGroup("127.0.0.1", 0, 16, 3, out Listener[] group, out string? error), error);
        Assert.Equal(3, group.Length);
        Assert.Single(group.Select(static listener => listener.Port).Distinct());
        Assert.False(Listener.TryListenTcpGroup("127.0.0.1", group[0].Port, 16, 2, out Listener[] late, out error));
        Assert.Empty(late);
        Assert.EndsWith("bind: Address already in use", error);
        foreach (Listener listener in group) listener.Dispose();
    }

    [Fact]
    public void Every_address_is_a_star()
    {
        Assert.True(Listener.TryListenTcp("*", 0, 16, false, out Listener? listener, out string? error), error);
        using (listener)
        {
            Assert.Equal($"0.0.0.0:{listener!.Port}", listener.Name);
        }
    }

    [Fact]
    public void A_path_that_cannot_be_bound_is_refused()
    {
        Assert.False(Listener.TryListenUnix("/no/such/folder/socket", 0, 16, out _, out string? error));
        Assert.StartsWith("Failed opening Unix socket: bind: ", error);
    }

    [Fact]
    public void Accepted_sockets_inherit_what_the_listener_was_told()
    {
        using ReactorRig rig = new(TransportKind.Epoll);
        rig.Listener.KeepAliveSeconds = 77;
        (_, ByteChannel channel) = rig.ConnectPair();
        using SafeSocketHandle handle = new(channel.Descriptor, ownsHandle: false);
        using Socket socket = new(handle);
        Assert.True(socket.NoDelay);
        Assert.Equal(77, socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        Assert.Equal(1, socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        rig.Listener.KeepAliveSeconds = 0;
        (_, ByteChannel silent) = rig.ConnectPair();
        using SafeSocketHandle other = new(silent.Descriptor, ownsHandle: false);
        using Socket unprobed = new(other);
        Assert.Equal(0, unprobed.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
    }

    [Fact]
    public void Connections_over_ipv6_are_written_in_brackets()
    {
        if (!Socket.OSSupportsIPv6) return;
        if (!Listener.TryListenTcp("::1", 0, 16, false, out Listener? listener, out _)) return;

        using ReactorRig rig = new(TransportKind.Epoll, listener!);
        using Socket client = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(IPAddress.IPv6Loopback, listener!.Port);
        rig.RunUntil(() => rig.Channels.Count == 1);
        Assert.Equal(client.LocalEndPoint!.ToString(), rig.Channels[0].PeerAddress);
        Assert.StartsWith("[::1]:", rig.Channels[0].PeerAddress);
        Assert.True(rig.Channels[0].IsLoopback);
    }
}
