using System.Text;
using FastShard.Cluster.State;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Blocking;
using FastShard.Server.Clients;

namespace FastShard.Server.Migration;

/// <summary>One MIGRATE: the keys as they are sent, and what the target says to each.</summary>
internal sealed class KeyMove(MigrateOptions options, Connection client) : IDisposable
{
    private readonly List<byte[]> _keys = [];

    public MigrateOptions Options { get; } = options;

    /// <summary>Who asked; what it waits in is <see cref="Call"/>.</summary>
    public Connection Client { get; } = client;

    /// <summary>Its wait.</summary>
    public BlockedCall? Call { get; set; }

    /// <summary>Slots whose writes wait meanwhile; empty for a copy.</summary>
    public SlotSet Slots { get; } = new();

    /// <summary>The requests, one a key.</summary>
    public NativeBuffer Requests { get; } = new(0);

    public IReadOnlyList<byte[]> Keys => _keys;

    /// <summary>Keys that the target has; by index.</summary>
    public List<int> Moved { get; } = [];

    /// <summary>The reply where it is no OK.</summary>
    public string? Error { get; set; }

    /// <summary>A broken connection may be replaced once, as long as nothing was answered.</summary>
    public bool HasRetried { get; set; }

    /// <summary>Adds a key with its value; 0 is no deadline.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, long leftMillis, bool isAsking)
    {
        _keys.Add(key.ToArray());
        WriteHead(Requests, Options.Replaces ? 5 : 4);
        WriteWord(Requests, isAsking ? "RESTORE-ASKING"u8 : "RESTORE"u8);
        WriteWord(Requests, key);
        WriteNumber(Requests, leftMillis);
        WriteWord(Requests, payload);
        if (Options.Replaces) WriteWord(Requests, "REPLACE"u8);
    }

    /// <summary>What comes first on a connection: who it is, and the database.</summary>
    public int WritePreface(NativeBuffer target, int currentDatabase)
    {
        int replies = 0;
        if (Options.Password is { } password)
        {
            WriteHead(target, Options.User is null ? 2 : 3);
            WriteWord(target, "AUTH"u8);
            if (Options.User is { } user) WriteWord(target, user);
            WriteWord(target, password);
            replies++;
        }
        if (Options.Database == currentDatabase) return replies;
        WriteHead(target, 2);
        WriteWord(target, "SELECT"u8);
        WriteWord(target, Encoding.ASCII.GetBytes($"{Options.Database}"));
        return replies + 1;
    }

    public void Dispose() => Requests.Dispose();

    /// <summary>Begins a request of so many words.</summary>
    public static void WriteHead(NativeBuffer target, int words) => Write(target, (byte)'*', words);

    /// <summary>One word of a request.</summary>
    public static void WriteWord(NativeBuffer target, ReadOnlySpan<byte> word)
    {
        Write(target, (byte)'$', word.Length);
        target.EnsureFree(word.Length + 2);
        word.CopyTo(target.Free);
        "\r\n"u8.CopyTo(target.Free[word.Length..]);
        target.Commit(word.Length + 2);
    }

    /// <summary>A number as a word.</summary>
    public static void WriteNumber(NativeBuffer target, long number)
    {
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        WriteWord(target, digits[..Numbers.FormatInt64(number, digits)]);
    }

    private static void Write(NativeBuffer target, byte kind, int number)
    {
        target.EnsureFree(Numbers.MaxInt64Bytes + 3);
        Span<byte> free = target.Free;
        free[0] = kind;
        int length = 1 + Numbers.FormatInt64(number, free[1..]);
        "\r\n"u8.CopyTo(free[length..]);
        target.Commit(length + 2);
    }
}
