namespace FastShard.SystemTests.Model.Families;

internal static class DatabaseRows
{
    public static readonly ModelCommand[] All =
    [
        new("SELECT", static draw => [Index(draw)], Select, IsRead: true),
        new("MOVE", static draw => [draw.Key(), Index(draw)], Move),
        new("SWAPDB", static draw => [Index(draw), Index(draw)], Swap),
        new("FLUSHDB", static draw => draw.Of<string[]>([], ["ASYNC"], ["SYNC"]), Flush),
    ];

    private static string Index(Draw draw) => draw.Small(0, ServerModel.DatabaseCount - 1);

    private static string Select(ModelCall call)
    {
        call.Session.Database = (int)call.Number(1);
        return ReplyText.Ok;
    }

    private static string Move(ModelCall call)
    {
        Dictionary<string, ModelEntry> target = call.Model.Databases[call.Number(2)];
        if (ReferenceEquals(target, call.Database)) return "-ERR source and destination objects are the same";
        if (call.Find(call[1]) is not { } entry || target.ContainsKey(call[1])) return ":0";
        target[call[1]] = entry;
        return call.Remove(call[1], ":1");
    }

    private static string Swap(ModelCall call)
    {
        Dictionary<string, ModelEntry>[] all = call.Model.Databases;
        (all[call.Number(1)], all[call.Number(2)]) = (all[call.Number(2)], all[call.Number(1)]);
        return ReplyText.Ok;
    }

    private static string Flush(ModelCall call)
    {
        call.Database.Clear();
        return ReplyText.Ok;
    }
}
