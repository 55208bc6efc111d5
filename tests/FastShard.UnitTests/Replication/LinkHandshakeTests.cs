using System.Text;
using FastShard.Replication.Replica;
using Xunit;

namespace FastShard.UnitTests.Replication;

/// <summary>The handshake of a replica, with every split of what the primary says.</summary>
public sealed class LinkHandshakeTests
{
    private static readonly string Id = new('a', 40);
    private static readonly string Other = new('b', 40);
    private static readonly LinkTerms Fresh = new("", "", 7000, "", StreamId: null, 0);

    [Fact]
    public void A_fresh_replica_asks_for_everything()
    {
        LinkHandshake link = new(Fresh);
        link.Begin();
        Assert.Equal("PING", Sent(link));
        Assert.Equal(LinkEvent.None, Read(link, "+PONG\r\n"));
        Assert.Equal("REPLCONF listening-port 7000", Sent(link));
        Assert.Equal(LinkEvent.None, Read(link, "+OK\r\n"));
        Assert.Equal("REPLCONF capa eof capa psync2", Sent(link));
        Assert.Equal(LinkEvent.None, Read(link, "+OK\r\n"));
        Assert.Equal("PSYNC ? -1", Sent(link));
        Assert.Equal(LinkEvent.Full, Read(link, $"+FULLRESYNC {Id} 17\r\n"));
        Assert.Equal(Id, link.StreamId);
        Assert.Equal(17, link.Offset);
    }

    [Fact]
    public void One_that_has_a_part_logs_in_names_its_address_and_asks_for_the_rest()
    {
        LinkHandshake link = new(new LinkTerms("ann", "secret", 7000, "10.0.0.9", Id, 41));
        link.Begin();
        Assert.Equal(LinkEvent.None, Read(link, "-NOAUTH Authentication required.\r\n"));
        Assert.Equal("PING AUTH ann secret", Sent(link));
        Assert.Equal(LinkEvent.None, Read(link, "+OK\r\n-ERR unknown\r\n+OK\r\n+OK\r\n"));
        Assert.Equal(
            "REPLCONF listening-port 7000 REPLCONF ip-address 10.0.0.9 REPLCONF capa eof capa psync2 "
            + $"PSYNC {Id} 42",
            Sent(link));
        Assert.Equal(LinkEvent.Partial, Read(link, $"\n\n+CONTINUE {Other}\r\n"));
        Assert.Equal(Other, link.StreamId);
    }

    [Theory]
    [InlineData("-ERR no\r\n", LinkEvent.Failed)]
    [InlineData("+PONG\r\n+OK\r\n+OK\r\n-NOMASTERLINK Can't SYNC\r\n", LinkEvent.Later)]
    [InlineData("+PONG\r\n+OK\r\n+OK\r\n-LOADING\r\n", LinkEvent.Later)]
    [InlineData("+PONG\r\n+OK\r\n+OK\r\n-ERR unknown command\r\n", LinkEvent.Failed)]
    [InlineData("+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC short 1\r\n", LinkEvent.Failed)]
    [InlineData("+PONG\r\n+OK\r\n+OK\r\n+CONTINUE\r\n", LinkEvent.Failed)]
    public void What_a_primary_refuses_or_says_wrongly_ends_it(string said, LinkEvent expected)
    {
        LinkHandshake link = new(Fresh);
        link.Begin();
        Assert.Equal(expected, Read(link, said));
        Assert.NotEqual("", link.Failure);
    }

    [Fact]
    public void A_login_that_fails_ends_it()
    {
        LinkHandshake link = new(Fresh with { Password = "wrong" });
        link.Begin();
        Assert.Equal(LinkEvent.Failed, Read(link, "-NOAUTH\r\n-WRONGPASS\r\n"));
    }

    [Fact]
    public void Every_split_reads_alike_and_leaves_what_follows()
    {
        byte[] said = Encoding.ASCII.GetBytes($"+PONG\r\n+OK\r\n\n+OK\r\n+FULLRESYNC {Id} 9\r\n$EOF:rest");
        for (int split = 0; split <= said.Length; split++)
        {
            LinkHandshake link = new(Fresh);
            link.Begin();
            LinkEvent outcome = link.Read(said.AsSpan(0, split), out int read);
            int done = read;
            if (outcome == LinkEvent.None)
            {
                Assert.Equal(split, read);
                outcome = link.Read(said.AsSpan(split), out read);
                done += read;
            }
            Assert.Equal(LinkEvent.Full, outcome);
            Assert.Equal("$EOF:rest", Encoding.ASCII.GetString(said.AsSpan(done)));
            Assert.Equal(9, link.Offset);
        }
    }

    private static LinkEvent Read(LinkHandshake link, string said) =>
        link.Read(Encoding.ASCII.GetBytes(said), out _);

    // The words of what it sends, without lengths and counts.
    private static string Sent(LinkHandshake link)
    {
        string[] lines = Encoding.ASCII.GetString(link.TakeOutput()).Split("\r\n");
        return string.Join(' ', Array.FindAll(lines, static line => line.Length > 0 && line[0] is not ('*' or '$')));
    }
}
