using FastShard.SystemTests.Harness;

namespace FastShard.SystemTests.Blocking;

/// <summary>Looks from outside at how many clients wait.</summary>
internal sealed class BlockedClients(FastShardServer server) : IDisposable
{
    private readonly RespClient _admin = server.Connect();

    public void Await(int count) =>
        server.Until(() => Field("blocked_clients") == count, $"{count} clients are blocked");

    /// <summary>Nothing is left over: no client, no key, no deadline.</summary>
    public void AwaitNone()
    {
        Await(0);
        server.Until(() => Field("total_blocking_keys") == 0, "no key is waited for");
        server.Until(() => Field("clients_in_timeout_table") == 0, "no deadline is waited for");
    }

    public long Field(string name) => FieldOf("clients", name);

    public long FieldOf(string section, string name)
    {
        string info = _admin.Run("INFO", section).Text!;
        int start = info.IndexOf($"{name}:", StringComparison.Ordinal) + name.Length + 1;
        return long.Parse(info[start..info.IndexOf('\r', start)]);
    }

    public RespValue Run(params string[] arguments) => _admin.Run(arguments);

    public void Dispose() => _admin.Dispose();
}
