using System.Globalization;
using System.Text;

namespace FastShard.Protocol;

/// <summary>
/// Bytes in double quotes with Redis's escapes: what MONITOR and logs show of arguments, and manifests of names.
/// </summary>
public static class QuotedText
{
    /// <summary>Appends the quoted form.</summary>
    public static void Append(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        text.Append('"');
        foreach (byte value in bytes)
        {
            switch (value)
            {
                case (byte)'\\' or (byte)'"': text.Append('\\').Append((char)value); break;
                case (byte)'\n': text.Append("\\n"); break;
                case (byte)'\r': text.Append("\\r"); break;
                case (byte)'\t': text.Append("\\t"); break;
                case 7: text.Append("\\a"); break;
                case 8: text.Append("\\b"); break;
                case >= 32 and < 127: text.Append((char)value); break;
                default: text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"); break;
            }
        }
        text.Append('"');
    }
}
