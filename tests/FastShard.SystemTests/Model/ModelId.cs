using System.Globalization;

namespace FastShard.SystemTests.Model;

/// <summary>The id of a stream's entry.</summary>
internal readonly record struct ModelId(long Millis, long Sequence) : IComparable<ModelId>
{
    public static ModelId Max { get; } = new(long.MaxValue, long.MaxValue);

    /// <summary>Of a text; without its second part that is 0, or what is given.</summary>
    public static ModelId Parse(string text, long sequence = 0)
    {
        string[] parts = text.Split('-');
        long millis = long.Parse(parts[0], CultureInfo.InvariantCulture);
        return new ModelId(millis, parts.Length > 1 ? long.Parse(parts[1], CultureInfo.InvariantCulture) : sequence);
    }

    public int CompareTo(ModelId other) => (Millis, Sequence).CompareTo((other.Millis, other.Sequence));

    public override string ToString() => FormattableString.Invariant($"{Millis}-{Sequence}");
}
