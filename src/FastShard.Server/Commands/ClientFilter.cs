// The filters of CLIENT LIST and CLIENT KILL. Every one has a negation; a client passes when it passes all.

using System.Text;
using FastShard.Engine.Commands;
using FastShard.Protocol;
using FastShard.Server.Clients;

namespace FastShard.Server.Commands;

/// <summary>Tests one connection at a time of day in milliseconds.</summary>
internal delegate bool ClientTest(Connection client, long nowMillis);

/// <summary>A conjunction of conditions on connections, parsed from arguments.</summary>
internal sealed class ClientFilter
{
    /// <summary>What is said of an id that is none: CLIENT LIST and CLIENT KILL differ in it.</summary>
    public const string InvalidId = "ERR Invalid client ID";

    public const string IdTooSmall = "ERR client-id should be greater than 0";

    private const string SyntaxError = "ERR syntax error";

    private readonly List<ClientTest> _tests = [];
    private readonly string _idError;

    public ClientFilter(string idError) => _idError = idError;

    /// <summary>SKIPME, where it was given.</summary>
    public bool? SkipsSelf { get; private set; }

    public bool Passes(Connection client, long nowMillis)
    {
        foreach (ClientTest test in _tests)
        {
            if (!test(client, nowMillis)) return false;
        }
        return true;
    }

    /// <summary>Parses options from <paramref name="start"/> to the end. Null, or the error reply.</summary>
    public string? Parse(in ArgumentView arguments, int start)
    {
        int index = start;
        while (index < arguments.Count)
        {
            string option = Encoding.UTF8.GetString(arguments[index]).ToUpperInvariant();
            bool isNegated = option.StartsWith("NOT-", StringComparison.Ordinal);
            if (isNegated) option = option[4..];
            if (++index == arguments.Count) return SyntaxError;
            string? error = option == "ID"
                ? ParseIds(arguments, isNegated, ref index)
                : ParseOne(option, isNegated, Encoding.UTF8.GetString(arguments[index++]));
            if (error is not null) return error;
        }
        return null;
    }

    /// <summary>The old form of CLIENT KILL: one address.</summary>
    public string? ParseAddress(string address) =>
        Add(isNegated: false, (client, _) => client.Channel.PeerAddress == address);

    private string? ParseOne(string option, bool isNegated, string value)
    {
        switch (option)
        {
            case "SKIPME" when !isNegated:
                return ParseSkipMe(value);
            case "MAXAGE" when !isNegated:
                return ParseSeconds(value, "maxage", static (client, now) => now - client.CreatedMillis);
            case "IDLE" when !isNegated:
                return ParseSeconds(value, "idle", static (client, now) => now - client.LastRequestMillis);
            case "TYPE":
                return ParseType(value, isNegated);
            case "USER":
                if (value != "default") return $"ERR No such user '{value}'";
                return Add(isNegated, static (_, _) => true);
            case "DB":
                if (!int.TryParse(value, out int db) || db < 0) return "ERR DB number must be a non-negative integer";
                return Add(isNegated, (client, _) => client.Db == db);
            case "ADDR":
                return Add(isNegated, (client, _) => client.Channel.PeerAddress == value);
            case "LADDR":
                return Add(isNegated, (client, _) => client.Channel.LocalAddress == value);
            case "IP":
                return Add(isNegated, (client, _) => IpOf(client) == value);
            case "NAME":
                return Add(isNegated, (client, _) => client.Name == value);
            case "LIB-NAME":
                return Add(isNegated, (client, _) => client.LibraryName == value);
            case "LIB-VER":
                return Add(isNegated, (client, _) => client.LibraryVersion == value);
            case "FLAGS":
                return ParseFlags(value, isNegated);
            default:
                return SyntaxError;
        }
    }

    private string? Add(bool isNegated, ClientTest test)
    {
        _tests.Add(isNegated ? (client, now) => !test(client, now) : test);
        return null;
    }

    // All numbers behind ID are ids.
    private string? ParseIds(in ArgumentView arguments, bool isNegated, ref int index)
    {
        HashSet<long> ids = [];
        while (index < arguments.Count && Numbers.TryParseInt64(arguments[index], out long id))
        {
            // CLIENT LIST finds nobody of such an id, CLIENT KILL does not look.
            if (id <= 0 && _idError == IdTooSmall) return _idError;
            ids.Add(id);
            index++;
        }
        return ids.Count == 0 ? _idError : Add(isNegated, (client, _) => ids.Contains(client.Id));
    }

    private string? ParseSkipMe(string value)
    {
        bool skips = value.Equals("yes", StringComparison.OrdinalIgnoreCase);
        if (!skips && !value.Equals("no", StringComparison.OrdinalIgnoreCase)) return SyntaxError;
        SkipsSelf = skips;
        return null;
    }

    private string? ParseSeconds(string value, string name, Func<Connection, long, long> elapsedMillis)
    {
        if (!long.TryParse(value, out long seconds)) return $"ERR {name} is not an integer or out of range";
        if (seconds <= 0) return $"ERR {name} should be greater than 0";
        return Add(isNegated: false, (client, now) => elapsedMillis(client, now) / 1000 >= seconds);
    }

    private string? ParseType(string value, bool isNegated)
    {
        switch (value.ToLowerInvariant())
        {
            case "normal":
                return Add(isNegated, static (client, _) =>
                    !client.IsSubscribed && !client.IsPrimary && client.Replica is not { IsEnlisted: true });
            case "pubsub": return Add(isNegated, static (client, _) => client.IsSubscribed);
            case "master" or "primary": return Add(isNegated, static (client, _) => client.IsPrimary);
            case "replica" or "slave":
                return Add(isNegated, static (client, _) => client.Replica is { IsEnlisted: true });
            default: return $"ERR Unknown client type '{value}'";
        }
    }

    private string? ParseFlags(string value, bool isNegated)
    {
        const string Known = "AbBcdeGiIMNOPrRSTtuUxE";
        foreach (char flag in value)
        {
            if (!Known.Contains(flag)) return $"ERR Unknown flags found in the provided filter: {value}";
        }
        return Add(isNegated, (client, _) => HasFlags(client, value));
    }

    private static bool HasFlags(Connection client, string flags)
    {
        string has = ClientLine.Flags(client);
        foreach (char flag in flags)
        {
            if (!has.Contains(flag)) return false;
        }
        return true;
    }

    private static string IpOf(Connection client)
    {
        string address = client.Channel.PeerAddress;
        int colon = address.LastIndexOf(':');
        return colon < 0 ? address : address[..colon].Trim('[', ']');
    }
}
