using FastShard.CommandTests.Harness;

namespace FastShard.CommandTests.Persistence;

/// <summary>
/// Whatever can be done to a value of a type: reads that look at all of it, and writes in all places. What they answer
/// is not looked at: the checks of the harness and of the structures are what judges.
/// </summary>
internal sealed class ValueExercise(CommandHarness harness, Random random)
{
    private static readonly string Long = new('z', 90);

    private static readonly string[] OnAny =
    [
        "DUMP k", "OBJECT ENCODING k", "COPY k copy", "RENAME copy k", "COPY copy k", "DEL copy", "EXPIRE k 100",
        "PERSIST k", "RENAME k other", "RENAME other k", "SORT k ALPHA", "SCAN 0 TYPE hash", "EXISTS k",
    ];

    private static readonly Dictionary<string, string[]> OnType = new()
    {
        ["string"] =
        [
            "GET k", "STRLEN k", "GETRANGE k 1 -2", "BITCOUNT k", "BITPOS k 1", "PFCOUNT k", "LCS k k LEN",
            $"APPEND k {Long}", "SETRANGE k 5 zz", "SETBIT k 100 1", "INCR k", "INCRBYFLOAT k 0.5", "PFADD k a b",
            "BITFIELD k SET u8 3 200", "BITOP NOT k k", "PFMERGE k k", "GETDEL k",
        ],
        ["list"] =
        [
            "LLEN k", "LRANGE k 0 -1", "LRANGE k 3 8", "LINDEX k 3", "LINDEX k -2", "LPOS k a COUNT 0",
            "LPUSH k a b 17", $"RPUSH k {Long} c", "LINSERT k BEFORE a x", "LSET k 0 y", $"LSET k -1 {Long}",
            "LREM k 0 a", "LREM k -1 1", "LTRIM k 1 -2", "LPOP k", "RPOP k 5", "LMOVE k k LEFT RIGHT",
        ],
        ["set"] =
        [
            "SCARD k", "SMEMBERS k", "SISMEMBER k a", "SRANDMEMBER k 3", "SRANDMEMBER k -20", "SSCAN k 0",
            "SINTERCARD 1 k", "SADD k x 17", $"SADD k {Long}", "SREM k a 1 17", "SPOP k", "SPOP k 3",
            "SUNIONSTORE k k", "SMOVE k other a",
        ],
        ["zset"] =
        [
            "ZCARD k", "ZRANGE k 0 -1 WITHSCORES", "ZRANGEBYSCORE k -inf +inf", "ZRANGEBYLEX k - +", "ZRANK k a",
            "ZREVRANK k member:7", "ZCOUNT k 1 2", "ZSCAN k 0", "ZRANDMEMBER k 4", "GEOPOS k a",
            "GEOSEARCH k FROMLONLAT 1 1 BYRADIUS 1000 km", "ZADD k 3 x -1 y", $"ZADD k 2 {Long}", "ZINCRBY k 1 a",
            "ZREM k a b member:7", "ZPOPMIN k", "ZPOPMAX k 2", "ZREMRANGEBYRANK k 1 2", "ZREMRANGEBYSCORE k 1 2",
            "ZUNIONSTORE k 1 k",
        ],
        ["hash"] =
        [
            "HLEN k", "HGETALL k", "HKEYS k", "HVALS k", "HMGET k f a b", "HRANDFIELD k 3 WITHVALUES", "HSCAN k 0",
            "HTTL k FIELDS 2 a b", "HSET k f v 1 2", $"HSET k g {Long}", "HDEL k f a field:7", "HINCRBY k 1 5",
            "HEXPIRE k 100 FIELDS 2 a f", "HPERSIST k FIELDS 2 a b", "HGETDEL k FIELDS 2 b 1",
            "HSETEX k PX 5 FIELDS 1 n v",
        ],
        ["stream"] =
        [
            "XLEN k", "XRANGE k - +", "XREVRANGE k + - COUNT 3", "XINFO STREAM k FULL", "XINFO GROUPS k",
            "XINFO CONSUMERS k g", "XPENDING k g", "XPENDING k g - + 10", "XREAD STREAMS k 0", "XADD k * a b",
            $"XADD k * a {Long}", "XDEL k 1-1 3-1", "XTRIM k MAXLEN 5", "XTRIM k MINID ~ 3", "XACK k g 1-1",
            "XREADGROUP GROUP g ann COUNT 2 STREAMS k >", "XREADGROUP GROUP g ann STREAMS k 0",
            "XCLAIM k g bob 0 1-1 3-1 FORCE", "XAUTOCLAIM k g bob 0 0", "XGROUP CREATE k new 0",
            "XGROUP DESTROY k h", "XGROUP DELCONSUMER k g ann", "XGROUP SETID k g 0",
            "XSETID k 9-9 ENTRIESADDED 500",
        ],
    };

    /// <summary>Does so many things to the value at "k", and holds it against its invariants after each.</summary>
    public void Run(int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            string type = harness.Run("TYPE k");
            string[] choices = random.Next(6) > 0 && OnType.TryGetValue(type, out string[]? own) ? own : OnAny;
            harness.Run(choices[random.Next(choices.Length)]);
            harness.Verify();
        }
        harness.Run("DEL k copy other");
    }
}
