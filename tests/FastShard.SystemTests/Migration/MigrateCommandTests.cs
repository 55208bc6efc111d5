using System.Net;
using System.Net.Sockets;
using FastShard.SystemTests.Harness;
using FastShard.SystemTests.Replication;
using Xunit;

namespace FastShard.SystemTests.Migration;

/// <summary>MIGRATE between our servers and redis-servers, outside of clusters.</summary>
[Collection(SequentialGroup.Name)]
public sealed class MigrateCommandTests
{
    [Theory]
    [InlineData("epoll")]
    [InlineData("pipelines")]
    public void Values_of_every_type_go_there_and_back_with_their_deadlines(string transport)
    {
        using FastShardServer ours = FastShardServer.Start(transport, "--shards", "2");
        using RedisServer theirs = RedisServer.Start(ours.Folder);
        ours.Until(theirs.Answers, "redis-server answers");
        using RespClient here = ours.Connect();
        using RespClient there = theirs.Connect();
        here.Run("SET", "string", "value", "PX", "100000");
        here.Run("RPUSH", "list", "a", "b", "c");
        here.Run("HSET", "hash", "f", "v");
        here.Run("SADD", "set", "1", "2", "x");
        here.Run("ZADD", "zset", "1.5", "m");
        here.Run("XADD", "stream", "1-1", "f", "v");
        here.Run("SET", "large", new string('x', 300_000));
        string[] keys = ["string", "list", "hash", "set", "zset", "stream", "large"];
        string[] dumps = [.. keys.Select(key => Convert.ToHexString(there.Run("DUMP", key).Bytes ?? []))];
        Assert.All(dumps, dump => Assert.Equal("", dump));

        Assert.Equal("OK", here.Run(
            ["MIGRATE", "127.0.0.1", $"{theirs.Port}", "", "3", "5000", "KEYS", "missing", .. keys]).Text);
        Assert.Equal(0, here.Run(["EXISTS", .. keys]).Integer);
        there.Run("SELECT", "3");
        Assert.Equal(keys.Length, there.Run(["EXISTS", .. keys]).Integer);
        Assert.InRange(there.Run("PTTL", "string").Integer, 1, 100_000);
        Assert.Equal(-1, there.Run("PTTL", "list").Integer);
        Assert.Equal("value", there.Run("GET", "string").Text);

        Assert.Equal("OK", there.Run(
            ["MIGRATE", "127.0.0.1", $"{ours.Port}", "", "0", "5000", "KEYS", .. keys]).Text);
        Assert.Equal(0, there.Run("DBSIZE").Integer);
        Assert.Equal(keys.Length, here.Run(["EXISTS", .. keys]).Integer);
        Assert.InRange(here.Run("PTTL", "string").Integer, 1, 100_000);
        Assert.Equal(300_000, here.Run("STRLEN", "large").Integer);
        Assert.Equal("3", here.Run("LLEN", "list").Text);
    }

    [Fact]
    public void Replies_are_redis_own()
    {
        using FastShardServer ours = FastShardServer.Start("epoll", "--shards", "2");
        using FastShardServer other = FastShardServer.Start("epoll", "--shards", "2", "--requirepass", "secret");
        using RespClient here = ours.Connect();
        using RespClient there = other.Connect();
        string port = $"{other.Port}";
        Assert.Equal("OK", there.Run("AUTH", "secret").Text);
        Assert.Equal("NOKEY", here.Run("MIGRATE", "127.0.0.1", port, "k", "0", "1000").Text);
        Assert.Equal("OK", here.Run("SET", "k", "1").Text);
        Assert.Equal(
            "ERR value is not an integer or out of range",
            here.Run("MIGRATE", "127.0.0.1", port, "k", "0", "soon").Text);
        Assert.Equal("ERR syntax error", here.Run("MIGRATE", "127.0.0.1", port, "k", "0", "1000", "AUTH").Text);
        Assert.Equal(
            "ERR When using MIGRATE KEYS option, the key argument must be set to the empty string",
            here.Run("MIGRATE", "127.0.0.1", port, "k", "0", "1000", "KEYS", "k").Text);
        Assert.Equal(
            "ERR Target instance replied with error: NOAUTH Authentication required.",
            here.Run("MIGRATE", "127.0.0.1", port, "k", "0", "1000").Text);
        Assert.StartsWith(
            "ERR Target instance replied with error: WRONGPASS",
            here.Run("MIGRATE", "127.0.0.1", port, "k", "0", "1000", "AUTH", "wrong").Text);
        Assert.Equal(1, here.Run("EXISTS", "k").Integer);
        Assert.Equal("OK", here.Run("MIGRATE", "127.0.0.1", port, "k", "0", "1000", "COPY", "AUTH", "secret").Text);
        Assert.Equal(1, here.Run("EXISTS", "k").Integer);
        Assert.Equal(
            "ERR Target instance replied with error: BUSYKEY Target key name already exists.",
            here.Run("MIGRATE", "127.0.0.1", port, "k", "0", "1000", "AUTH", "secret").Text);
        Assert.Equal("OK", here.Run("SET", "k", "2").Text);
        Assert.Equal("OK", here.Run("SET", "l", "3").Text);
        Assert.Equal("OK", here.Run(
            "MIGRATE", "127.0.0.1", port, "", "0", "1000", "REPLACE", "AUTH2", "default", "secret",
            "KEYS", "k", "l").Text);
        Assert.Equal("2", there.Run("GET", "k").Text);
        Assert.Equal("3", there.Run("GET", "l").Text);
        Assert.Equal(0, here.Run("DBSIZE").Integer);
        here.Run("SET", "k", "4");
        Assert.Equal(
            "ERR Target instance replied with error: ERR DB index is out of range",
            here.Run("MIGRATE", "127.0.0.1", port, "k", "1000", "1000", "AUTH", "secret").Text);
        Assert.Equal(
            "IOERR error or timeout connecting to the client",
            here.Run("MIGRATE", "127.0.0.1", $"{Ports.Free()}", "k", "0", "1000").Text);
        Assert.Equal("OK", here.Run("MULTI").Text);
        Assert.Equal("QUEUED", here.Run("MIGRATE", "127.0.0.1", port, "k", "0", "1000").Text);
        Assert.True(here.Run("EXEC").Elements![0].IsError);
        Assert.Equal("4", here.Run("GET", "k").Text);
    }

    [Fact]
    public void A_silent_target_keeps_only_writers_of_its_slots_waiting()
    {
        using FastShardServer ours = FastShardServer.Start("epoll", "--shards", "2");
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        string port = $"{((IPEndPoint)silent.LocalEndPoint!).Port}";
        using RespClient mover = ours.Connect();
        using RespClient writer = ours.Connect();
        using RespClient piper = ours.Connect();
        using RespClient other = ours.Connect();
        other.Run("SET", "{a}1", "old");
        mover.Send("MIGRATE", "127.0.0.1", port, "{a}1", "0", "60000");
        using Socket accepted = silent.Accept();
        Assert.Equal("old", other.Run("GET", "{a}1").Text);
        Assert.Equal("OK", other.Run("SET", "{b}1", "x").Text);
        writer.Send("SET", "{a}1", "new");
        piper.SendRaw([
            .. RespClient.Encode("MULTI"), .. RespClient.Encode("SET", "{a}2", "t"), .. RespClient.Encode("EXEC")]);
        Assert.Equal("OK", piper.Read().Text);
        Assert.Equal("QUEUED", piper.Read().Text);
        // A write of another slot goes on meanwhile, and the server has seen all that was sent before.
        ours.Until(() => other.Run("CLIENT", "LIST").Text!.Split('\n').Length >= 5, "all are there");
        Assert.Equal("old", other.Run("GET", "{a}1").Text);
        Assert.Equal(0, other.Run("CLIENT", "UNBLOCK", ClientId(other, "migrate")).Integer);

        accepted.Close();
        using Socket again = silent.Accept(); // a kept connection may be broken: it is tried once more
        again.Close();
        Assert.Equal("IOERR error or timeout reading to target instance", mover.Read().Text);
        Assert.Equal("OK", writer.Read().Text);
        Assert.Equal("OK", piper.Read().Elements![0].Text);
        Assert.Equal("new", other.Run("GET", "{a}1").Text);

        mover.Send("MIGRATE", "127.0.0.1", port, "{a}1", "0", "60000");
        using Socket third = silent.Accept();
        mover.Dispose();
        writer.Send("SET", "{a}1", "newer");
        Answer(third, "+OK\r\n");
        Assert.Equal("OK", writer.Read().Text);
        Assert.Equal("newer", other.Run("GET", "{a}1").Text);
    }

    [Fact]
    public void Keys_that_went_are_gone_from_file_and_replica()
    {
        using FastShardServer ours = FastShardServer.Start(
            "epoll", "--shards", "2", "--appendonly", "yes", "--enable-debug-command", "yes",
            "--repl-diskless-sync-delay", "0");
        using FastShardServer target = FastShardServer.Start("epoll", "--shards", "2");
        using FastShardServer replica = FastShardServer.Start("epoll", "--shards", "2");
        using RespClient here = ours.Connect();
        using RespClient copy = replica.Connect();
        copy.Run("REPLICAOF", "127.0.0.1", $"{ours.Port}");
        replica.Until(() => copy.Run("INFO", "replication").Text!.Contains("master_link_status:up"), "it follows");
        for (int key = 0; key < 100; key++) here.Run("SET", $"key:{key}", "v");
        string[] keys = [.. Enumerable.Range(0, 60).Select(key => $"key:{key}")];
        Assert.Equal("OK", here.Run(
            ["MIGRATE", "127.0.0.1", $"{target.Port}", "", "0", "5000", "KEYS", .. keys]).Text);
        Assert.Equal(1, here.Run("WAIT", "1", "0").Integer);
        Assert.Equal(40, copy.Run("DBSIZE").Integer);
        Assert.Equal("OK", here.Run("DEBUG", "LOADAOF").Text);
        Assert.Equal(40, here.Run("DBSIZE").Integer);
    }

    private static string ClientId(RespClient client, string command)
    {
        string line = client.Run("CLIENT", "LIST").Text!.Split('\n').First(text => text.Contains($"cmd={command}"));
        return line.Split(' ')[0]["id=".Length..];
    }

    private static void Answer(Socket socket, string reply)
    {
        byte[] room = new byte[4096];
        Assert.True(socket.Receive(room) > 0);
        socket.Send(System.Text.Encoding.ASCII.GetBytes(reply));
    }
}
