using System.Globalization;
using System.Text;
using FastShard.SystemTests.Harness;
using FastShard.SystemTests.Model.Families;

namespace FastShard.SystemTests.Model;

/// <summary>
/// One connection with the model's view of it: draws commands, sends them alone or many at once, and holds every reply
/// against the model.
/// </summary>
internal sealed class ModelClient : IDisposable
{
    private const int KeptLines = 40;
    private const int LastMillis = 12;

    private readonly FastShardServer _server;
    private readonly RespClient _client;
    private readonly ServerModel _model;
    private readonly ModelSession _session;
    private readonly Draw _draw;
    private readonly ModelCommand[] _commands;
    private readonly Dictionary<string, long> _resting = [];
    private readonly Queue<string> _history = new();
    private readonly string _name;
    private bool _isInMulti;

    public ModelClient(string name, FastShardServer server, ServerModel model, Draw draw, ModelCommand[] commands)
    {
        (_name, _server, _model, _draw) = (name, server, model, draw);
        _commands = ModelFamilies.KnownTo(server, commands);
        _session = model.Open();
        _client = server.Connect();
        _client.Socket.NoDelay = true; // a request in two pieces is to arrive in two pieces
        if (draw.Chance(50)) _client.Run("HELLO", "3");
    }

    /// <summary>Sends so many commands at once, and checks their replies.</summary>
    public void Step(int commands)
    {
        WakeRested();
        string[][] requests = [.. Enumerable.Range(0, commands).Select(_ => Next())];
        byte[] bytes = [.. requests.SelectMany(Encode)];
        // Now and then in two pieces, wherever the cut falls.
        int cut = _draw.Chance(25) ? _draw.Below(bytes.Length) : 0;
        if (cut > 0) _client.SendRaw(bytes[..cut]);
        _client.SendRaw(bytes[cut..]);
        foreach (string[] request in requests) Check(request, _client.Read());
    }

    /// <summary>Gives a key a deadline that passes in a moment; it is left alone until then.</summary>
    public void LetExpire()
    {
        if (_isInMulti) return;
        string key = _draw.Key();
        if (_model.IsQueued(key)) return;
        string deadline = (ServerMillis() + LastMillis).ToString(CultureInfo.InvariantCulture);
        RespValue reply = _client.Run("PEXPIREAT", key, deadline);
        Note(["PEXPIREAT", key, deadline], reply);
        bool wasThere = _model.Databases[_session.Database].ContainsKey(key);
        if (reply.Integer != (wasThere ? 1 : 0)) Fail($"expected {(wasThere ? 1 : 0)}");
        if (!wasThere) return;
        _model.Expire(_session, key);
        _draw.Resting.Add(key);
        _resting[key] = long.Parse(deadline, CultureInfo.InvariantCulture);
    }

    /// <summary>The same for a field of a hash.</summary>
    public void LetFieldExpire()
    {
        if (_isInMulti) return;
        (string key, string field) = (_draw.KeyFor(HashExpiryRows.Family), _draw.Member());
        if (key == _draw.SpareFor(HashExpiryRows.Family) || _model.IsQueued(key)) return;
        string deadline = (ServerMillis() + LastMillis).ToString(CultureInfo.InvariantCulture);
        string[] request = ["HPEXPIREAT", key, deadline, "FIELDS", "1", field];
        RespValue reply = _client.Run(request);
        Note(request, reply);
        bool wasThere = _model.ExpireField(_session, key, field);
        // On a busy machine the deadline may have passed before the server hears of it.
        string[] expected = wasThere ? ["*[:1]", "*[:2]"] : ["*[:-2]"];
        if (!expected.Contains(ReplyText.Of(reply))) Fail($"expected {expected[0]}");
        if (!wasThere) return;
        _draw.Resting.Add(key);
        _resting[key] = long.Parse(deadline, CultureInfo.InvariantCulture);
    }

    /// <summary>Ends a transaction, waits for all deadlines, and compares all keys of one database.</summary>
    public void CheckKeys(int database, bool isAlone)
    {
        Finish();
        CheckOne(["SELECT", $"{database}"], ReplyText.Ok);
        _session.Database = database;
        Dictionary<string, ModelEntry> expected = _model.Databases[database];
        if (isAlone) CheckNames(expected);
        foreach ((string key, ModelEntry entry) in expected)
        {
            ModelType type = ModelTypes.Of(entry.Value);
            CheckOne(["TYPE", key], "+" + type.Name);
            CheckOne(type.ReadAll(key), type.AllReply(entry.Value), type.Order);
            CheckOne(["PEXPIRETIME", key], ReplyText.Integer(entry.Deadline == 0 ? -1 : entry.Deadline));
        }
    }

    /// <summary>Closes an open transaction and lets every deadline that is due pass.</summary>
    public void Finish()
    {
        if (_isInMulti) Run("DISCARD");
        while (_draw.Resting.Count > 0 && _resting.Count > 0) WakeRested();
    }

    public void Dispose() => _client.Dispose();

    private void CheckNames(Dictionary<string, ModelEntry> expected)
    {
        // Expired keys count until they are removed, which happens in the background.
        _server.Until(() => _client.Run("DBSIZE").Integer == expected.Count, $"DBSIZE is {expected.Count}");
        SortedSet<string> found = new(StringComparer.Ordinal);
        string cursor = "0";
        do
        {
            RespValue page = _client.Run("SCAN", cursor, "COUNT", _draw.Small(1, 40));
            cursor = page.Elements![0].Text!;
            foreach (RespValue key in page.Elements[1].Elements!) found.Add(key.Text!);
        }
        while (cursor != "0");
        if (!found.SetEquals(expected.Keys)) Fail($"SCAN found [{string.Join(' ', found)}]");
        CheckOne(["KEYS", "*"], ReplyText.Sorted(expected.Keys.Select(ReplyText.Bulk)), ReplyOrder.Any);
        string random = ReplyText.Of(_client.Run("RANDOMKEY"));
        bool isRight = expected.Count == 0 ? random == ReplyText.Null : expected.ContainsKey(random[1..]);
        if (!isRight) Fail($"RANDOMKEY said {random}");
    }

    private void CheckOne(string[] request, string expected, ReplyOrder order = ReplyOrder.Exact)
    {
        RespValue reply = _client.Run(request);
        Note(request, reply);
        if (ReplyText.Of(reply, order) != expected) Fail($"expected {ReplyText.Short(expected)}");
    }

    private string[] Next()
    {
        if (_isInMulti && _draw.Chance(25))
        {
            _isInMulti = false;
            return [_draw.Chance(15) ? "DISCARD" : "EXEC"];
        }
        switch (_draw.Below(100))
        {
            case < 4 when !_isInMulti:
                _isInMulti = true;
                return ["MULTI"];
            case < 8 when !_isInMulti:
                return ["WATCH", .. _draw.Keys(3)];
            case 9 when !_isInMulti:
                return [_draw.Of("UNWATCH", "EXEC", "DISCARD")];
            case 10 when _isInMulti:
                return ["MULTI"];
        }
        ModelCommand command = _draw.Of(_commands);
        return [command.Name, .. command.Arguments(_draw)];
    }

    private void Run(string name)
    {
        _isInMulti = false;
        Check([name], _client.Run(name));
    }

    private void Check(string[] request, RespValue reply)
    {
        Note(request, reply);
        if (_model.Apply(_session, request, reply) is { } mistake) Fail(mistake);
    }

    private void WakeRested()
    {
        if (_resting.Count == 0 || _isInMulti) return;
        long now = ServerMillis();
        foreach ((string key, long deadline) in _resting.ToArray())
        {
            if (now <= deadline) continue;
            _resting.Remove(key);
            _draw.Resting.Remove(key);
            AwaitFields(key);
            // The clock of a server's turn may be some milliseconds older than this one: then the next turn knows.
            long expected = _model.Databases[_session.Database].ContainsKey(key) ? 1 : 0;
            _server.Until(() => _client.Run("EXISTS", key).Integer == expected, $"EXISTS {key} is {expected}");
        }
    }

    // Fields that have expired count until they are removed, which happens in the background; the hash may have come
    // to another database meanwhile.
    private void AwaitFields(string key)
    {
        if (!key.Contains(HashExpiryRows.Family)) return;
        for (int database = 0; database < ServerModel.DatabaseCount; database++)
        {
            _client.Run("SELECT", $"{database}");
            long fields = (_model.Databases[database].GetValueOrDefault(key)?.Value as ModelHash)?.Count ?? 0;
            _server.Until(() => _client.Run("HLEN", key).Integer == fields, $"{key} has {fields} fields");
        }
        _client.Run("SELECT", $"{_session.Database}");
    }

    // The clock of the machine is the server's too.
    private static long ServerMillis() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private void Note(string[] request, RespValue reply)
    {
        string text = string.Join(' ', request.Select(static word => word.Length == 0 ? "\"\"" : word));
        _history.Enqueue($"  {_name} {ReplyText.Short(text)} -> {ReplyText.Short(ReplyText.Of(reply))}");
        if (_history.Count > KeptLines) _history.Dequeue();
    }

    private void Fail(string what) => throw new ModelMismatchException(
        $"{_name}: {what}\nthe last commands of this connection:\n{string.Join('\n', _history)}");

    private static byte[] Encode(string[] words)
    {
        var text = new StringBuilder($"*{words.Length}\r\n");
        foreach (string word in words) text.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }
}
