using System.Text;
using FastShard.Persistence.Snapshots;

namespace FastShard.Server.Replication;

/// <summary>
/// Sends a snapshot to replicas while it is taken, its end marked. The slowest of them sets the pace; one that is gone
/// does not count.
/// </summary>
internal sealed class TransferSink(Replica[] replicas, string mark) : ISnapshotSink
{
    public string? Open() => Send(replicas, Encoding.ASCII.GetBytes($"$EOF:{mark}\r\n"));

    public string? Write(ReadOnlySpan<byte> bytes) => Send(replicas, bytes);

    public string? Complete()
    {
        string? error = Send(replicas, Encoding.ASCII.GetBytes(mark));
        if (error is null) Complete(replicas);
        return error;
    }

    public void Abandon() => Fail(replicas);

    public void Dispose()
    {
    }

    /// <summary>Gives bytes to all; waits for those that have no room. Null, or that nobody is there.</summary>
    internal static string? Send(Replica[] replicas, ReadOnlySpan<byte> bytes)
    {
        bool isAnyThere = false;
        foreach (Replica replica in replicas)
        {
            BytePipe pipe = replica.Pipe!;
            while (!pipe.HasRoom && !pipe.IsClosed) pipe.Await();
            if (pipe.IsClosed) continue;
            isAnyThere = true;
            pipe.Add(bytes);
            replica.Home.Reactor.Wake();
        }
        return isAnyThere ? null : "all replicas are gone";
    }

    /// <summary>Tells all that this was it.</summary>
    internal static void Complete(Replica[] replicas)
    {
        foreach (Replica replica in replicas)
        {
            replica.Pipe!.Complete();
            replica.Home.Reactor.Wake();
        }
    }

    /// <summary>Tells all that nothing will come of it.</summary>
    internal static void Fail(Replica[] replicas)
    {
        foreach (Replica replica in replicas)
        {
            replica.Pipe!.Fail();
            replica.Home.Reactor.Wake();
        }
    }
}
