using System.Text;
using FastShard.Cluster.State;
using FastShard.Memory;

namespace FastShard.Server.Clustering;

/// <summary>A short word for each slot that hashes to it: what stands in braces sends a request there.</summary>
internal static class SlotTags
{
    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly Lazy<string[]> Words = new(Find);

    public static string Of(int slot) => Words.Value[slot];

    // Three letters nearly always do for all slots; four certainly.
    private static string[] Find()
    {
        string[] words = new string[SlotSet.Slots];
        int found = 0;
        Span<byte> bytes = stackalloc byte[4];
        for (int number = 0; found < words.Length; number++)
        {
            int rest = number;
            for (int at = 2; at >= 0; at--, rest /= Letters.Length) bytes[at] = (byte)Letters[rest % Letters.Length];
            int length = 3;
            if (rest > 0) bytes[length++] = (byte)Letters[rest % Letters.Length];
            int slot = KeySlot.Of(bytes[..length]);
            if (words[slot] is not null) continue;
            words[slot] = Encoding.ASCII.GetString(bytes[..length]);
            found++;
        }
        return words;
    }
}
