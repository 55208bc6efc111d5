using System.Globalization;

namespace FastShard.Server.Replication;

/// <summary>
/// The place in a replication stream that a snapshot is of, as its file tells it: whoever loads the file has that much
/// of the stream.
/// </summary>
/// <param name="Id">The stream.</param>
/// <param name="Offset">Bytes of it.</param>
/// <param name="Database">The database that the stream is at there.</param>
internal sealed record StreamPlace(string Id, long Offset, int Database)
{
    private const string DatabaseNote = "repl-stream-db";
    private const string IdNote = "repl-id";
    private const string OffsetNote = "repl-offset";

    /// <summary>As notes of a file.</summary>
    public KeyValuePair<string, string>[] Notes =>
    [
        new(DatabaseNote, Text(Database)), new(IdNote, Id), new(OffsetNote, Text(Offset)),
    ];

    /// <summary>From the notes of a file; null where it is of no stream.</summary>
    public static StreamPlace? Of(IReadOnlyList<KeyValuePair<string, string>> notes)
    {
        StreamPlace place = new("", -1, -1);
        foreach ((string name, string value) in notes)
        {
            bool isNumber = long.TryParse(
                value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number);
            if (name == IdNote) place = place with { Id = value };
            else if (name == OffsetNote && isNumber) place = place with { Offset = number };
            else if (name == DatabaseNote && isNumber && number <= int.MaxValue)
                place = place with { Database = (int)number };
        }
        bool isWhole = place is { Id.Length: 40, Offset: >= 0, Database: >= 0 };
        return isWhole ? place : null;
    }

    /// <summary>The database alone, for whoever was told the place otherwise.</summary>
    public static int DatabaseOf(IReadOnlyList<KeyValuePair<string, string>> notes)
    {
        foreach ((string name, string value) in notes)
        {
            if (name == DatabaseNote && int.TryParse(value, out int number) && number > 0) return number;
        }
        return 0;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
