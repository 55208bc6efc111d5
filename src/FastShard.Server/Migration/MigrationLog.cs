namespace FastShard.Server.Migration;

/// <summary>Moves of slots that go on, and the last of those that are over; all shards are held.</summary>
internal sealed class MigrationLog
{
    private readonly List<MigrationRecord> _records = [];

    /// <summary>The newest first.</summary>
    public IReadOnlyList<MigrationRecord> All => _records;

    /// <summary>One more; of those that are over so many are kept.</summary>
    public void Add(MigrationRecord record, int kept)
    {
        _records.Insert(0, record);
        int over = 0;
        for (int index = 0; index < _records.Count; index++)
        {
            if (_records[index].IsOver && ++over > kept) _records.RemoveAt(index--);
        }
    }

    /// <summary>The last of a name.</summary>
    public MigrationRecord? Find(string name, bool isExport) =>
        _records.Find(record => record.IsExport == isExport && record.Name == name);
}
