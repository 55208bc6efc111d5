using System.Net;
using System.Net.Sockets;

namespace FastShard.SystemTests.Harness;

/// <summary>
/// Free ports below the range that the kernel hands to outgoing connections: a test that opens ten thousand of those
/// must not take the port that another test's server is about to bind.
/// </summary>
internal static class Ports
{
    private const int First = 14_000;
    private const int Count = 16_000;

    private static int s_next = Environment.ProcessId * 37 % Count;

    public static int Free()
    {
        for (int attempt = 0; attempt < Count; attempt++)
        {
            int port = First + (Interlocked.Increment(ref s_next) % Count);
            if (IsFree(port)) return port;
        }

        throw new InvalidOperationException($"no port is free in {First}..{First + Count - 1}");
    }

    private static bool IsFree(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
