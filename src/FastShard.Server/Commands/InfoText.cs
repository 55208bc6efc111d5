using System.Globalization;
using System.Text;

namespace FastShard.Server.Commands;

/// <summary>The text of INFO while it is written: sections of "name:value" lines.</summary>
internal sealed class InfoText
{
    private readonly StringBuilder _text = new();

    public void Section(string title)
    {
        if (_text.Length > 0) _text.Append("\r\n");
        _text.Append("# ").Append(title).Append("\r\n");
    }

    public void Field(string name, string value) => _text.Append(name).Append(':').Append(value).Append("\r\n");

    public void Field(string name, long value) =>
        _text.Append(name).Append(':').Append(CultureInfo.InvariantCulture, $"{value}").Append("\r\n");

    public void Field(string name, bool value) => Field(name, value ? 1 : 0);

    /// <summary>A field with a fixed number of digits behind the point.</summary>
    public void Field(string name, double value, int digits) => Field(name, Fixed(value, digits));

    /// <summary>A number of bytes, and again with "_human" behind its name in the largest fitting unit.</summary>
    public void Bytes(string name, long bytes)
    {
        Field(name, bytes);
        Field(name + "_human", Human(bytes));
    }

    public static string Fixed(double value, int digits) =>
        value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>"1.16M": a number of bytes for people.</summary>
    public static string Human(long bytes)
    {
        const string Units = "KMGTP";
        if (bytes < 1024) return $"{bytes}B";
        double amount = bytes / 1024.0;
        int unit = 0;
        for (; amount >= 1024 && unit < Units.Length - 1; unit++) amount /= 1024;
        return Fixed(amount, 2) + Units[unit];
    }

    public override string ToString() => _text.ToString();
}
