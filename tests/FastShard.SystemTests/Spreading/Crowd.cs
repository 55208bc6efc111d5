using FastShard.SystemTests.Harness;

namespace FastShard.SystemTests.Spreading;

/// <summary>
/// Connections that send one command at the same time, some requests in flight each, and keep the replies.
/// </summary>
internal sealed class Crowd(FastShardServer server, string[] command, int clients, int rounds)
{
    private const int Pipeline = 16;

    private readonly List<long>[] _replies = [.. Enumerable.Range(0, clients).Select(static _ => new List<long>())];
    private int _left = clients;

    /// <summary>What all were answered.</summary>
    public IEnumerable<long> Replies => _replies.SelectMany(static replies => replies);

    public bool IsBusy => Volatile.Read(ref _left) > 0;

    /// <summary>Lets them count, and does something else meanwhile, again and again.</summary>
    public void Run(Action<int> meanwhile)
    {
        Thread[] threads = [.. Enumerable.Range(0, _replies.Length).Select(client => new Thread(() => Count(client)))];
        foreach (Thread thread in threads) thread.Start();
        for (int round = 0; IsBusy; round++) meanwhile(round);
        foreach (Thread thread in threads) thread.Join();
    }

    private void Count(int client)
    {
        try
        {
            using RespClient connection = server.Connect();
            byte[] request = [.. Enumerable.Repeat(RespClient.Encode(command), Pipeline).SelectMany(static r => r)];
            for (int round = 0; round < rounds; round++)
            {
                connection.SendRaw(request);
                for (int reply = 0; reply < Pipeline; reply++) _replies[client].Add(connection.Read().Integer);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _left);
        }
    }
}
