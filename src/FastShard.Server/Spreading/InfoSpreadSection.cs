using FastShard.Engine.Spreading;
using FastShard.Server.Commands;

namespace FastShard.Server.Spreading;

/// <summary>INFO spread: how many keys several shards work on, and what that takes.</summary>
internal static class InfoSpreadSection
{
    public static void Write(InfoText text, InfoSource source)
    {
        SpreadBoard board = source.Server.Spread;
        (long spread, long active, long copies) = (0, 0, 0);
        foreach (SpreadItem item in board.Items)
        {
            bool isCopy = item.Key.Kind == SpreadKinds.Copy;
            spread += isCopy ? 0 : 1;
            copies += isCopy ? 1 : 0;
            // This command itself has brought them together for an instant.
            active += !isCopy && (item.Key.IsActive || item.IsInterrupted) ? 1 : 0;
        }
        text.Section("Spread");
        text.Field("spread_keys", spread);
        text.Field("spread_keys_active", active);
        text.Field("spread_rules", board.Rules.Count);
        text.Field("spread_operations", board.Operations);
        text.Field("read_copies", copies);
        text.Field("read_copies_bytes", board.CopiedBytes);
        text.Field("read_copies_operations", board.CopyOperations);
    }
}
