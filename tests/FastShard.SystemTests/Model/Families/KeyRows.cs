namespace FastShard.SystemTests.Model.Families;

internal static class KeyRows
{
    private const string Same = "-ERR source and destination objects are the same";

    public static readonly ModelCommand[] All =
    [
        new("DEL", static draw => draw.Keys(4), Delete),
        new("UNLINK", static draw => draw.Keys(4), Delete),
        new("EXISTS", static draw => draw.Keys(4), Count, IsRead: true),
        new("TOUCH", static draw => draw.Keys(4), Count, IsRead: true),
        new("TYPE", static draw => [draw.Key()],
            static call => "+" + (call.Find(call[1]) is { } entry ? ModelTypes.Of(entry.Value).Name : "none"),
            IsRead: true),
        new("RENAME", static draw => [draw.Key(), draw.Key()], static call => Rename(call, mayReplace: true)),
        new("RENAMENX", static draw => [draw.Key(), draw.Key()], static call => Rename(call, mayReplace: false)),
        new("COPY", static draw => [draw.Key(), draw.Key(), .. draw.Of<string[]>([], ["REPLACE"])], Copy),
        new("PEXPIREAT", static draw => [draw.Key(), draw.Deadline(), .. Condition(draw)],
            static call => Expire(call, call.Number(2))),
        new("EXPIREAT", static draw => [draw.Key(), draw.FarDeadline()[..^3], .. Condition(draw)],
            static call => Expire(call, call.Number(2) * 1000)),
        new("PERSIST", static draw => [draw.Key()], Persist),
        new("PEXPIRETIME", static draw => [draw.Key()], static call => ReplyText.Integer(Deadline(call, 1)),
            IsRead: true),
        new("EXPIRETIME", static draw => [draw.Key()], static call => ReplyText.Integer(Deadline(call, 1000)),
            IsRead: true),
        new("GET", static draw => [], static call => "", IsRead: true), // without its argument: refused
    ];

    private static string[] Condition(Draw draw) => draw.Of<string[]>([], [], ["NX"], ["XX"], ["GT"], ["LT"]);

    private static string Delete(ModelCall call) =>
        ReplyText.Integer(call.Words[1..].Count(key => call.Database.Remove(key)));

    private static string Count(ModelCall call) =>
        ReplyText.Integer(call.Words[1..].Count(key => call.Find(key) is not null));

    private static string Rename(ModelCall call, bool mayReplace)
    {
        if (call.Find(call[1]) is not { } entry) return ReplyText.NoSuchKey;
        if (!mayReplace && call.Find(call[2]) is not null) return ":0";
        call.Database.Remove(call[1]);
        call.Database[call[2]] = entry;
        return mayReplace ? ReplyText.Ok : ":1";
    }

    private static string Copy(ModelCall call)
    {
        if (call[1] == call[2]) return Same;
        if (call.Find(call[1]) is not { } entry) return ":0";
        if (call.Find(call[2]) is not null && call.Count == 3) return ":0";
        call.Database[call[2]] = entry.Copy();
        return ":1";
    }

    private static string Expire(ModelCall call, long deadline)
    {
        if (call.Find(call[1]) is not { } entry) return ":0";
        bool isAllowed = (call.Count > 3 ? call[3] : "") switch
        {
            "NX" => entry.Deadline == 0,
            "XX" => entry.Deadline != 0,
            "GT" => entry.Deadline != 0 && deadline > entry.Deadline,
            "LT" => entry.Deadline == 0 || deadline < entry.Deadline,
            _ => true,
        };
        if (!isAllowed) return ":0";
        entry.Deadline = deadline;
        return deadline < ServerModel.LongAgoMillis ? call.Remove(call[1], ":1") : ":1";
    }

    private static string Persist(ModelCall call)
    {
        if (call.Find(call[1]) is not { Deadline: not 0 } entry) return ":0";
        entry.Deadline = 0;
        return ":1";
    }

    private static long Deadline(ModelCall call, long unit) => call.Find(call[1]) switch
    {
        null => -2,
        { Deadline: 0 } => -1,
        { } entry => entry.Deadline / unit,
    };
}
