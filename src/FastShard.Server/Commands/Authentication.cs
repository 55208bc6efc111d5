using System.Security.Cryptography;
using System.Text;
using FastShard.Server.Clients;

namespace FastShard.Server.Commands;

/// <summary>Logging in with requirepass, the password of the one user "default".</summary>
internal static class Authentication
{
    public static ReadOnlySpan<byte> DefaultUser => "default"u8;

    /// <summary>True when a fresh connection must log in before anything else.</summary>
    public static bool IsRequired(FastShardServer server) => server.Options.RequirePass.Length > 0;

    /// <summary>Logs the connection in, or leaves it as it is and returns false.</summary>
    public static bool TryLogin(Connection client, ReadOnlySpan<byte> user, ReadOnlySpan<byte> password)
    {
        FastShardServer server = client.Server;
        bool isRight = user.SequenceEqual(DefaultUser) && IsPassword(server, password);
        if (!isRight)
        {
            client.Home.Statistics.Counters.LoginsDenied++;
            return false;
        }
        client.IsAuthenticated = true;
        client.Reader.Limits = server.RequestLimitsOf(client);
        return true;
    }

    // A password that is no UTF-8 was kept as one character a byte.
    private static bool IsPassword(FastShardServer server, ReadOnlySpan<byte> password) =>
        !IsRequired(server)
        || IsSame(Encoding.UTF8.GetBytes(server.Options.RequirePass), password)
        || IsSame(Encoding.Latin1.GetBytes(server.Options.RequirePass), password);

    // Hashed first, so that neither the comparison's time nor its length tells anything of the password.
    private static bool IsSame(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> password)
    {
        Span<byte> right = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> given = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(expected, right);
        SHA256.HashData(password, given);
        return CryptographicOperations.FixedTimeEquals(right, given);
    }
}
