using FastShard.SystemTests.Model.Families;

namespace FastShard.SystemTests.Model;

/// <summary>The types of values that the model knows. A new one is a row here and a family of commands.</summary>
internal static class ModelTypes
{
    private static readonly ModelType[] All =
    [
        new("string", typeof(string), static value => (string)value, static value => value,
            static key => ["GET", key], static value => ReplyText.Bulk((string)value)),
        new("list", typeof(List<string>), static value => Join((List<string>)value),
            static value => new List<string>((List<string>)value),
            static key => ["LRANGE", key, "0", "-1"], static value => ReplyText.Bulks((List<string>)value)),
        new("hash", typeof(ModelHash), static value => ((ModelHash)value).Print(),
            static value => ((ModelHash)value).Copy(),
            static key => ["HGETALL", key],
            static value => HashRows.Pairs((ModelHash)value), ReplyOrder.AnyPairs),
        new("set", typeof(HashSet<string>), static value => Join(((HashSet<string>)value).Order()),
            static value => new HashSet<string>((HashSet<string>)value),
            static key => ["SMEMBERS", key],
            static value => ReplyText.Sorted(((HashSet<string>)value).Select(ReplyText.Bulk)), ReplyOrder.Any),
        new("zset", typeof(ModelScores), static value => Join(((ModelScores)value).Words()),
            static value => ((ModelScores)value).Copy(),
            static key => ["ZRANGE", key, "0", "-1", "WITHSCORES"],
            static value => ReplyText.Bulks(((ModelScores)value).Words()), ReplyOrder.Flat),
        new("stream", typeof(ModelStream), static value => ((ModelStream)value).Print(),
            static value => ((ModelStream)value).Copy(),
            static key => ["XRANGE", key, "-", "+"],
            static value => StreamRows.Entries(((ModelStream)value).Entries)),
        new("string", typeof(ModelRegisters), static value => ((ModelRegisters)value).Print(),
            static value => ((ModelRegisters)value).Copy(),
            static key => ["PFCOUNT", key],
            static value => ReplyText.Integer(((ModelRegisters)value).Estimate())),
    ];

    public static ModelType Of(object value) => Array.Find(All, type => type.Value == value.GetType())!;

    private static string Join(IEnumerable<string> words) => string.Join('|', words);
}
