namespace FastShard.Memory;

/// <summary>Who must have an entry as it was at one moment: a snapshot, on its way through the tables.</summary>
public interface IEntryTaker
{
    /// <summary>
    /// The entry is about to change or to go: takes it now, and marks it. The entry stays where it is meanwhile.
    /// </summary>
    void Take(KeyTable table, in Entry entry);

    /// <summary>
    /// All of a table's entries are in another one now, which is freed bit by bit unless it is held
    /// (<see cref="KeyTable.IsHeld"/>).
    /// </summary>
    void Detached(KeyTable live, KeyTable detached);
}
