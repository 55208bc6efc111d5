using System.Net;
using System.Net.Sockets;
using System.Text;
using FastShard.Server.Configuration;

namespace FastShard.Server.CommandLine;

/// <summary>
/// fastshard --health-check: asks the server that the same configuration describes whether it answers. What a
/// container's supervisor calls, so that the image needs no other program.
/// </summary>
internal static class HealthCheck
{
    private const int LimitMillis = 2000;

    // A server that wants a password first is alive, and one that brings its data into memory, however long it takes:
    // ending it would only make it begin again. So is a replica that waits for its primary.
    private static readonly string[] s_signsOfLife = ["+PONG", "-NOAUTH", "-LOADING", "-MASTERDOWN"];

    /// <summary>0 when the server answers; 1, with a line that says why, when it does not.</summary>
    public static int Run(ServerOptions options, LaunchConsole console)
    {
        EndPoint address = AddressOf(options);
        string problem;
        try
        {
            string answer = Ask(address);
            foreach (string sign in s_signsOfLife)
            {
                if (answer.StartsWith(sign, StringComparison.Ordinal)) return 0;
            }
            problem = answer.Length == 0 ? "no answer" : answer;
        }
        catch (SocketException failure)
        {
            problem = failure.Message;
        }
        console.Error.WriteLine($"{address}: {problem}");
        return 1;
    }

    private static EndPoint AddressOf(ServerOptions options)
    {
        if (options.Port == 0 && options.UnixSocket.Length > 0) return new UnixDomainSocketEndPoint(options.UnixSocket);
        string first = options.Bind.Length == 0 ? "*" : options.Bind[0].TrimStart('-');
        if (!IPAddress.TryParse(first, out IPAddress? address)) address = IPAddress.Any;
        if (address.Equals(IPAddress.Any)) address = IPAddress.Loopback;
        if (address.Equals(IPAddress.IPv6Any)) address = IPAddress.IPv6Loopback;
        return new IPEndPoint(address, options.Port);
    }

    private static string Ask(EndPoint address)
    {
        ProtocolType protocol = address is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp;
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, protocol)
        {
            ReceiveTimeout = LimitMillis,
            SendTimeout = LimitMillis,
        };
        socket.Connect(address);
        socket.Send("PING\r\n"u8);
        Span<byte> answer = stackalloc byte[256];
        int length = 0;
        while (length < answer.Length && !answer[..length].Contains((byte)'\n'))
        {
            int received = socket.Receive(answer[length..]);
            if (received == 0) break;
            length += received;
        }
        return Encoding.ASCII.GetString(answer[..length]).TrimEnd();
    }
}
