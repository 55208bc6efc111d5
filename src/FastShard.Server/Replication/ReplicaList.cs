using FastShard.Replication.Primary;

namespace FastShard.Server.Replication;

/// <summary>
/// All replicas of this server. Replaced as a whole by whoever adds or removes one, so that every thread can read it.
/// </summary>
internal sealed class ReplicaList
{
    private Replica[] _all = [];

    /// <summary>A snapshot.</summary>
    public Replica[] All => Volatile.Read(ref _all);

    /// <summary>Enlists one.</summary>
    public void Add(Replica replica) => Replace(all => [.. all, replica]);

    /// <summary>Takes one off.</summary>
    public void Remove(Replica replica) =>
        Replace(all => Array.FindAll(all, other => !ReferenceEquals(other, replica)));

    /// <summary>How many have applied so much of the stream.</summary>
    public int CountAt(long offset)
    {
        int count = 0;
        foreach (Replica replica in All)
        {
            if (replica.Progress.State == ReplicaState.Online && replica.Progress.Acknowledged >= offset) count++;
        }
        return count;
    }

    /// <summary>How many have so much of the stream on their disks.</summary>
    public int CountOnDisk(long offset)
    {
        int count = 0;
        foreach (Replica replica in All)
        {
            if (replica.Progress.State == ReplicaState.Online && replica.Progress.OnDisk >= offset) count++;
        }
        return count;
    }

    /// <summary>How many get the stream and were heard of within so many seconds.</summary>
    public int CountNear(long nowMillis, long lagMax)
    {
        int count = 0;
        foreach (Replica replica in All)
        {
            if (replica.Progress.IsNear(nowMillis, lagMax)) count++;
        }
        return count;
    }

    private void Replace(Func<Replica[], Replica[]> change)
    {
        while (true)
        {
            Replica[] seen = All;
            if (ReferenceEquals(Interlocked.CompareExchange(ref _all, change(seen), seen), seen)) return;
        }
    }
}
