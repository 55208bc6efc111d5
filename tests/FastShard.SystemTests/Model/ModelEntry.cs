using System.Globalization;

namespace FastShard.SystemTests.Model;

/// <summary>A key's value, as the plainest .NET type that can be it, and its deadline; 0 = none.</summary>
internal sealed class ModelEntry(object value, long deadline)
{
    public object Value { get; set; } = value;

    public long Deadline { get; set; } = deadline;

    /// <summary>Everything about it in one text: equal texts, equal entries.</summary>
    public string Print() =>
        $"{ModelTypes.Of(Value).Print(Value)} until {Deadline.ToString(CultureInfo.InvariantCulture)}";

    public ModelEntry Copy() => new(ModelTypes.Of(Value).Copy(Value), Deadline);
}
