using FastShard.Persistence.Rdb;

namespace FastShard.Persistence.Objects;

/// <summary>
/// Finds where an object ends without making anything of it, so that one thread can find the records of a file, and
/// others make them. What it says yes to may still be no value.
/// </summary>
internal static class ObjectSkim
{
    private const ulong IdBytes = 16;

    /// <summary>Passes an object; false where it is not whole or makes no sense (the reader tells which).</summary>
    public static bool TrySkip(ref RdbReader reader, RdbType type)
    {
        switch (type)
        {
            case RdbType.String:
            case RdbType.HashZipmap:
            case RdbType.ListZiplist:
            case RdbType.SetIntSet:
            case RdbType.SortedSetZiplist:
            case RdbType.HashZiplist:
            case RdbType.HashListpack:
            case RdbType.SortedSetListpack:
            case RdbType.SetListpack:
            case RdbType.HashListpackDeadlinesEarly:
                return reader.TrySkipText();
            case RdbType.HashListpackDeadlines:
                return reader.TrySkip(sizeof(long)) && reader.TrySkipText();
            case RdbType.List:
            case RdbType.Set:
            case RdbType.ListQuicklist:
                return TryItems(ref reader, ItemForm.Text);
            case RdbType.Hash:
                return TryItems(ref reader, ItemForm.TwoTexts);
            case RdbType.SortedSet:
                return TryItems(ref reader, ItemForm.TextAndEight);
            case RdbType.SortedSetText:
                return TryItems(ref reader, ItemForm.TextAndShort);
            case RdbType.ListQuicklist2:
                return TryItems(ref reader, ItemForm.LengthAndText);
            case RdbType.HashDeadlinesEarly:
                return TryItems(
                    ref reader,
                    reader.Version == RdbVersion.Valkey ? ItemForm.TwoTextsAndEight : ItemForm.LengthAndTwoTexts);
            case RdbType.HashDeadlines:
                return reader.TrySkip(sizeof(long)) && TryItems(ref reader, ItemForm.LengthAndTwoTexts);
            case RdbType.Stream:
            case RdbType.Stream2:
            case RdbType.Stream3:
                return TryStream(ref reader, type);
            default:
                return false;
        }
    }

    private static bool TryItems(ref RdbReader reader, ItemForm form)
    {
        if (!reader.TryLength(out ulong count)) return false;
        for (; count > 0; count--)
        {
            if (!TryItem(ref reader, form)) return false;
        }
        return true;
    }

    private static bool TryItem(ref RdbReader reader, ItemForm form) => form switch
    {
        ItemForm.Text => reader.TrySkipText(),
        ItemForm.TwoTexts => reader.TrySkipText() && reader.TrySkipText(),
        ItemForm.TextAndEight => reader.TrySkipText() && reader.TrySkip(sizeof(double)),
        ItemForm.TextAndShort => reader.TrySkipText() && TryTextDouble(ref reader),
        ItemForm.LengthAndText => reader.TryLength(out _) && reader.TrySkipText(),
        ItemForm.LengthAndTwoTexts => reader.TryLength(out _) && reader.TrySkipText() && reader.TrySkipText(),
        _ => reader.TrySkipText() && reader.TrySkipText() && reader.TrySkip(sizeof(long)),
    };

    // One byte of length, with three values that say infinite or no number.
    private static bool TryTextDouble(ref RdbReader reader) =>
        reader.TryByte(out byte length) && (length >= 253 || reader.TrySkip(length));

    private static bool TryStream(ref RdbReader reader, RdbType type)
    {
        if (!TryItems(ref reader, ItemForm.TwoTexts)) return false;
        // Length and last id; then the first id, the highest that was deleted, and how many were added.
        if (!TryLengths(ref reader, type == RdbType.Stream ? 3 : 8)) return false;
        if (!reader.TryLength(out ulong groups)) return false;
        for (; groups > 0; groups--)
        {
            if (!TryGroup(ref reader, type)) return false;
        }
        return true;
    }

    private static bool TryGroup(ref RdbReader reader, RdbType type)
    {
        if (!reader.TrySkipText() || !TryLengths(ref reader, type == RdbType.Stream ? 2 : 3)) return false;
        if (!reader.TryLength(out ulong pending)) return false;
        for (; pending > 0; pending--)
        {
            if (!reader.TrySkip(IdBytes + sizeof(long)) || !reader.TryLength(out _)) return false;
        }
        if (!reader.TryLength(out ulong consumers)) return false;
        for (; consumers > 0; consumers--)
        {
            ulong times = type == RdbType.Stream3 ? 2UL : 1UL;
            if (!reader.TrySkipText() || !reader.TrySkip(times * sizeof(long))) return false;
            if (!reader.TryLength(out ulong owned)) return false;
            if (owned > ulong.MaxValue / IdBytes || !reader.TrySkip(owned * IdBytes)) return false;
        }
        return true;
    }

    private static bool TryLengths(ref RdbReader reader, int count)
    {
        for (; count > 0; count--)
        {
            if (!reader.TryLength(out _)) return false;
        }
        return true;
    }

    private enum ItemForm
    {
        Text,
        TwoTexts,
        TextAndEight,
        TextAndShort,
        LengthAndText,
        LengthAndTwoTexts,
        TwoTextsAndEight,
    }
}
