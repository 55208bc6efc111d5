using System.Text;

namespace FastShard.Replication.Primary;

/// <summary>
/// What a primary knows of one replica: what it has said of itself, and how far it is. Times are milliseconds.
/// </summary>
public sealed class ReplicaProgress
{
    /// <summary>The longest address that a replica may give.</summary>
    public const int AddressMax = 255;

    private long _acknowledged;
    private long _onDisk = -1;
    private int _state;

    /// <summary>How far it is. Any thread.</summary>
    public ReplicaState State => (ReplicaState)Volatile.Read(ref _state);

    /// <summary>The port that it listens on; 0 = it did not say.</summary>
    public int Port { get; private set; }

    /// <summary>The address that it wants to be known by; empty = where it comes from.</summary>
    public string Address { get; private set; } = "";

    /// <summary>It reads a snapshot whose end is marked, so that its length need not be known.</summary>
    public bool ReadsMarkedEnd { get; private set; }

    /// <summary>It knows that streams may change their names.</summary>
    public bool KnowsSecondIds { get; private set; }

    /// <summary>It wants a snapshot and nothing behind it.</summary>
    public bool WantsOnlySnapshot { get; private set; }

    /// <summary>It came by SYNC: it acknowledges nothing.</summary>
    public bool IsOld { get; private set; }

    /// <summary>Its snapshot had a marked end: the stream waits for its word.</summary>
    public bool HasMarkedEnd { get; private set; }

    /// <summary>Bytes of the stream that it says it has applied. Any thread.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Bytes of the stream that it says are on its disk; -1 = it keeps none there. Any thread.</summary>
    public long OnDisk => Volatile.Read(ref _onDisk);

    /// <summary>When it said so last.</summary>
    public long AcknowledgedMillis { get; private set; }

    /// <summary>All of the snapshot was sent to it: that is what Redis calls online.</summary>
    public bool IsOnline => State is ReplicaState.Online or ReplicaState.Loading;

    /// <summary>The state as INFO names it.</summary>
    public string StateName => State switch
    {
        ReplicaState.Online or ReplicaState.Loading => "online",
        ReplicaState.Receiving => "send_bulk",
        _ => "wait_bgsave",
    };

    /// <summary>
    /// Takes one pair of REPLCONF's; null, or the error reply. Unknown names are an error, unknown capabilities none.
    /// </summary>
    public string? Configure(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Is(name, "listening-port")) return SetPort(value);
        if (Is(name, "ip-address")) return SetAddress(value);
        if (Is(name, "capa"))
        {
            if (Is(value, "eof")) ReadsMarkedEnd = true;
            else if (Is(value, "psync2")) KnowsSecondIds = true;
            return null;
        }
        if (Is(name, "rdb-only"))
        {
            if (!TryNumber(value, 0, 1, out long flag)) return "ERR value is out of range, must be 0 or 1";
            WantsOnlySnapshot = flag == 1;
            return null;
        }
        // All is sent to everybody: a filter is allowed to leave nothing out.
        if (Is(name, "rdb-filter-only")) return null;
        return $"ERR Unrecognized REPLCONF option: {Encoding.Latin1.GetString(name)}";
    }

    /// <summary>It asks for the stream, by PSYNC or by SYNC.</summary>
    public void Ask(bool isOld, long nowMillis)
    {
        IsOld = isOld;
        AcknowledgedMillis = nowMillis;
        Enter(ReplicaState.Asking);
    }

    /// <summary>It cannot go on where it was.</summary>
    public void NeedSnapshot() => Enter(ReplicaState.AwaitsSnapshot);

    /// <summary>A snapshot has begun for it.</summary>
    public void BeginSnapshot(bool hasMarkedEnd)
    {
        HasMarkedEnd = hasMarkedEnd;
        Enter(ReplicaState.Receiving);
    }

    /// <summary>
    /// All of the snapshot is sent. Behind an end that is marked the replica must not read what comes next for a part
    /// of the snapshot: it says when it is ready.
    /// </summary>
    public void EndSnapshot(long nowMillis)
    {
        AcknowledgedMillis = nowMillis;
        Enter(HasMarkedEnd && !IsOld ? ReplicaState.Loading : ReplicaState.Online);
    }

    /// <summary>It goes on where it was.</summary>
    public void Resume(long nowMillis)
    {
        AcknowledgedMillis = nowMillis;
        Enter(ReplicaState.Online);
    }

    /// <summary>It has applied so much. True when that makes it ready for the stream.</summary>
    public bool Acknowledge(long offset, long nowMillis)
    {
        if (offset > _acknowledged) Volatile.Write(ref _acknowledged, offset);
        AcknowledgedMillis = nowMillis;
        if (State != ReplicaState.Loading) return false;
        Enter(ReplicaState.Online);
        return true;
    }

    /// <summary>It has so much on its disk.</summary>
    public void AcknowledgeOnDisk(long offset)
    {
        if (offset > _onDisk) Volatile.Write(ref _onDisk, offset);
    }

    /// <summary>Seconds since it was heard of.</summary>
    public long LagSeconds(long nowMillis) => Math.Max(0, nowMillis - AcknowledgedMillis) / 1000;

    /// <summary>Whether it counts as near: it gets the stream, and was heard of within so many seconds.</summary>
    public bool IsNear(long nowMillis, long lagMax) => State == ReplicaState.Online && LagSeconds(nowMillis) <= lagMax;

    private void Enter(ReplicaState state) => Volatile.Write(ref _state, (int)state);

    private string? SetPort(ReadOnlySpan<byte> value)
    {
        if (!TryNumber(value, 0, int.MaxValue, out long port)) return "ERR value is not an integer or out of range";
        Port = (int)port;
        return null;
    }

    private string? SetAddress(ReadOnlySpan<byte> value)
    {
        if (value.Length > AddressMax)
            return $"ERR REPLCONF ip-address provided by replica instance is too long: {value.Length} bytes";
        Address = Encoding.Latin1.GetString(value);
        return null;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, long min, long max, out long number) =>
        Protocol.Numbers.TryParseInt64(text, out number) && number >= min && number <= max;

    private static bool Is(ReadOnlySpan<byte> text, string word) => Ascii.EqualsIgnoreCase(text, word);
}
