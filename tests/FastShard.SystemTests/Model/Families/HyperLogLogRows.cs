namespace FastShard.SystemTests.Model.Families;

/// <summary>
/// On keys of their own, because to other commands they are strings whose bytes the model does not know. Elements are
/// few or, now and then, so many that the value is kept in its other form.
/// </summary>
internal static class HyperLogLogRows
{
    private const string Family = "pf";

    public static readonly ModelCommand[] All =
    [
        new("PFADD", static draw => [Key(draw), .. draw.Many(8, () => Element(draw))], Add),
        new("PFADD", static draw => [Key(draw), .. draw.Chance(10) ? Crowd(draw) : []], Add),
        // It writes, because it may store the estimate.
        new("PFCOUNT", static draw => draw.Many(3, () => Key(draw)),
            static call => ReplyText.Integer(Union(call, 1).Estimate())),
        new("PFMERGE", static draw => [Key(draw), .. draw.Many(3, () => Key(draw))], Merge),
        new("DEL", static draw => [Key(draw)], None),
        new("COPY", static draw => [Key(draw), Key(draw), "REPLACE"], None),
        new("RENAME", static draw => [Key(draw), Key(draw)], None),
        new("TYPE", static draw => [Key(draw)], None),
        new("PEXPIREAT", static draw => [Key(draw), draw.Deadline()], None),
        new("PEXPIRETIME", static draw => [Key(draw)], None),
    ];

    private static string Key(Draw draw) => draw.KeyFor(Family);

    // What the keys' own row of this name does is done: names are looked up, and theirs come first.
    private static string None(ModelCall call) => throw new ModelMismatchException($"{call[0]} has a row elsewhere");

    private static string Element(Draw draw) => "e" + draw.Small(0, 5000);

    private static string[] Crowd(Draw draw)
    {
        int first = draw.Below(100_000);
        return [.. Enumerable.Range(first, 1500).Select(static number => $"crowd:{number}")];
    }

    private static string Add(ModelCall call)
    {
        bool isNew = call.Find(call[1]) is null;
        ModelRegisters registers = Of(call, call[1]);
        bool isChanged = isNew;
        foreach (string element in call.Words[2..]) isChanged |= registers.Add(element);
        return call.Change(call[1], registers, ReplyText.Bool(isChanged));
    }

    private static string Merge(ModelCall call) => call.Change(call[1], Union(call, 1), ReplyText.Ok);

    private static ModelRegisters Union(ModelCall call, int first)
    {
        var union = new ModelRegisters();
        foreach (string key in call.Words[first..]) union.Merge(Of(call, key));
        return union;
    }

    private static ModelRegisters Of(ModelCall call, string key) =>
        (call.Find(key)?.Value as ModelRegisters)?.Copy() ?? new ModelRegisters();
}
