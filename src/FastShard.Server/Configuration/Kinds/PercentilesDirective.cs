using System.Globalization;

namespace FastShard.Server.Configuration.Kinds;

/// <summary>Percentiles between 0 and 100, any number of them.</summary>
internal sealed class PercentilesDirective(string name, FieldOf<double[]> field, double[] defaultValue)
    : FieldDirective<double[]>(name, field, defaultValue)
{
    public override bool TakesMany => true;

    public override string ValueText => "numbers from 0 to 100";

    internal override string? Set(ServerOptions options, ReadOnlySpan<string> arguments, bool append)
    {
        if (arguments is [""]) arguments = [];
        var percentiles = new double[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (!double.TryParse(arguments[i], NumberStyles.Float, CultureInfo.InvariantCulture, out percentiles[i]))
                return $"Invalid {Name} parameters";
            if (percentiles[i] is not (>= 0 and <= 100))
                return $"{Name} parameters should sit between [0.0,100.0]";
        }
        Value(options) = percentiles;
        return null;
    }

    public override string Format(ServerOptions options) =>
        string.Join(' ', Array.ConvertAll(Value(options), Print));

    internal override IEnumerable<string> FormatLines(ServerOptions options)
    {
        string value = Format(options);
        yield return Name + " " + (value.Length > 0 ? value : "\"\"");
    }

    private static string Print(double percentile) =>
        percentile.ToString("0.#################", CultureInfo.InvariantCulture);
}
