using FastShard.SystemTests.Harness;
using FastShard.SystemTests.Model.Families;

namespace FastShard.SystemTests.Model;

/// <summary>
/// A server the simple way: dictionaries, one command after the other, no thought of speed. Commands come with the
/// reply that the real server gave; the model says whether that was right and follows it where two answers are.
/// </summary>
internal sealed class ServerModel
{
    public const int DatabaseCount = 3;

    /// <summary>Deadlines before this have passed whenever the test runs.</summary>
    public const long LongAgoMillis = 1_000_000_000_000;

    private static readonly Dictionary<string, ModelCommand> Commands = ModelFamilies.ByName;

    private readonly List<ModelSession> _sessions = [];

    public Dictionary<string, ModelEntry>[] Databases { get; } =
        [.. Enumerable.Range(0, DatabaseCount).Select(_ => new Dictionary<string, ModelEntry>())];

    public ModelSession Open()
    {
        var session = new ModelSession();
        _sessions.Add(session);
        return session;
    }

    /// <summary>Whether a command that waits for its EXEC names a key.</summary>
    public bool IsQueued(string key) => _sessions.Exists(session => session.Queue.Exists(words => words.Contains(key)));

    /// <summary>Carries a command out. Null when the server's reply is right, else what it should have been.</summary>
    public string? Apply(ModelSession session, string[] words, RespValue reply) => words[0] switch
    {
        "MULTI" => Begin(session, reply),
        "EXEC" => Execute(session, reply),
        "DISCARD" => Discard(session, reply),
        "WATCH" => Watch(session, words, reply),
        "UNWATCH" when !session.IsInMulti => Unwatch(session, reply),
        _ => session.IsInMulti ? Queue(session, words, reply) : Run(session, words, reply),
    };

    /// <summary>A key's deadline is about to pass: for the model it is gone already.</summary>
    public void Expire(ModelSession session, string key)
    {
        Note(["PEXPIREAT", key], () => Databases[session.Database].Remove(key));
    }

    /// <summary>The same for a field of a hash; false when there is none.</summary>
    public bool ExpireField(ModelSession session, string key, string field)
    {
        Dictionary<string, ModelEntry> database = Databases[session.Database];
        if (database.GetValueOrDefault(key)?.Value is not ModelHash hash || !hash.ContainsKey(field)) return false;
        Note(["HPEXPIREAT", key], () =>
        {
            hash.Remove(field);
            if (hash.Count == 0) database.Remove(key);
        });
        return true;
    }

    private static string? Compare(string expected, RespValue reply, ReplyOrder order = ReplyOrder.Exact)
    {
        string actual = ReplyText.Of(reply, order);
        return actual == expected ? null : $"expected {ReplyText.Short(expected)}, got {ReplyText.Short(actual)}";
    }

    private static string? Begin(ModelSession session, RespValue reply)
    {
        if (session.IsInMulti) return Compare("-ERR MULTI calls can not be nested", reply);
        session.IsInMulti = true;
        return Compare(ReplyText.Ok, reply);
    }

    private static string? Discard(ModelSession session, RespValue reply)
    {
        if (!session.IsInMulti) return Compare("-ERR DISCARD without MULTI", reply);
        session.EndTransaction();
        return Compare(ReplyText.Ok, reply);
    }

    private static string? Watch(ModelSession session, string[] words, RespValue reply)
    {
        if (session.IsInMulti) return Compare("-ERR WATCH inside MULTI is not allowed", reply);
        foreach (string key in words.Skip(1)) session.Watched.Add((session.Database, key));
        return Compare(ReplyText.Ok, reply);
    }

    private static string? Unwatch(ModelSession session, RespValue reply)
    {
        session.Unwatch();
        return Compare(ReplyText.Ok, reply);
    }

    private static string? Queue(ModelSession session, string[] words, RespValue reply)
    {
        if (RefusalOf(words) is { } refusal)
        {
            session.IsDoomed = true;
            return Compare(refusal, reply);
        }
        session.Queue.Add(words);
        return Compare(ReplyText.Queued, reply);
    }

    // The one mistake that is drawn: a command without its arguments.
    private static string? RefusalOf(string[] words) =>
        words is ["GET"] ? "-ERR wrong number of arguments for 'get' command" : null;

    private string? Execute(ModelSession session, RespValue reply)
    {
        if (!session.IsInMulti) return Compare("-ERR EXEC without MULTI", reply);
        string[][] queue = [.. session.Queue];
        (bool isDoomed, bool isBroken) = (session.IsDoomed, session.IsWatchBroken);
        bool isInDoubt = session.IsWatchInDoubt;
        session.EndTransaction();
        if (isDoomed) return Compare("-EXECABORT Transaction discarded because of previous errors.", reply);
        if (isBroken || (isInDoubt && reply.IsNull)) return Compare(ReplyText.Null, reply);
        if (reply.Elements is null || reply.Elements.Count != queue.Length)
            return $"expected {queue.Length} replies, got {ReplyText.Short(ReplyText.Of(reply))}";
        string? wrong = null;
        for (int at = 0; at < queue.Length; at++)
        {
            string? mistake = Run(session, queue[at], reply.Elements[at]);
            if (mistake is not null) wrong ??= $"command {at} ({string.Join(' ', queue[at])}): {mistake}";
        }
        return wrong;
    }

    private string? Run(ModelSession session, string[] words, RespValue reply)
    {
        if (RefusalOf(words) is { } refusal) return Compare(refusal, reply);
        ModelCommand command = Commands[words[0]];
        string expected = "";
        Note(words, () => expected = command.Apply(new ModelCall(this, session, words)));
        return Compare(expected, reply, command.Order);
    }

    // Carries a change out and sees which watches it breaks.
    private void Note(string[] words, Action change)
    {
        var watched = _sessions.SelectMany(static session => session.Watched).Distinct()
            .Select(place => (place, Before: PrintOf(place))).ToList();
        change();
        bool isRead = Commands.TryGetValue(words[0], out ModelCommand? command) && command.IsRead;
        foreach (((int Database, string Key) place, string before) in watched)
        {
            bool isBroken = PrintOf(place) != before;
            bool isOfAllKeys = words[0] is "FLUSHDB" or "SWAPDB";
            bool isNamed = !isRead && (isOfAllKeys || words.Contains(place.Key));
            foreach (ModelSession session in _sessions)
            {
                if (!session.Watched.Contains(place)) continue;
                session.IsWatchBroken |= isBroken;
                session.IsWatchInDoubt |= isNamed;
            }
        }
    }

    private string PrintOf((int Database, string Key) place) =>
        Databases[place.Database].TryGetValue(place.Key, out ModelEntry? entry) ? entry.Print() : "";
}
