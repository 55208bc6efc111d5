using FastShard.CommandTests.Harness;
using Xunit;

namespace FastShard.CommandTests.Model;

/// <summary>
/// Random commands of every family on few keys, while the clock moves on and keys and fields expire: at any moment the
/// journal gives the same data.
/// </summary>
public sealed class EffectModelTests
{
    private const int Commands = 600;

    private static readonly string[] Templates =
    [
        "SET K V", "SET K V PX T", "SET K V NX GET", "SET K V KEEPTTL", "SET K V XX EX 1", "GETEX K PX T",
        "GETEX K PERSIST",
        "GETDEL K", "GETSET K V", "APPEND K V", "SETRANGE K N V", "INCR K", "INCRBYFLOAT K 0.1", "INCRBY K N",
        "INCREX K BYINT N UBOUND 9 SATURATE PX T", "MSET K V K V", "MSETNX K V K V", "MSETEX 2 K V K V PX T",
        "DELEX K IFEQ V", "SETBIT K N 1", "BITOP OR K K K", "BITFIELD K INCRBY u8 0 N", "PFADD K V V",
        "PFCOUNT K", "PFMERGE K K",
        "DEL K K", "UNLINK K", "EXPIRE K 1", "PEXPIRE K T GT", "PEXPIREAT K 1", "PERSIST K", "RENAME K K",
        "RENAMENX K K",
        "COPY K K REPLACE", "MOVE K 1", "COPY K K DB 1", "SORT K ALPHA STORE K", "SORT K BY nosort STORE K",
        "LPUSH K V V", "RPUSH K V N", "LPUSHX K V", "LPOP K N", "RPOP K", "LMPOP 2 K K LEFT COUNT N",
        "LMOVE K K LEFT RIGHT",
        "RPOPLPUSH K K", "BLPOP K K 0", "BLMPOP 0 2 K K RIGHT COUNT 2", "BLMOVE K K RIGHT LEFT 0",
        "LMOVEM K K LEFT RIGHT COUNT N BULK", "LMOVEM K K LEFT LEFT COUNT 3 OBO",
        "LMOVEM K K RIGHT RIGHT COUNT 2 OBO",
        "LSET K 0 V", "LINSERT K BEFORE V N", "LREM K N V", "LTRIM K 0 N",
        "SADD K V V N", "SREM K V", "SMOVE K K V", "SPOP K", "SPOP K N", "SUNIONSTORE K K K", "SINTERSTORE K K K",
        "SDIFFSTORE K K K", "ZADD K N V", "ZADD K GT CH N V", "ZADD K NX INCR 1.5 V", "ZINCRBY K 0.1 V", "ZREM K V",
        "ZPOPMIN K N", "ZMPOP 2 K K MAX COUNT N", "BZPOPMAX K K 0", "ZREMRANGEBYRANK K 0 0", "ZREMRANGEBYSCORE K N N",
        "ZUNIONSTORE K 2 K K", "ZINTERSTORE K 2 K K", "ZRANGESTORE K K 0 N", "ZDIFFSTORE K 2 K K",
        "HSET K V N V N", "HSETNX K V N", "HDEL K V V", "HINCRBY K V N", "HINCRBYFLOAT K V 0.5",
        "HPEXPIRE K T FIELDS 2 V V",
        "HEXPIREAT K 1 FIELDS 1 V", "HPERSIST K FIELDS 2 V V", "HGETDEL K FIELDS 2 V V", "HGETEX K PX T FIELDS 1 V",
        "HSETEX K PX T FIELDS 1 V N", "HSETEX K FNX KEEPTTL FIELDS 1 V N", "HSETEX K KEEPTTL FIELDS 1 V N",
        "XADD K * V N", "XADD K MAXLEN ~ 3 * V N", "XADD K MAXLEN 2 * V V", "XTRIM K MAXLEN N",
        "XGROUP CREATE K V 0 MKSTREAM",
        "XREADGROUP GROUP V V COUNT 2 STREAMS K >", "XREADGROUP GROUP V V NOACK STREAMS K >",
        "XREADGROUP GROUP V V STREAMS K 0", "XAUTOCLAIM K V V 0 0", "XGROUP DELCONSUMER K V V", "XGROUP DESTROY K V",
        "XGROUP SETID K V $", "GEOADD K 13.3 38.1 V 15.0 37.5 V",
        "GEOSEARCHSTORE K K FROMLONLAT 15 37 BYRADIUS 200 km",
        "GET K", "TTL K", "SELECT 0", "SELECT 1", "SWAPDB 0 1", "HGETALL K", "EXISTS K K",
    ];

    [Fact]
    public void Whatever_happens_can_be_replayed()
    {
        for (int seed = 1; seed <= 25; seed++)
        {
            Random random = new(seed);
            using CommandHarness harness = new(shards: 3);
            harness.StartJournal();
            List<string> lines = [];
            for (int count = 0; count < Commands; count++)
            {
                if (random.Next(8) == 0) harness.AdvanceMillis(random.Next(40));
                string line = Fill(Templates[random.Next(Templates.Length)], random);
                lines.Add(line);
                harness.Run(line);
                if (count % 100 == 99) harness.ExpireActively();
                if (count != Commands / 2 && count != Commands - 1) continue;
                using CommandHarness second = new(shards: 1 + (seed % 2));
                second.AdvanceMillis(harness.NowMillis - second.NowMillis);
                Assert.Null(second.Replay(harness.Journal()));
                (string expected, string actual) = (DataText.Of(harness), DataText.Of(second));
                if (expected != actual)
                    Assert.Fail(
                        $"seed {seed}, command {count}:\n{expected}\n---\n{actual}\n{string.Join('\n', lines)}");
            }
        }
    }

    private static string Fill(string template, Random random)
    {
        string[] words = template.Split(' ');
        for (int index = 1; index < words.Length; index++)
        {
            words[index] = words[index] switch
            {
                "K" => $"k{random.Next(12)}",
                "V" => $"v{random.Next(5)}",
                "N" => $"{random.Next(7)}",
                "T" => $"{random.Next(1, 60)}",
                _ => words[index],
            };
        }
        return string.Join(' ', words);
    }
}
