// What redis-server 7.0 does, for comparison: maxmemory-samples 5, a pool of 16 candidates that are not looked at
// again,
// a clock of whole seconds for LRU; for LFU the logarithmic counter that begins at 5, grows with a chance of
// 1 / ((counter - 5) * 10 + 1) and loses one a minute. Its samples are runs of neighbours in the hash table; here they
// are fair, which is to its advantage.

namespace FastShard.UnitTests.Engine.Eviction;

/// <summary>A model of redis-server's approximated LRU and LFU.</summary>
internal sealed class RedisModel(int capacity, bool isLfu, int seed) : ICacheModel
{
    private const int Samples = 5;
    private const int PoolSize = 16;

    private readonly Random _random = new(seed);
    private readonly Dictionary<int, int> _places = [];
    private readonly List<int> _keys = [];
    private readonly List<uint> _bits = [];
    private readonly List<(long Score, int Key)> _pool = [];

    public bool Ask(int key, long nowMillis)
    {
        if (_places.TryGetValue(key, out int place))
        {
            _bits[place] = isLfu ? Pack(Grown(Frequency(place, nowMillis)), nowMillis) : Seconds(nowMillis);
            return true;
        }
        if (_keys.Count == capacity) Evict(nowMillis);
        _places[key] = _keys.Count;
        _keys.Add(key);
        _bits.Add(isLfu ? Pack(5, nowMillis) : Seconds(nowMillis));
        return false;
    }

    private static uint Seconds(long nowMillis) => (uint)(nowMillis / 1000);

    private static uint Minutes(long nowMillis) => (uint)(nowMillis / 60_000) & 0xFFFF;

    private static uint Pack(uint counter, long nowMillis) => (Minutes(nowMillis) << 8) | counter;

    private uint Frequency(int place, long nowMillis)
    {
        uint counter = _bits[place] & 255;
        uint elapsed = (Minutes(nowMillis) - (_bits[place] >> 8)) & 0xFFFF;
        return elapsed >= counter ? 0 : counter - elapsed;
    }

    private uint Grown(uint counter)
    {
        if (counter == 255) return counter;
        double above = counter > 5 ? counter - 5 : 0;
        return _random.NextDouble() < 1 / ((above * 10) + 1) ? counter + 1 : counter;
    }

    private long Score(int place, long nowMillis) =>
        isLfu ? 255 - Frequency(place, nowMillis) : Seconds(nowMillis) - _bits[place];

    private void Evict(long nowMillis)
    {
        while (true)
        {
            for (int sample = 0; sample < Samples; sample++) Offer(_random.Next(_keys.Count), nowMillis);
            while (_pool.Count > 0)
            {
                (_, int key) = _pool[^1];
                _pool.RemoveAt(_pool.Count - 1);
                if (!_places.TryGetValue(key, out int place)) continue;
                Remove(key, place);
                return;
            }
        }
    }

    private void Offer(int place, long nowMillis)
    {
        long score = Score(place, nowMillis);
        int key = _keys[place];
        int at = 0;
        while (at < _pool.Count && _pool[at].Score < score) at++;
        if ((at == 0 && _pool.Count == PoolSize) || _pool.Exists(other => other.Key == key)) return;
        if (_pool.Count == PoolSize)
        {
            _pool.RemoveAt(0);
            at--;
        }
        _pool.Insert(at, (score, key));
    }

    private void Remove(int key, int place)
    {
        int last = _keys.Count - 1;
        _places[_keys[last]] = place;
        (_keys[place], _bits[place]) = (_keys[last], _bits[last]);
        _keys.RemoveAt(last);
        _bits.RemoveAt(last);
        _places.Remove(key);
    }
}
