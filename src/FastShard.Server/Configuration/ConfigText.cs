// The text layer of configuration: numbers as Redis reads them, and the quoting of its configuration files. A word
// may stand in "double quotes", with the escapes \n \r \t \b \a \" \\ and \xHH, or in 'single quotes', where only \'
// is an escape. A closing quote must end its word.

using System.Buffers;
using System.Globalization;
using System.Text;

namespace FastShard.Server.Configuration;

internal static class ConfigText
{
    // Escapes can spell bytes, so words are built from bytes; ones that are no text are refused, not mangled.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true);

    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(" \t\r\n\v\f\"'\\#");

    /// <summary>A decimal number with no sign but '-', no leading zeros and no spaces.</summary>
    public static bool TryParseInteger(ReadOnlySpan<char> text, out long number)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)) return false;
        ReadOnlySpan<char> digits = text[0] == '-' ? text[1..] : text;
        bool leadingZero = digits[0] == '0' && text.Length > 1;
        return char.IsAsciiDigit(digits[0]) && !leadingZero;
    }

    public static bool TryParseOctal(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        if (text.Length is 0 or > 20) return false;
        foreach (char digit in text)
        {
            if (digit is < '0' or > '7') return false;
            number = number * 8 + (digit - '0');
        }
        return true;
    }

    /// <summary>The words of a text without quotes: what CONFIG SET gets for a list.</summary>
    public static string[] SplitWords(string text) =>
        text.Split((char[])[' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Splits a line of a configuration file; null and the reason when its quoting is broken.</summary>
    public static List<string>? SplitLine(string line, out string? error)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line);
        var words = new List<string>();
        var word = new List<byte>();
        int position = 0;
        error = null;
        while (true)
        {
            while (position < bytes.Length && IsSpace(bytes[position])) position++;
            if (position == bytes.Length) return words;
            word.Clear();
            if (!TryReadWord(bytes, ref position, word))
            {
                error = "Unbalanced quotes in configuration line";
                return null;
            }
            try
            {
                words.Add(StrictUtf8.GetString([.. word]));
            }
            catch (DecoderFallbackException)
            {
                error = "a value is not valid UTF-8 text";
                return null;
            }
        }
    }

    public static string QuoteIfNeeded(string text)
    {
        bool plain = text.Length > 0 && !text.AsSpan().ContainsAny(NeedsQuotes);
        foreach (char c in text) plain &= !char.IsControl(c);
        return plain ? text : Quote(text);
    }

    /// <summary>The text in double quotes, on one line; <see cref="SplitLine"/> gives it back.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\a' => quoted.Append("\\a"),
                '\b' => quoted.Append("\\b"),
                < ' ' or '\x7f' => quoted.Append($"\\x{(int)c:x2}"),
                _ => quoted.Append(c),
            };
        }
        return quoted.Append('"').ToString();
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or >= 9 and <= 13;

    private static bool TryReadWord(byte[] bytes, ref int position, List<byte> word)
    {
        while (position < bytes.Length && !IsSpace(bytes[position]))
        {
            byte current = bytes[position++];
            if (current is not ((byte)'"' or (byte)'\''))
            {
                word.Add(current);
                continue;
            }
            bool closed = current == '"' ? TryReadDoubleQuoted(bytes, ref position, word)
                : TryReadSingleQuoted(bytes, ref position, word);
            if (!closed) return false;
            return position == bytes.Length || IsSpace(bytes[position]);
        }
        return true;
    }

    private static bool TryReadDoubleQuoted(byte[] bytes, ref int position, List<byte> word)
    {
        while (position < bytes.Length)
        {
            byte current = bytes[position++];
            if (current == '"') return true;
            if (current == '\\' && position < bytes.Length) current = Unescape(bytes, ref position);
            word.Add(current);
        }
        return false;
    }

    private static bool TryReadSingleQuoted(byte[] bytes, ref int position, List<byte> word)
    {
        while (position < bytes.Length)
        {
            byte current = bytes[position++];
            if (current == '\'') return true;
            if (current == '\\' && position < bytes.Length && bytes[position] == '\'') current = bytes[position++];
            word.Add(current);
        }
        return false;
    }

    private static byte Unescape(byte[] bytes, ref int position)
    {
        byte escape = bytes[position++];
        if (escape == 'x' && position + 1 < bytes.Length
            && char.IsAsciiHexDigit((char)bytes[position]) && char.IsAsciiHexDigit((char)bytes[position + 1]))
        {
            int value = Convert.ToInt32($"{(char)bytes[position]}{(char)bytes[position + 1]}", 16);
            position += 2;
            return (byte)value;
        }
        return escape switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            _ => escape,
        };
    }
}
