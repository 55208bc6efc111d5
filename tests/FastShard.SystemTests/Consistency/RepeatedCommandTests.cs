using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Consistency;

/// <summary>
/// Pipelines that say the same of the same key, and of others in between: what is found out for one command and used
/// for the next, and what is asked ahead for a whole batch, changes no reply.
/// </summary>
[Collection(SequentialGroup.Name)]
public sealed class RepeatedCommandTests
{
    private const int Rounds = 40;
    private const int Commands = 120;
    private const int Names = 1500;

    private static readonly string[] Kinds = ["set", "hash", "few", "missing", "text"];

    public static TheoryData<string, int> Shapes => new()
    {
        { Transports.Epoll, 1 },
        { Transports.Epoll, 3 },
        { Transports.Pipelines, 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Replies_are_those_of_a_model(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        Parallel.For(0, 3, worker => RunPipelines(server, worker));
    }

    private static void RunPipelines(FastShardServer server, int worker)
    {
        using RespClient client = server.Connect();
        Random random = new(worker);
        Dictionary<string, Dictionary<string, string>> model = [];
        foreach (string kind in Kinds) model[$"{kind}:{worker}"] = [];
        client.Send("SET", $"text:{worker}", "x");
        Assert.Equal("OK", client.Read().Text);
        for (int round = 0; round < Rounds; round++)
        {
            List<byte> pipeline = [];
            List<string> expected = [];
            while (expected.Count < Commands)
            {
                string kind = Kinds[random.Next(Kinds.Length)];
                string command = CommandFor(kind, random.Next(3));
                for (int left = random.Next(1, 30); left > 0; left--)
                {
                    int name = random.Next(kind == "few" ? 5 : Names);
                    // Of different lengths, and some that are numbers.
                    string element = name % 7 == 0 ? $"{name}" : $"element:{name}";
                    string[] request = Request(command, $"{kind}:{worker}", element, round);
                    pipeline.AddRange(RespClient.Encode(request));
                    expected.Add(Reply(model[$"{kind}:{worker}"], kind, request));
                }
            }
            client.SendRaw(pipeline.ToArray());
            foreach (string reply in expected) Assert.Equal(reply, Told(client.Read()));
        }
    }

    private static string CommandFor(string kind, int choice) => kind switch
    {
        "set" => choice switch { 0 => "SADD", 1 => "SISMEMBER", _ => "SREM" },
        "missing" => choice == 0 ? "HGET" : "SISMEMBER",
        _ => choice switch { 0 => "HSET", 1 => "HGET", _ => "HDEL" },
    };

    private static string[] Request(string command, string key, string element, int round) =>
        command == "HSET" ? [command, key, element, $"{round}"] : [command, key, element];

    private static string Reply(Dictionary<string, string> model, string kind, string[] request)
    {
        if (kind == "text") return "WRONGTYPE";
        string element = request[2];
        switch (request[0])
        {
            case "SADD": return model.TryAdd(element, "") ? "1" : "0";
            case "SISMEMBER": return model.ContainsKey(element) ? "1" : "0";
            case "HGET": return model.GetValueOrDefault(element, "nil");
            case "HSET":
                bool isNew = !model.ContainsKey(element);
                model[element] = request[3];
                return isNew ? "1" : "0";
            default: return model.Remove(element) ? "1" : "0";
        }
    }

    private static string Told(RespValue value) => value.IsNull ? "nil" : value.Text!.Split(' ')[0];
}
