// CLUSTERSCAN: one walk over the keys of all nodes. Its cursor is "fingerprint-{tag}-position": the tag hashes to the
// slot where it goes on, so that clients send it, like a key, to whoever serves that slot, and the position is one
// inside of the slot. Positions of another kind of server mean nothing here: the fingerprint says whose they are, and
// a slot begins anew where they are not ours. Keys may come twice then, but none is missed.

using System.Globalization;
using System.Text;
using FastShard.Cluster.State;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Engine.Keys;
using FastShard.Memory;
using FastShard.Server.Commands;

namespace FastShard.Server.Clustering;

/// <summary>CLUSTERSCAN.</summary>
internal static class ClusterScan
{
    // Any number that others are not likely to give; our positions are the same on every node.
    private const string Fingerprint = "1179865924";

    private const long DefaultCount = 10;

    public static void Run(ref CommandContext context)
    {
        if (ClusterQueries.Host(ref context) is not { } host) return;
        if (!TryRead(ref context, out ScanWish wish)) return;
        if (!TryReadCursor(context.Arg(1), out ScanCursor cursor, out bool isBegin))
        {
            context.Reply.Error(Errors.InvalidCursor);
            return;
        }
        int only = SlotScan.OnlySlotOf(wish.Pattern);
        bool isEmpty = only >= 0 && wish.Slot >= 0 && only != wish.Slot;
        only = wish.Slot >= 0 ? wish.Slot : only;
        if (isBegin) cursor = new ScanCursor(Math.Max(only, 0), 0);
        if (isEmpty || (only >= 0 && cursor.Slot != only))
        {
            context.Reply.Array(2);
            context.Reply.Bulk("0"u8);
            context.Reply.Array(0);
            return;
        }
        if (IsElsewhere(ref context, host.Map, cursor.Slot)) return;
        int end = only >= 0 ? only + 1 : EndOfServed(ref context, host.Map, cursor.Slot);
        Walk(ref context, cursor, end, isLast: only >= 0, wish);
    }

    private static void Walk(ref CommandContext context, ScanCursor cursor, int end, bool isLast, ScanWish wish)
    {
        context.Reply.Array(2);
        // The cursor stands first in the reply and is known last.
        ReplyMark before = context.Reply.Buffer.Mark();
        SlotScan.Write(ref context, ref cursor, end, wish.Count, wish.Pattern, wish.Type);
        bool isOver = cursor.Slot >= end && (isLast || end == SlotSet.Slots);
        string text = isOver ? "0" : $"{Fingerprint}-{{{SlotTags.Of(cursor.Slot)}}}-{cursor.Position}";
        context.Reply.Buffer.Insert(before, Encoding.ASCII.GetBytes($"${text.Length}\r\n{text}\r\n"));
    }

    private static bool TryRead(ref CommandContext context, out ScanWish wish)
    {
        wish = new ScanWish { Count = DefaultCount, Slot = -1, Pattern = "*"u8.ToArray(), Type = [] };
        for (int index = 2; index < context.ArgCount; index += 2)
        {
            bool hasValue = index + 1 < context.ArgCount;
            if (hasValue && context.ArgIs(index, "SLOT"u8))
            {
                if (!SlotArguments.TryOne(ref context, index + 1, out int slot)) return false;
                wish.Slot = slot;
            }
            else if (hasValue && context.ArgIs(index, "COUNT"u8))
            {
                if (!context.TryGetInteger(index + 1, out long count)) return false;
                wish.Count = count;
            }
            else if (hasValue && context.ArgIs(index, "MATCH"u8))
            {
                wish.Pattern = context.Arg(index + 1).ToArray();
            }
            else if (hasValue && context.ArgIs(index, "TYPE"u8))
            {
                wish.Type = context.Arg(index + 1).ToArray();
            }
            else
            {
                wish.Count = 0;
            }
            if (wish.Count >= 1) continue;
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        return true;
    }

    private static bool TryReadCursor(ReadOnlySpan<byte> bytes, out ScanCursor cursor, out bool isBegin)
    {
        cursor = default;
        isBegin = bytes.SequenceEqual("0"u8);
        if (isBegin) return true;
        int open = bytes.IndexOf("-{"u8);
        int close = bytes.IndexOf("}-"u8);
        if (open < 0 || close <= open + 2) return false;
        if (!uint.TryParse(bytes[(close + 2)..], CultureInfo.InvariantCulture, out uint position)) return false;
        bool isOurs = bytes[..open].SequenceEqual(Encoding.ASCII.GetBytes(Fingerprint));
        cursor = new ScanCursor(KeySlot.Of(bytes), isOurs ? position : 0);
        return true;
    }

    private static bool IsElsewhere(ref CommandContext context, ClusterMap map, int slot)
    {
        if (IsHere(ref context, map, slot)) return false;
        if (map.OwnerOf(slot) is { } owner) context.Reply.Error($"MOVED {slot} {owner.EndpointFor(slot)}");
        else context.Reply.Error("CLUSTERDOWN Hash slot not served"u8);
        return true;
    }

    private static int EndOfServed(ref CommandContext context, ClusterMap map, int slot)
    {
        while (slot < SlotSet.Slots && IsHere(ref context, map, slot)) slot++;
        return slot;
    }

    private static bool IsHere(ref CommandContext context, ClusterMap map, int slot) =>
        map.KindOf(slot) is SlotKind.Mine or SlotKind.Leaving
        || (context.Client().ReadsFromReplica && map.OwnerOf(slot) is { } owner && map.MyPrimary == owner.Id);
}
