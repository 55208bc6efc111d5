using System.Text;
using FastShard.Protocol;
using FastShard.Server.Commands;
using FastShard.Server.Sharding;

namespace FastShard.Server.HotKeys;

/// <summary>INFO hotkeys: the few hottest keys, and how closely commands are looked at.</summary>
internal static class InfoHotKeysSection
{
    private const int KeysShown = 8;

    public static void Write(InfoText text, InfoSource source)
    {
        FastShardServer server = source.Server;
        text.Section("Hotkeys");
        text.Field("hotkeys_tracking", server.Options.HotKeysTracking);
        foreach (Shard shard in server.Shards)
            text.Field($"hotkeys_sample_interval_shard{shard.Index}", shard.HotKeys.Interval);
        int number = 0;
        foreach (HotKey key in HotKeyReport.Hottest(server, KeysShown))
        {
            StringBuilder name = new();
            QuotedText.Append(name, key.Name);
            text.Field(
                $"hotkey{number++}",
                $"key={name},db={key.Database},slot={key.Slot},shard={key.Shard},ops_per_sec={(long)key.Operations},"
                + $"reads_per_sec={(long)key.Reads},writes_per_sec={(long)key.Writes},"
                + $"share={InfoText.Fixed(key.Share, 3)},bytes_per_sec={(long)key.Bytes}");
        }
    }
}
