using FastShard.Engine.Keyspaces;
using FastShard.Persistence.Rdb;

namespace FastShard.Persistence.Objects;

/// <summary>
/// Makes a value of an object's bytes. The key must be missing; when the bytes turn out to be none, it is so again.
/// </summary>
public static class ObjectReader
{
    /// <summary>
    /// Reads one object of <paramref name="type"/> and puts it at the target; anything but Done leaves no key behind.
    /// </summary>
    public static ReadOutcome Read(ref RdbReader reader, RdbType type, in ObjectTarget target)
    {
        ReadOutcome outcome = ReadValue(ref reader, type, target);
        if (outcome == ReadOutcome.Done) target.SetExpiry();
        else target.Discard();
        return outcome;
    }

    private static ReadOutcome ReadValue(ref RdbReader reader, RdbType type, in ObjectTarget target)
    {
        switch (type)
        {
            case RdbType.String:
                return StringCodec.Read(ref reader, target);
            case RdbType.List:
            case RdbType.ListZiplist:
            case RdbType.ListQuicklist:
            case RdbType.ListQuicklist2:
                return ListCodec.Read(ref reader, type, target);
            case RdbType.Set:
            case RdbType.SetIntSet:
            case RdbType.SetListpack:
                return SetCodec.Read(ref reader, type, target);
            case RdbType.SortedSetText:
            case RdbType.SortedSet:
            case RdbType.SortedSetZiplist:
            case RdbType.SortedSetListpack:
                return SortedSetCodec.Read(ref reader, type, target);
            case RdbType.Hash:
            case RdbType.HashZipmap:
            case RdbType.HashZiplist:
            case RdbType.HashListpack:
            case RdbType.HashDeadlinesEarly:
            case RdbType.HashListpackDeadlinesEarly:
            case RdbType.HashDeadlines:
            case RdbType.HashListpackDeadlines:
                return HashCodec.Read(ref reader, type, target);
            case RdbType.Stream:
            case RdbType.Stream2:
            case RdbType.Stream3:
                return StreamCodec.Read(ref reader, type, target);
            default:
                return ReadOutcome.Malformed;
        }
    }
}
