namespace FastShard.TidyTests;

/// <summary>Limits and marks on plain text, shared by the tests and by the tests of the tests.</summary>
internal static class FileRules
{
    public const int ProductFileLinesMax = 600;
    public const int TestFileLinesMax = 800;
    public const int LineColumnsMax = 120;

    // Cut in two, or this file would be the first finding.
    private static readonly string[] UnfinishedMarks =
        ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];

    public static bool IsTooLong(string path, int lineCount) =>
        lineCount > (path.StartsWith("src/", StringComparison.Ordinal) ? ProductFileLinesMax : TestFileLinesMax);

    public static IEnumerable<string> UnfinishedMarksIn(string path, string text) =>
        Lines(text)
            .Where(line => UnfinishedMarks.Any(mark => ContainsWord(line.Text, mark)))
            .Select(line => $"{path}:{line.Number}: {line.Text.Trim()}");

    public static IEnumerable<string> LongLinesIn(string path, string text) =>
        Lines(text)
            .Where(line => line.Text.Length > LineColumnsMax)
            .Select(line => $"{path}:{line.Number}: {line.Text.Length} columns");

    public static IEnumerable<string> StrayWhitespaceIn(string path, string text)
    {
        foreach ((int number, string line) in Lines(text))
        {
            if (line.EndsWith(' ') || line.EndsWith('\t')) yield return $"{path}:{number}: white space at the end";
            if (line.EndsWith('\r')) yield return $"{path}:{number}: a carriage return";
            if (line.Contains('\t') && !path.EndsWith(".sln")) yield return $"{path}:{number}: a tab";
        }

        if (text.Length > 0 && !text.EndsWith('\n')) yield return $"{path}: no newline at the end of the file";
    }

    public static IEnumerable<(int Number, string Text)> Lines(string text)
    {
        string[] lines = text.Split('\n');
        for (int index = 0; index < lines.Length; index++) yield return (index + 1, lines[index]);
    }

    private static bool ContainsWord(string line, string word)
    {
        int at = line.IndexOf(word, StringComparison.Ordinal);
        return at >= 0
            && (at == 0 || !char.IsLetter(line[at - 1]))
            && (at + word.Length == line.Length || !char.IsLetter(line[at + word.Length]));
    }
}
