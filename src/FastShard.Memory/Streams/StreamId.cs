namespace FastShard.Memory;

/// <summary>The id of a stream's entry: a time and a number within it. Ordered; 0-0 is before all entries.</summary>
public readonly record struct StreamId(ulong Millis, ulong Sequence) : IComparable<StreamId>
{
    /// <summary>0-0: no entry has it.</summary>
    public static StreamId Zero => default;

    /// <summary>The largest that there is.</summary>
    public static StreamId Max => new(ulong.MaxValue, ulong.MaxValue);

    /// <summary>Whether this is 0-0.</summary>
    public bool IsZero => (Millis | Sequence) == 0;

    public static bool operator <(StreamId left, StreamId right) =>
        left.Millis < right.Millis || (left.Millis == right.Millis && left.Sequence < right.Sequence);

    public static bool operator >(StreamId left, StreamId right) => right < left;

    public static bool operator <=(StreamId left, StreamId right) => !(right < left);

    public static bool operator >=(StreamId left, StreamId right) => !(left < right);

    /// <inheritdoc/>
    public int CompareTo(StreamId other) => this < other ? -1 : this == other ? 0 : 1;

    /// <summary>The id behind this one; false behind the largest.</summary>
    public bool TryNext(out StreamId next)
    {
        // The result may be written over this very id.
        bool isAny = this != Max;
        next = Sequence < ulong.MaxValue ? new StreamId(Millis, Sequence + 1) : new StreamId(Millis + 1, 0);
        return isAny;
    }

    /// <summary>The id before this one; false before 0-0.</summary>
    public bool TryPrevious(out StreamId previous)
    {
        bool isAny = !IsZero;
        previous = Sequence > 0 ? new StreamId(Millis, Sequence - 1) : new StreamId(Millis - 1, ulong.MaxValue);
        return isAny;
    }
}
