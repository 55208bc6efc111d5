using System.Text;
using FastShard.CommandTests.Harness;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Sessions;
using FastShard.Memory;
using FastShard.Protocol;
using Xunit;

namespace FastShard.CommandTests.Strings;

/// <summary>What nearly all requests are made of costs no managed memory.</summary>
public sealed class HotPathTests
{
    private const int Rounds = 20_000;

    private static readonly string[] Setups =
    [
        "SET k value", "SET n 1", "SET short a", "XADD stream 1-1 field value", "XGROUP CREATE stream g 0",
        "XREADGROUP GROUP g c STREAMS stream >", "SADD set 5", "SADD packed a b",
        "SADD table a aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "HSET fields a aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        // One sorted set is packed, the long member of the other makes it a tree.
        "ZADD z 1 a 2 b 3 c", $"ZADD tree 1 a 2 b 3 {new string('c', 70)}",
        "GEOADD geo 13.361389 38.115556 p 15.087269 37.502669 q",
    ];

    [Theory]
    [InlineData("GET k")]
    [InlineData("GET n")]
    [InlineData("GET missing")]
    [InlineData("SET k other-value")]
    [InlineData("SET k 12345")]
    [InlineData("SET k v EX 100")]
    [InlineData("SET k v NX GET")]
    [InlineData("INCR n")]
    [InlineData("INCRBY n 5")]
    [InlineData("APPEND short x")]
    [InlineData("MGET k n missing")]
    [InlineData("MSET k 1 n 2")]
    [InlineData("SETBIT bits 100 1")]
    [InlineData("GETBIT bits 100")]
    [InlineData("BITCOUNT bits")]
    [InlineData("BITFIELD bits INCRBY u8 0 1")]
    [InlineData("ZADD z 5 a")]
    [InlineData("ZADD tree 5 a 6.5 b")]
    [InlineData("ZINCRBY z 1.5 a")]
    [InlineData("ZINCRBY tree 1.5 a")]
    [InlineData("ZSCORE tree b")]
    [InlineData("ZRANK z b")]
    [InlineData("ZRANK tree b")]
    [InlineData("ZRANGE z 0 -1 WITHSCORES")]
    [InlineData("ZRANGE tree 0 -1 WITHSCORES")]
    [InlineData("ZRANGEBYSCORE tree (1 +inf LIMIT 0 2")]
    [InlineData("ZRANGEBYLEX tree - +")]
    [InlineData("ZCOUNT tree 0 10")]
    [InlineData("ZSCAN tree 0")]
    [InlineData("ZRANDMEMBER tree")]
    [InlineData("GEOADD geo 13.361389 38.115556 p")]
    [InlineData("GEODIST geo p q km")]
    [InlineData("GEOPOS geo p")]
    [InlineData("XADD stream * field value")]
    [InlineData("XADD stream MAXLEN ~ 100 * field value")]
    [InlineData("XLEN stream")]
    [InlineData("XRANGE stream - + COUNT 5")]
    [InlineData("XREAD COUNT 5 STREAMS stream 0")]
    [InlineData("XREADGROUP GROUP g c COUNT 5 STREAMS stream 0")]
    [InlineData("XACK stream g 1-1")]
    [InlineData("SADD set 5 6")]
    [InlineData("SISMEMBER set 5")]
    [InlineData("SADD packed a b c")]
    [InlineData("SISMEMBER packed b")]
    [InlineData("SADD table a aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("SISMEMBER table a")]
    [InlineData("SRANDMEMBER table")]
    [InlineData("SMEMBERS packed")]
    [InlineData("HSET hash f 12 g text")]
    [InlineData("HGET hash f")]
    [InlineData("HINCRBY hash n 1")]
    [InlineData("HGETALL hash")]
    [InlineData("HSET fields a aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("HGET fields a")]
    [InlineData("HEXPIRE hash 100 FIELDS 1 f")]
    public void Allocates_nothing(string line)
    {
        using Loop loop = new();
        foreach (string setup in (string[])[.. Setups, line])
        {
            loop.Prepare(setup);
            loop.Execute(1);
        }
        // The runtime may allocate a little while it compiles anew; what a command allocates is in every round.
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            loop.Execute(Rounds);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    private sealed class Loop : IDisposable
    {
        private readonly Dataset _dataset = new(2, 16);
        private readonly Session _session = new();
        private readonly RequestReader _reader = new();
        private readonly ArgList _arguments = new();
        private readonly ReplyBuffer _reply = new(4096);
        private byte[] _request = [];

        public void Prepare(string line)
        {
            _request = Encoding.ASCII.GetBytes(line + "\r\n");
            _arguments.Clear();
            _reader.Begin(0);
            Assert.Equal(ReadStatus.Complete, _reader.Read(_request, _arguments));
        }

        public void Execute(int rounds)
        {
            for (int round = 0; round < rounds; round++) ExecuteOnce();
        }

        public void Dispose()
        {
            _reply.Dispose();
            foreach (Keyspace keyspace in _dataset.Keyspaces) keyspace.Dispose();
        }

        private void ExecuteOnce()
        {
            ArgumentView arguments = new(_request, _arguments, 0, _arguments.Count);
            CommandSpec spec = CommandHarness.Table.Find(arguments[0])!;
            if (spec.Handler is null) spec = CommandTable.FindSubcommand(spec, arguments[1])!;
            ReplyWriter writer = new(_reply, RespVersion.Resp2);
            CommandContext context = new(spec, arguments, _session, _dataset, writer, 1000, 0, 0, 0);
            spec.Handler!(ref context);
            _reply.Clear();
        }
    }
}
