using System.Numerics;

namespace FastShard.Server.Configuration.Kinds;

/// <summary>A whole number within limits, in an int or long field; decimal, or octal as file modes are.</summary>
internal sealed class IntegerDirective<T>(string name, FieldOf<T>? field, T defaultValue, T min, T max)
    : SingleDirective<T>(name, field, defaultValue)
    where T : struct, IBinaryInteger<T>
{
    internal bool Octal { get; init; }

    /// <summary>Applied to a number inside the limits: some directives clamp where Redis clamps.</summary>
    internal Func<T, T>? Clamp { get; init; }

    public override string ValueText =>
        $"{Print(min)} .. {(long.CreateChecked(max) is int.MaxValue or long.MaxValue ? "" : Print(max))}".TrimEnd();

    private protected override string? Parse(string text, out T value)
    {
        value = T.Zero;
        if (!TryParseNumber(text, out long number))
        {
            return Octal ? "argument couldn't be parsed as an octal number"
                : "argument couldn't be parsed into an integer";
        }
        if (number < long.CreateChecked(min) || number > long.CreateChecked(max))
            return $"argument must be between {Print(min)} and {Print(max)} inclusive";
        value = T.CreateChecked(number);
        if (Clamp is not null) value = Clamp(value);
        return null;
    }

    private bool TryParseNumber(string text, out long number) =>
        Octal ? ConfigText.TryParseOctal(text, out number) : ConfigText.TryParseInteger(text, out number);

    private protected override string Print(T value) =>
        Octal ? Convert.ToString(long.CreateChecked(value), 8) : long.CreateChecked(value).ToString();
}
