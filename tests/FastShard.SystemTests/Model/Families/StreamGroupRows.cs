namespace FastShard.SystemTests.Model.Families;

/// <summary>Groups of consumers: who was given which entry, and has not said yet that it is done.</summary>
internal static class StreamGroupRows
{
    private const string NoKey = "-ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may " +
        "want to use the MKSTREAM option to create an empty stream automatically.";

    public static readonly ModelCommand[] All =
    [
        new("XGROUP", static draw => ["CREATE", Key(draw), Group(draw), Start(draw), .. Make(draw)], Change),
        new("XGROUP", static draw => ["CREATE", Key(draw), Group(draw), Start(draw), .. Make(draw)], Change),
        new("XGROUP", static draw => ["SETID", Key(draw), Group(draw), Start(draw)], Change),
        new("XGROUP", static draw => ["CREATECONSUMER", Key(draw), Group(draw), Consumer(draw)], Change),
        new("XGROUP", static draw =>
            draw.Chance(30)
                ? ["DESTROY", Key(draw), Group(draw)]
                : ["DELCONSUMER", Key(draw), Group(draw), Consumer(draw)], Change),
        .. Enumerable.Repeat(
            new ModelCommand("XREADGROUP", static draw =>
            [
                "GROUP", Group(draw), Consumer(draw), .. StreamRows.Count(draw), .. Perhaps(draw, 15, "NOACK"),
                "STREAMS", Key(draw), draw.Chance(75) ? ">" : StreamRows.OldId(draw),
            ], Read, Order: ReplyOrder.Flat), 4),
        new("XACK", static draw => [Key(draw), Group(draw), .. Ids(draw)],
            static call => WithGroup(call, 1, group => ReplyText.Integer(group is null
                ? 0
                : call.Words[3..].Count(id => group.Pending.Remove(ModelId.Parse(id)))))),
        new("XPENDING", static draw => [Key(draw), Group(draw)],
            static call => WithGroup(call, 1, group => group is null ? NoGroup(call[1], call[2]) : Summary(group)),
            IsRead: true),
        new("XCLAIM", static draw =>
            [Key(draw), Group(draw), Consumer(draw), "0", .. Ids(draw), .. Perhaps(draw, 40, "JUSTID")],
            Claim),
    ];

    private static string Key(Draw draw) => StreamRows.Key(draw);

    private static string Group(Draw draw) => draw.Of("g", "g", "h");

    private static string Consumer(Draw draw) => draw.Of("ann", "bob", "cy");

    private static string Start(Draw draw) => draw.Of("$", "0", StreamRows.OldId(draw));

    private static string[] Make(Draw draw) => Perhaps(draw, 50, "MKSTREAM");

    private static string[] Perhaps(Draw draw, int percent, string word) => draw.Chance(percent) ? [word] : [];

    private static string[] Ids(Draw draw) => draw.Many(5, () => StreamRows.OldId(draw));

    private static string NoGroup(string key, string group) =>
        $"-NOGROUP No such key '{key}' or consumer group '{group}'";

    private static string WithGroup(ModelCall call, int key, Func<ModelGroup?, string> answer) =>
        call.With<ModelStream>(call[key], stream => answer(stream?.Groups.GetValueOrDefault(call[key + 1])));

    private static string Change(ModelCall call) => call.With<ModelStream>(call[2], stream =>
    {
        if (stream is null)
        {
            if (call[1] != "CREATE" || call[call.Count - 1] != "MKSTREAM") return NoKey;
            stream = new ModelStream();
            call.Put(call[2], stream, "");
        }
        ModelGroup? group = stream.Groups.GetValueOrDefault(call[3]);
        if (call[1] == "CREATE") return Create(call, stream, group);
        if (call[1] == "DESTROY") return ReplyText.Bool(stream.Groups.Remove(call[3]));
        if (group is null) return $"-NOGROUP No such consumer group '{call[3]}' for key name '{call[2]}'";
        switch (call[1])
        {
            case "SETID":
                group.LastDelivered = StartOf(call[4], stream);
                return ReplyText.Ok;
            case "CREATECONSUMER": return ReplyText.Bool(group.Consumers.Add(call[4]));
            default: return Dismiss(group, call[4]);
        }
    });

    private static string Create(ModelCall call, ModelStream stream, ModelGroup? group)
    {
        if (group is not null) return "-BUSYGROUP Consumer Group name already exists";
        stream.Groups[call[3]] = new ModelGroup(StartOf(call[4], stream));
        return ReplyText.Ok;
    }

    private static string Dismiss(ModelGroup group, string consumer)
    {
        ModelId[] owned = [.. group.Pending.Where(pair => pair.Value == consumer).Select(static pair => pair.Key)];
        foreach (ModelId id in owned) group.Pending.Remove(id);
        group.Consumers.Remove(consumer);
        return ReplyText.Integer(owned.Length);
    }

    private static ModelId StartOf(string text, ModelStream stream) =>
        text == "$" ? stream.LastId : ModelId.Parse(text);

    private static string Read(ModelCall call)
    {
        (string key, string id) = (call[call.Count - 2], call[call.Count - 1]);
        return call.With<ModelStream>(key, stream =>
        {
            ModelGroup? group = stream?.Groups.GetValueOrDefault(call[2]);
            if (group is null) return $"{NoGroup(key, call[2])} in XREADGROUP with GROUP option";
            group.Consumers.Add(call[3]);
            return id == ">" ? ReadNew(call, key, stream!, group) : ReadOwn(call, key, stream!, group);
        });
    }

    private static string ReadNew(ModelCall call, string key, ModelStream stream, ModelGroup group)
    {
        List<string> words = [ReplyText.Bulk(key)];
        foreach ((ModelId id, string[] fields) in stream.After(group.LastDelivered).Take(StreamRows.CountOf(call)))
        {
            group.LastDelivered = id;
            if (Array.IndexOf(call.Words, "NOACK") < 0) group.Pending[id] = call[3];
            words.AddRange([ReplyText.Bulk(id.ToString()), .. fields.Select(ReplyText.Bulk)]);
        }
        return words.Count == 1 ? ReplyText.Null : ReplyText.Array(words);
    }

    private static string ReadOwn(ModelCall call, string key, ModelStream stream, ModelGroup group)
    {
        List<string> words = [ReplyText.Bulk(key)];
        ModelId after = ModelId.Parse(call[call.Count - 1]);
        IEnumerable<ModelId> owned = group.Pending
            .Where(pair => pair.Value == call[3] && pair.Key.CompareTo(after) > 0).Select(static pair => pair.Key);
        foreach (ModelId id in owned.Take(StreamRows.CountOf(call)))
        {
            words.Add(ReplyText.Bulk(id.ToString()));
            if (stream.Entries.TryGetValue(id, out string[]? fields)) words.AddRange(fields.Select(ReplyText.Bulk));
            else words.Add(ReplyText.Null);
        }
        return ReplyText.Array(words);
    }

    private static string Summary(ModelGroup group)
    {
        if (group.Pending.Count == 0)
            return ReplyText.Array([":0", ReplyText.Null, ReplyText.Null, ReplyText.Null]);
        IEnumerable<string> owners = group.Pending.Values.Distinct().Order(StringComparer.Ordinal)
            .Select(owner => ReplyText.Bulks([owner, $"{group.Pending.Values.Count(other => other == owner)}"]));
        return ReplyText.Array(
        [
            ReplyText.Integer(group.Pending.Count), ReplyText.Bulk(group.Pending.First().Key.ToString()),
            ReplyText.Bulk(group.Pending.Last().Key.ToString()), ReplyText.Array(owners),
        ]);
    }

    private static string Claim(ModelCall call) => call.With<ModelStream>(call[1], stream =>
    {
        if (stream?.Groups.GetValueOrDefault(call[2]) is not { } group) return NoGroup(call[1], call[2]);
        group.Consumers.Add(call[3]);
        bool isJustId = call[call.Count - 1] == "JUSTID";
        List<string> claimed = [];
        foreach (string text in call.Words[5..])
        {
            if (text == "JUSTID") break;
            ModelId id = ModelId.Parse(text);
            if (!group.Pending.ContainsKey(id)) continue;
            if (!stream.Entries.TryGetValue(id, out string[]? fields))
            {
                group.Pending.Remove(id);
                continue;
            }
            group.Pending[id] = call[3];
            claimed.Add(isJustId ? ReplyText.Bulk(text) : StreamRows.Entry(id, fields));
        }
        return ReplyText.Array(claimed);
    });
}
