using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.PubSub;

/// <summary>
/// Several clients' talk with a server: "a&gt; ..." is a request of client a, and "a: ..." what it reads next. "#"
/// stands for the mark of a push, which is an array in RESP2, and "@b" for the id of client b.
/// </summary>
internal static class Conversation
{
    /// <summary>Starts a server and holds the conversation; fails at the first line that differs.</summary>
    public static void Play(string transport, int shards, int protocol, string[] lines)
    {
        using FastShardServer server = Shapes.Start(transport, shards);
        Dictionary<char, RespClient> clients = [];
        Dictionary<char, string> ids = [];
        try
        {
            foreach (string line in lines)
            {
                RespClient client = ClientOf(line[0]);
                string rest = WithIds(line[3..]);
                if (line[1] == '>') client.Send(rest.Split(' '));
                else Assert.Equal($"{line[0]}: " + Spell(rest, protocol), $"{line[0]}: {client.Read()}");
            }
        }
        finally
        {
            foreach (RespClient client in clients.Values) client.Dispose();
        }

        RespClient ClientOf(char name)
        {
            if (clients.TryGetValue(name, out RespClient? client)) return client;
            clients.Add(name, client = Shapes.Connect(server, protocol));
            ids[name] = client.Run("CLIENT", "ID").Text!;
            return client;
        }

        string WithIds(string text)
        {
            int at = text.IndexOf('@');
            if (at < 0) return text;
            _ = ClientOf(text[at + 1]);
            return WithIds(text[..at] + ids[text[at + 1]] + text[(at + 2)..]);
        }
    }

    private static string Spell(string expected, int protocol) => expected.Replace('#', protocol == 3 ? '>' : '*');
}
