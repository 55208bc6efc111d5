using System.Globalization;
using System.Text;
using FastShard.Protocol;

namespace FastShard.Persistence.Journals;

/// <summary>
/// One line of a manifest. What is no plain word (blanks, quotes, what cannot be printed) stands in double quotes, with
/// Redis's escapes, so that a line is ASCII whatever the name.
/// </summary>
internal static class ManifestLine
{
    private const string Malformed = "Invalid AOF manifest file format";

    /// <summary>A file's line, with its end.</summary>
    public static void Append(StringBuilder text, AofFile file)
    {
        text.Append("file ");
        byte[] name = Encoding.UTF8.GetBytes(file.Name);
        if (IsPlain(name)) text.Append(file.Name);
        else QuotedText.Append(text, name);
        text.Append(CultureInfo.InvariantCulture, $" seq {file.Sequence} type {(char)file.Kind}\n");
    }

    /// <summary>Reads one; null with what is wrong with it.</summary>
    public static AofFile? Parse(string line, out string? error)
    {
        error = Malformed;
        List<string>? words = Split(line);
        if (words is null || words.Count < 6 || words.Count % 2 != 0) return null;
        string name = "";
        long sequence = 0;
        AofFileKind? kind = null;
        for (int index = 0; index < words.Count; index += 2)
        {
            string value = words[index + 1];
            switch (words[index].ToUpperInvariant())
            {
                case "FILE":
                    name = value;
                    break;
                case "SEQ":
                    _ = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
                    break;
                case "TYPE":
                    kind = KindOf(value);
                    if (kind is not null) break;
                    error = $"Unknown AOF file type {value}";
                    return null;
            }
        }
        bool isFileName = name.Length > 0 && !name.AsSpan().ContainsAny('/', '\\');
        if (!isFileName || sequence <= 0 || kind is not { } known) return null;
        error = null;
        return new AofFile(name, sequence, known);
    }

    private static AofFileKind? KindOf(string letter) => letter switch
    {
        "b" => AofFileKind.Base,
        "i" => AofFileKind.Increment,
        "h" => AofFileKind.History,
        _ => null,
    };

    private static bool IsPlain(ReadOnlySpan<byte> name)
    {
        foreach (byte value in name)
        {
            if (value is <= 32 or >= 127 or (byte)'"' or (byte)'\'' or (byte)'\\') return false;
        }
        return true;
    }

    private static List<string>? Split(string line)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(line);
        ArgList arguments = new();
        if (!InlineSplitter.TrySplit(bytes, 0, bytes.Length, arguments)) return null;
        List<string> words = [];
        for (int index = 0; index < arguments.Count; index++)
            words.Add(Encoding.UTF8.GetString(arguments.Bytes(bytes, index)));
        return words;
    }
}
