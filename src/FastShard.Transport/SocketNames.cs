using System.Net;
using System.Net.Sockets;
using FastShard.Native.Sockets;

namespace FastShard.Transport;

/// <summary>From the runtime's endpoints, and from what people write, to <see cref="SocketName"/>.</summary>
internal static class SocketNames
{
    public static SocketName From(EndPoint? endPoint) =>
        endPoint is IPEndPoint internet ? From(internet.Address, internet.Port) : default;

    public static SocketName From(IPAddress address, int port) => new(address.GetAddressBytes(), port);

    /// <summary>
    /// A numeric address, or a host name, which is looked up while the caller waits. "*" and "" are every IPv4
    /// address, "::*" every IPv6 address, as in Redis's bind directive. Null with the reason when there is none.
    /// </summary>
    public static IPAddress? Resolve(string host, out string? error)
    {
        error = null;
        if (host is "" or "*") return IPAddress.Any;
        if (host is "::*") return IPAddress.IPv6Any;
        if (IPAddress.TryParse(host, out IPAddress? numeric)) return numeric;

        try
        {
            IPAddress[] found = Dns.GetHostAddresses(host);
            // IPv4 first: a name with both addresses is mostly bound and announced by its IPv4 address.
            IPAddress? chosen = Array.Find(found, static a => a.AddressFamily == AddressFamily.InterNetwork);
            if (chosen is not null || found.Length > 0) return chosen ?? found[0];

            error = "Name or service not known";
        }
        catch (SocketException failure)
        {
            error = failure.Message;
        }
        catch (ArgumentException)
        {
            error = "Name or service not known";
        }

        return null;
    }
}
