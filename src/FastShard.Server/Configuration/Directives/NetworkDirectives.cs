using FastShard.Server.Configuration.Kinds;
using FastShard.Transport;
using static FastShard.Server.Configuration.DirectiveFlags;
using static FastShard.Server.Configuration.Kinds.Declare;

namespace FastShard.Server.Configuration.Directives;

internal static class NetworkDirectives
{
    public static readonly DirectiveGroup Group = new("Network",
        "Where clients connect, and what is expected of them before they may speak.",
    [
        new WordsDirective("bind", static o => ref o.Bind, ["127.0.0.1", "-::1"])
        {
            Summary = "Addresses to accept TCP clients on; one that starts with '-' may be missing on this machine.",
            Rule = static words => words.Length > MaxAddresses ? "Too many bind addresses specified." : null,
        },
        Int("port", static o => ref o.Port, 6379, 0, 65535,
            "TCP port to accept clients on; 0 turns TCP off."),
        Text("unixsocket", static o => ref o.UnixSocket, "",
            "Path of a unix socket to accept clients on; empty for none.", Immutable),
        new IntegerDirective<int>(
            "unixsocketperm", static o => ref o.UnixSocketPermissions, 0, 0, Convert.ToInt32("777", 8))
        {
            Summary = "File mode of the unix socket, in octal; 0 leaves it to the umask.",
            Flags = Immutable,
            Octal = true,
        },
        Int("tcp-backlog", static o => ref o.TcpBacklog, 511, 0, int.MaxValue,
            "Connections that may wait to be accepted, within what the system allows.", Immutable),
        Int("tcp-keepalive", static o => ref o.TcpKeepAliveSeconds, 300, 0, int.MaxValue,
            "Seconds of silence after which a connection is probed for a dead peer; 0 never probes."),
        Int("timeout", static o => ref o.TimeoutSeconds, 0, 0, int.MaxValue,
            "Seconds after which an idle client is closed; 0 keeps idle clients."),
        Bool("protected-mode", static o => ref o.ProtectedMode, true,
            "Refuse clients from other machines while no password is set."),
        Text("requirepass", static o => ref o.RequirePass, "",
            "Password of the default user; empty for none.", Sensitive),
        new EnumDirective<TransportKind>("transport", static o => ref o.Transport,
            OperatingSystem.IsLinux() ? TransportKind.Epoll : TransportKind.Pipelines,
            [("epoll", TransportKind.Epoll), ("pipelines", TransportKind.Pipelines)])
        {
            Summary = "How sockets are driven: epoll on Linux, pipelines on any system.",
            DefaultNote = "epoll",
            Flags = Immutable,
            Refusal = static o => o.Transport == TransportKind.Epoll && !OperatingSystem.IsLinux()
                ? "epoll is there on Linux only: use 'transport pipelines'" : null,
        },
        Words("bind-source-addr", null, [], "Address that outgoing connections start from."),
        Int("socket-mark-id", null, 0, 0, int.MaxValue, "Mark of the server's sockets for packet filters.", Immutable),
    ]);

    private const int MaxAddresses = 16;
}
