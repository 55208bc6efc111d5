using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace FastShard.UnitTests.Cluster;

/// <summary>What real servers sent and wrote: the files beside the tests.</summary>
internal static class Vector
{
    private static readonly Dictionary<string, byte[]> Packets = ReadPackets();

    public static IEnumerable<string> PacketNames => Packets.Keys;

    public static byte[] Packet(string name) => (byte[])Packets[name].Clone();

    public static string Text(string name) => File.ReadAllText(Path.Combine(Folder(), name));

    private static string Folder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "Vectors");

    private static Dictionary<string, byte[]> ReadPackets()
    {
        Dictionary<string, byte[]> packets = [];
        foreach (string line in Text("packets.txt").Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] words = line.Split(' ');
            using var stream = new ZLibStream(
                new MemoryStream(Convert.FromBase64String(words[1])), CompressionMode.Decompress);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            packets.Add(words[0], bytes.ToArray());
        }
        return packets;
    }
}
