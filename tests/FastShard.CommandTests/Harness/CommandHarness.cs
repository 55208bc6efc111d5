using System.Text;
using FastShard.CommandTests.Persistence;
using FastShard.Engine.Commands;
using FastShard.Engine.Effects;
using FastShard.Engine.Expiry;
using FastShard.Engine.Keys;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Sessions;
using FastShard.Memory;
using FastShard.Persistence.Commands;
using FastShard.Persistence.Journals;
using FastShard.Persistence.Objects;
using FastShard.Persistence.Rdb;
using FastShard.Protocol;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.CommandTests.Harness;

/// <summary>
/// The engine in process, without a socket: a data set of some shards, the table of all families, a clock that only
/// moves when told, and clients. Everything between is the real thing, the request reader included.
/// </summary>
/// <remarks>
/// Run("SET k v") splits the line as an inline request does ("\x00" and the like inside double quotes) and gives the
/// reply in the compact form of <see cref="ReplyText"/>. After each command it is checked that exactly one reply was
/// written, that only declared keys of write commands changed, and that a change was reported.
/// </remarks>
public sealed class CommandHarness : IDisposable
{
    /// <summary>The table of all families; built once, since declarations are numbered by it.</summary>
    public static readonly CommandTable Table = new([.. EngineFamilies.All, DumpCommands.Specs]);

    private const string FirstSession = "a";

    private readonly Dictionary<string, Session> _sessions = [];
    private readonly RespVersion _version;
    private readonly RequestReader _reader = new();
    private readonly ArgList _arguments = new();
    private readonly ReplyBuffer _reply = new();
    private readonly EffectJournal _effects = new();
    private readonly EffectStream _stream = new();
    private readonly NativeBuffer _journal = new(0);
    private long _dirtySeen;

    /// <summary>An empty data set, on heaps that find wrong frees and leaks, or bytes too far.</summary>
    public CommandHarness(
        int shards = 2, RespVersion version = RespVersion.Resp2, int databases = 16, HeapMode? heap = null)
    {
        Dataset = new Dataset(shards, databases, heap ?? HarnessHeaps.Mode);
        _version = version;
    }

    /// <summary>The data.</summary>
    public Dataset Dataset { get; }

    /// <summary>Milliseconds since 1970; begins at a fixed moment of 2023.</summary>
    public long NowMillis { get; private set; } = 1_700_000_000_000;

    /// <summary>
    /// Arguments of a blob's size come as blobs, as those do that arrive in pieces; else they are all plain.
    /// </summary>
    public bool SendsBlobs { get; set; }

    /// <summary>
    /// A snapshot is begun before each command and finished behind it, and must be of the moment before.
    /// </summary>
    public bool ChecksCuts { get; set; }

    /// <summary>From now on everything that changes is journalled, in the order in which it does.</summary>
    public void StartJournal()
    {
        Dataset.Journal(isOn: true);
        _effects.IsOn = true;
        foreach (Keyspace keyspace in Dataset.Keyspaces) keyspace.Effects = _effects;
    }

    /// <summary>The journal so far, as a file would hold it.</summary>
    public byte[] Journal()
    {
        _stream.Append(_effects.Bytes, _journal);
        _effects.Clear();
        return _journal.Bytes.ToArray();
    }

    /// <summary>Replays a journal; null, or what is wrong with it.</summary>
    public string? Replay(byte[] journal)
    {
        using JournalReplay replay = new(Table, Dataset, NowMillis);
        int at = 0;
        ArgList arguments = new();
        while (at < journal.Length)
        {
            arguments.Clear();
            ScanStatus status = JournalScanner.Scan(journal, ref at, arguments);
            if (status != ScanStatus.Request) return $"{status} at {at}";
            if (replay.Apply(new ArgumentView(journal, arguments, 0, arguments.Count)) is { } error) return error;
        }
        return null;
    }

    /// <summary>What a shard's clock does: keys and fields whose deadline has passed are removed.</summary>
    public void ExpireActively()
    {
        SetClocks();
        foreach (Keyspace keyspace in Dataset.Keyspaces)
        {
            ActiveExpiry.Run(keyspace, effort: 10);
            FieldExpiry.Run(keyspace);
        }
    }

    /// <summary>Moves the clock.</summary>
    public void AdvanceMillis(long millis) => NowMillis += millis;

    /// <summary>A client by name; made when first asked for.</summary>
    public Session Session(string name)
    {
        if (!_sessions.TryGetValue(name, out Session? session))
            _sessions[name] = session = new Session { Version = _version };
        return session;
    }

    /// <summary>Runs one line and returns the reply as text.</summary>
    public string Run(string line, string session = FirstSession)
    {
        byte[] request = Encoding.Latin1.GetBytes(line + "\r\n");
        _reader.Begin(0);
        ReadStatus status = _reader.Read(request, _arguments);
        if (status != ReadStatus.Complete) throw new ArgumentException($"{status}: {line}");
        return Execute(request, Session(session));
    }

    /// <summary>Runs a request of any bytes.</summary>
    public string Run(params ReadOnlySpan<byte[]> arguments)
    {
        using MemoryStream request = new();
        foreach (byte[] argument in arguments)
        {
            if (SendsBlobs && argument.Length >= Blob.Threshold)
            {
                Blob blob = Blob.Allocate(argument.Length);
                argument.CopyTo(blob.Span);
                _arguments.AddBlob(blob);
                continue;
            }
            _arguments.Add((int)request.Length, argument.Length);
            request.Write(argument);
        }
        return Execute(request.ToArray(), Session(FirstSession));
    }

    /// <summary>Puts a value of another type at a key.</summary>
    public void PutList(string name)
    {
        // By commands: what came from nowhere could not be replayed.
        string quoted = '"' + name + '"';
        long before = Dirty();
        Ask(Session(FirstSession).Db, $"DEL {quoted}");
        Ask(Session(FirstSession).Db, $"RPUSH {quoted} element");
        _dirtySeen += Dirty() - before;
    }

    /// <summary>Milliseconds to live, -1 without a deadline, -2 without the key.</summary>
    public long TtlOf(string name)
    {
        Key key = KeyOf(name);
        if (!key.Home.TryPeek(key, out Entry entry)) return -2;
        return entry.HasExpiry ? entry.ExpiryMillis - NowMillis : -1;
    }

    /// <summary>"int", "embstr", "raw", "raw blob", or "none" without the key.</summary>
    public string EncodingOf(string name)
    {
        Key key = KeyOf(name);
        if (!key.Home.TryPeek(key, out Entry entry)) return "none";
        return entry.Encoding.ToString().ToLowerInvariant() + (entry.IsBlob ? " blob" : "");
    }

    /// <summary>The signature of a key's value, as DEBUG DIGEST-VALUE shows it.</summary>
    public string DigestOf(string name)
    {
        Key key = KeyOf(name);
        Span<byte> digest = stackalloc byte[EntryDigest.Bytes];
        digest.Clear();
        if (key.Home.TryPeek(key, out Entry entry)) EntryDigest.Add(key.Home, entry, digest);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>DUMP's payload of a key in a version of one's choice.</summary>
    public byte[] Dump(string name, int version, bool compresses)
    {
        Key key = KeyOf(name);
        if (!key.Home.TryPeek(key, out Entry entry)) throw new ArgumentException(name);
        using NativeBuffer payload = new(0);
        DumpPayload.Write(key.Home, entry, payload, version, compresses);
        return payload.Bytes.ToArray();
    }

    /// <summary>RESTORE's work for a missing key, without the checks that every command goes through here.</summary>
    public bool TryRestore(string name, byte[] payload)
    {
        Key key = KeyOf(name);
        return DumpPayload.TryOpen(payload, out RdbReader reader)
            && DumpPayload.TryRead(ref reader, new ObjectTarget(key, 0, Dataset.Encodings));
    }

    /// <summary>Removes a key, and frees what is freed later.</summary>
    public void Remove(string name)
    {
        Key key = KeyOf(name);
        key.Home.Remove(key);
        Reclaim();
    }

    /// <summary>Frees what is freed later.</summary>
    public void Reclaim()
    {
        foreach (Keyspace keyspace in Dataset.Keyspaces)
        {
            while (keyspace.ReclaimSome(int.MaxValue))
            {
            }
        }
    }

    /// <summary>Blocks that all heaps have handed out.</summary>
    public int LiveBlocks()
    {
        int blocks = 0;
        foreach (Keyspace keyspace in Dataset.Keyspaces) blocks += keyspace.Heap.LiveBlocks;
        return blocks;
    }

    /// <summary>Holds every value against the invariants of its structure; a broken one ends the process.</summary>
    public void Verify()
    {
        Entry[] entries = new Entry[64];
        foreach (Keyspace keyspace in Dataset.Keyspaces)
        {
            for (int database = 0; database < keyspace.DatabaseCount; database++)
            {
                if (keyspace.Existing(database) is { } home) Verify(home.Table, entries);
            }
        }
    }

    /// <summary>How many changes were reported since this was last asked.</summary>
    public long Changes()
    {
        long before = _dirtySeen;
        _dirtySeen = Dirty();
        return _dirtySeen - before;
    }

    /// <summary>The reply to a question about the data of a database, from a client of its own.</summary>
    internal string Ask(int database, string line)
    {
        Session asking = Session("(asking)");
        asking.Db = database;
        return Run(line, "(asking)");
    }

    /// <summary>Frees all memory, and finds what was leaked.</summary>
    public void Dispose()
    {
        Verify();
        _arguments.Clear();
        _reply.Dispose();
        _journal.Dispose();
        _effects.Dispose();
        foreach (Keyspace keyspace in Dataset.Keyspaces)
        {
            for (int database = 0; database < keyspace.DatabaseCount; database++)
                keyspace.Flush(database);
            while (keyspace.ReclaimSome(int.MaxValue))
            {
            }
            int leaked = keyspace.Heap.LiveBlocks;
            keyspace.Dispose();
            if (leaked > 0) throw new InvalidOperationException($"{leaked} blocks leaked");
        }
    }

    private static void Verify(KeyTable table, Span<Entry> entries)
    {
        for (int slot = table.NextSlot(0); slot >= 0; slot = slot + 1 < KeySlot.Count ? table.NextSlot(slot + 1) : -1)
        {
            uint position = 0;
            do
            {
                int count = table.Scan(slot, ref position, entries);
                foreach (Entry entry in entries[..count]) table.Verify(entry);
            }
            while (position != 0);
        }
    }

    private Key KeyOf(string name)
    {
        SetClocks();
        byte[] bytes = Encoding.Latin1.GetBytes(name);
        int slot = KeySlot.Of(bytes);
        return new Key(bytes, slot, KeyHash.Of(bytes), Dataset.Home(slot, Session(FirstSession).Db));
    }

    private void SetClocks()
    {
        foreach (Keyspace keyspace in Dataset.Keyspaces) keyspace.NowMillis = NowMillis;
    }

    private long Dirty()
    {
        long dirty = 0;
        foreach (Keyspace keyspace in Dataset.Keyspaces) dirty += keyspace.Counters.Dirty;
        return dirty;
    }

    private string Execute(byte[] request, Session session)
    {
        SetClocks();
        ArgumentView arguments = new(request, _arguments, 0, _arguments.Count);
        ReplyWriter writer = new(_reply, session.Version);
        if (Gate.TryAdmit(Table, arguments, writer, out CommandSpec? spec)) Invoke(spec, arguments, session, writer);
        _arguments.Clear();
        string text = ReplyText.Take(_reply);
        if (_reply.Length > 0) throw new InvalidOperationException($"more than one reply, after {text}");
        return text;
    }

    private void Invoke(CommandSpec spec, ArgumentView arguments, Session session, ReplyWriter writer)
    {
        int keyIndex = spec.SingleKeyIndex;
        int slot = keyIndex == 0 ? 0 : KeySlot.Of(arguments[keyIndex]);
        ulong hash = keyIndex == 0 ? 0 : KeyHash.Of(arguments[keyIndex]);
        StateSnapshot before = StateSnapshot.Of(Dataset, NowMillis);
        long dirtyBefore = Dirty();
        HashSet<string> declared = DeclaredKeys(spec, arguments);

        CommandContext context = new(spec, arguments, session, Dataset, writer, NowMillis, keyIndex, slot, hash);
        if (ChecksCuts) InvokeBehindCut(spec, ref context);
        else EffectUnit.Run(ref context, ulong.MaxValue >> (64 - Dataset.ShardCount));

        List<string> changed = StateSnapshot.Of(Dataset, NowMillis).ChangesSince(before);
        if (changed.Count == 0) return;
        if (!spec.Is(CommandFlags.Write) && !spec.Is(CommandFlags.MayReplicate))
            throw new InvalidOperationException($"{spec.Name} is no write command and changed {changed[0]}");
        if (Dirty() == dirtyBefore)
            throw new InvalidOperationException($"{spec.Name} changed {changed[0]} and did not report it");
        if (spec.Placement == Placement.AllShards) return;
        if (changed.Find(key => !declared.Contains(key)) is { } surprise)
            throw new InvalidOperationException($"{spec.Name} changed {surprise}, which is none of its keys");
    }

    private void InvokeBehindCut(CommandSpec spec, ref CommandContext context)
    {
        using CutCheck check = CutCheck.Begin(Dataset);
        spec.Handler!(ref context);
        check.Finish();
    }

    private static HashSet<string> DeclaredKeys(CommandSpec spec, ArgumentView arguments)
    {
        KeyPositions positions = new();
        if (!KeyExtraction.TryCollect(spec, arguments, positions)) return [];
        HashSet<string> keys = [];
        for (int key = 0; key < positions.Count; key++)
            keys.Add(Encoding.Latin1.GetString(arguments[positions[key]]));
        return keys;
    }
}
