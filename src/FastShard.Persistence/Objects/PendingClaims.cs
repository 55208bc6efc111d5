using FastShard.Memory;

namespace FastShard.Persistence.Objects;

/// <summary>
/// The deliveries of a group on their way in: told first without their owners, then claimed by consumer after consumer,
/// and made in the order of their times in the end, which is the order that the group keeps them in.
/// </summary>
internal sealed class PendingClaims
{
    private const int Unclaimed = -1;

    private readonly List<Delivery> _deliveries = [];
    private readonly List<byte[]> _owners = [];

    /// <summary>Adds a delivery; false if its id is not behind all others.</summary>
    public bool TryAdd(StreamId id, long deliveredMillis, long deliveryCount)
    {
        if (_deliveries.Count > 0 && id <= _deliveries[^1].Id) return false;
        _deliveries.Add(new Delivery(id, deliveredMillis, deliveryCount, Unclaimed));
        return true;
    }

    /// <summary>Adds a consumer and returns its number.</summary>
    public int AddOwner(ReadOnlySpan<byte> name)
    {
        _owners.Add(name.ToArray());
        return _owners.Count - 1;
    }

    /// <summary>Gives a delivery to a consumer; false if there is none, or it has an owner.</summary>
    public bool TryClaim(StreamId id, int owner)
    {
        int low = 0;
        int high = _deliveries.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_deliveries[middle].Id < id) low = middle + 1;
            else high = middle;
        }
        if (low == _deliveries.Count || _deliveries[low].Id != id || _deliveries[low].Owner != Unclaimed) return false;
        _deliveries[low] = _deliveries[low] with { Owner = owner };
        return true;
    }

    /// <summary>Makes all deliveries pending; false if one that was delivered has no owner.</summary>
    public bool TrySettle(scoped in StreamGroup group)
    {
        _deliveries.Sort(static (left, right) => left.DeliveredMillis != right.DeliveredMillis
            ? left.DeliveredMillis.CompareTo(right.DeliveredMillis)
            : left.Id.CompareTo(right.Id));
        foreach (Delivery delivery in _deliveries)
        {
            if (delivery.DeliveredMillis == 0)
            {
                group.Release(delivery.Id, delivery.Count);
                continue;
            }
            if (delivery.Owner == Unclaimed) return false;
            if (!group.TryFindConsumer(_owners[delivery.Owner], out StreamConsumer consumer)) return false;
            group.Assign(delivery.Id, consumer, delivery.DeliveredMillis, delivery.Count);
        }
        return true;
    }

    private readonly record struct Delivery(StreamId Id, long DeliveredMillis, long Count, int Owner);
}
