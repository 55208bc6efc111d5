namespace FastShard.SystemTests.Model;

/// <summary>The types of values that the model knows. A new one is a row here and a family of commands.</summary>
internal static class ModelTypes
{
    private static readonly ModelType[] All =
    [
        new("string", typeof(string), static value => (string)value, static value => value,
            static key => ["GET", key], static value => ReplyText.Bulk((string)value)),
    ];

    public static ModelType Of(object value) => Array.Find(All, type => type.Value == value.GetType())!;
}
