namespace FastShard.Engine.Strings;

/// <summary>
/// Ranges as clients give them: both ends inclusive, negative ends counted from the end of the value.
/// </summary>
internal static class ByteRange
{
    /// <summary>Cuts a range to a value of <paramref name="length"/> units; false when nothing is left.</summary>
    public static bool TryClip(long start, long end, long length, out long first, out long last)
    {
        first = Math.Max(start < 0 ? start + length : start, 0);
        last = Math.Min(Math.Max(end < 0 ? end + length : end, 0), length - 1);
        return first <= last;
    }

    /// <summary>
    /// The same, and a backwards range of two negative ends is empty even where both lie before the value's begin.
    /// </summary>
    public static bool TryClipForward(long start, long end, long length, out long first, out long last)
    {
        bool isForward = TryClip(start, end, length, out first, out last);
        return isForward && !(start < 0 && end < 0 && start > end);
    }
}
