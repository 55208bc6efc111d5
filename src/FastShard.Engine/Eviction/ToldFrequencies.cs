namespace FastShard.Engine.Eviction;

/// <summary>
/// The frequencies that keys were given in so many words (RESTORE FREQ), of those that came last. A key's count of use
/// is finer than Redis's scale below and coarser above, so that it cannot show every number; a number that was told is
/// to be shown again all the same, until the key is used or time passes. Takes no memory until the first is told.
/// </summary>
internal sealed class ToldFrequencies
{
    private const int CellCount = 256;

    private Cell[] _cells = [];

    /// <summary>The key has these access bits now, for this frequency.</summary>
    public void Put(ulong hash, uint clock, int frequency)
    {
        if (_cells.Length == 0) _cells = new Cell[CellCount];
        _cells[(int)(hash % CellCount)] = new Cell(hash, clock, (byte)frequency);
    }

    /// <summary>What was told of the key, as long as it has the same access bits; -1 if nothing is known.</summary>
    public int Find(ulong hash, uint clock)
    {
        if (_cells.Length == 0) return -1;
        Cell cell = _cells[(int)(hash % CellCount)];
        return cell.Hash == hash && cell.Clock == clock ? cell.Frequency : -1;
    }

    private readonly record struct Cell(ulong Hash, uint Clock, byte Frequency);
}
