using System.Net.Sockets;
using FastShard.Native.Interop;
using FastShard.Native.Sockets;
using FastShard.Transport;
using FastShard.Transport.Epoll;
using Xunit;

namespace FastShard.UnitTests.Transport.Epoll;

/// <summary>
/// Accepting without descriptors. The accept call is replaced, because the runtime that compiles this very test while
/// it runs does not survive a real shortage.
/// </summary>
public sealed class ExhaustionTests
{
    private int _error = Errno.TooManyFiles;
    private Action? _beforeAccept;

    [Fact]
    public void The_listener_pauses_and_the_rest_goes_on()
    {
        using ReactorRig rig = Open();
        _error = 0;
        (Socket client, ByteChannel channel) = rig.ConnectPair();
        _error = Errno.TooManyFiles;
        _ = rig.ConnectClient();
        rig.RunUntil(() => rig.Reactor.DescriptorsExhausted);
        rig.Settle();
        Assert.Equal(1, rig.Reactor.AcceptFailures);

        // Paused: another peer neither wakes the loop nor is refused.
        _ = rig.ConnectClient();
        Assert.Equal(0, rig.Reactor.Wait(timeoutMillis: 0));
        client.Send("x"u8);
        rig.RunUntil(() => ReactorRig.Of(channel).Received.Count == 1);
        Assert.Single(rig.Channels);

        _error = 0;
        rig.Reactor.ResumeListening(rig.Listener);
        Assert.False(rig.Reactor.DescriptorsExhausted);
        rig.RunUntil(() => rig.Channels.Count == 2);
    }

    [Fact]
    public void Peers_that_cannot_be_served_are_told_so_by_a_close()
    {
        using ReactorRig rig = Open();
        Socket[] late = [rig.ConnectClient(), rig.ConnectClient(), rig.ConnectClient()];
        rig.RunUntil(() => rig.Reactor.DescriptorsExhausted);
        foreach (Socket socket in late) Assert.Equal(0, socket.Receive(new byte[1]));
        Assert.Equal(3, rig.Reactor.AcceptFailures);
        Assert.Empty(rig.Channels);
    }

    [Fact]
    public void A_connection_that_went_away_while_it_waited_is_no_failure()
    {
        using ReactorRig rig = Open();
        int aborted = 0;
        _error = 0;
        _beforeAccept = () => _error = aborted++ == 0 ? Errno.ConnectionAborted : 0;
        _ = rig.ConnectPair();
        Assert.Equal(0, rig.Reactor.AcceptFailures);
    }

    [Fact]
    public void An_unknown_error_pauses_without_calling_it_exhaustion()
    {
        using ReactorRig rig = Open();
        _error = Errno.BadDescriptor;
        _ = rig.ConnectClient();
        rig.RunUntil(() => rig.Reactor.AcceptFailures == 1);
        Assert.False(rig.Reactor.DescriptorsExhausted);
        Assert.Equal(0, rig.Reactor.Wait(timeoutMillis: 0));
        _error = 0;
        rig.Reactor.ResumeListening(rig.Listener);
        rig.RunUntil(() => rig.Channels.Count == 1);
    }

    private ReactorRig Open() => new(new EpollReactor(Accept), ReactorRig.ListenOnLoopback());

    private int Accept(int listener, out SocketName peer)
    {
        _beforeAccept?.Invoke();
        peer = default;
        return _error == 0 ? SocketCalls.Accept(listener, out peer) : -_error;
    }
}
