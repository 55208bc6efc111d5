using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Strings;

/// <summary>LCS: the longest common subsequence of two strings, its length, or where its pieces are.</summary>
public static class LcsCommand
{
    /// <summary>The declaration.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("LCS", -3, CommandFlags.ReadOnly, static (ref CommandContext context) => Lcs(ref context))
        {
            Group = CommandGroup.String,
            Since = "7.0.0",
            Complexity = "O(N*M) where N and M are the lengths of the strings.",
            Summary = "Finds the longest common subsequence of two strings.",
            Syntax = "key1:key key2:key [LEN] [IDX] [MINMATCHLEN min-match-len:integer] [WITHMATCHLEN]",
            Keys = [KeySpec.Range(1, 2, 1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
    ];

    private struct Options
    {
        public bool Length;
        public bool Indexes;
        public bool WithLengths;
        public long ShortestShown;
    }

    private static void Lcs(ref CommandContext context)
    {
        // A look-up may remove an expired key, and that ends all borrows of its table: the second key's is over by now.
        Key secondKey = context.Key(2);
        secondKey.Home.TryPeek(secondKey, out _);
        if (!TryFind(ref context, 1, out bool hasFirst, out Entry firstEntry)
            || !TryFind(ref context, 2, out bool hasSecond, out Entry secondEntry)
            || !TryParse(ref context, out Options options))
        {
            return;
        }
        Span<byte> firstScratch = stackalloc byte[StringValue.ScratchBytes];
        Span<byte> secondScratch = stackalloc byte[StringValue.ScratchBytes];
        ReadOnlySpan<byte> first = hasFirst ? StringValue.Bytes(firstEntry, firstScratch) : [];
        ReadOnlySpan<byte> second = hasSecond ? StringValue.Bytes(secondEntry, secondScratch) : [];
        using LcsTable table = new();
        bool needsPath = !options.Length;
        if (!table.TryCompute(first, second, needsPath, EngineLimits.StringLengthMax))
        {
            context.Reply.Error("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len"u8);
            return;
        }
        if (options.Indexes) ReplyMatches(ref context, table, first, second, options);
        else if (options.Length) context.Reply.Integer(table.Length);
        else ReplySubsequence(ref context, table, first, second);
    }

    private static bool TryFind(ref CommandContext context, int index, out bool isFound, out Entry entry)
    {
        Key key = context.Key(index);
        Lookup lookup = key.Home.ReadString(key, out entry);
        isFound = lookup == Lookup.Found;
        if (lookup != Lookup.WrongType) return true;
        context.Reply.Error("ERR The specified keys must contain string values"u8);
        return false;
    }

    private static bool TryParse(ref CommandContext context, out Options options)
    {
        options = default;
        for (int index = 3; index < context.ArgCount; index++)
        {
            if (context.ArgIs(index, "IDX"u8)) options.Indexes = true;
            else if (context.ArgIs(index, "LEN"u8)) options.Length = true;
            else if (context.ArgIs(index, "WITHMATCHLEN"u8)) options.WithLengths = true;
            else if (context.ArgIs(index, "MINMATCHLEN"u8) && index + 1 < context.ArgCount)
            {
                if (!context.TryGetInteger(++index, out options.ShortestShown)) return false;
            }
            else
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
        }
        if (!options.Indexes || !options.Length) return true;
        context.Reply.Error("ERR If you want both the length and indexes, please just use IDX."u8);
        return false;
    }

    private static void ReplySubsequence(
        ref CommandContext context, LcsTable table, scoped ReadOnlySpan<byte> first, scoped ReadOnlySpan<byte> second)
    {
        Blob result = Blob.Allocate(table.Length);
        Span<byte> bytes = result.Span;
        int left = table.Length;
        LcsWalk walk = new(table, first.Length, second.Length);
        while (left > 0 && walk.MoveToMatch(first, second)) bytes[--left] = first[walk.First];
        context.Reply.Blob(result);
        result.Release();
    }

    private static void ReplyMatches(
        ref CommandContext context,
        LcsTable table,
        scoped ReadOnlySpan<byte> first,
        scoped ReadOnlySpan<byte> second,
        in Options options)
    {
        context.Reply.Map(2);
        context.Reply.Bulk("matches"u8);
        DeferredLength deferred = context.Reply.DeferArray();
        int count = 0;
        LcsWalk walk = new(table, first.Length, second.Length);
        bool hasMatch = walk.MoveToMatch(first, second);
        while (hasMatch)
        {
            // From its last byte back, a piece goes on while both strings step back together.
            int firstEnd = walk.First;
            int secondEnd = walk.Second;
            int firstStart = firstEnd;
            int secondStart = secondEnd;
            while ((hasMatch = walk.MoveToMatch(first, second))
                && walk.First == firstStart - 1 && walk.Second == secondStart - 1)
            {
                firstStart--;
                secondStart--;
            }
            int length = firstEnd - firstStart + 1;
            if (length < options.ShortestShown) continue;
            count++;
            context.Reply.Array(options.WithLengths ? 3 : 2);
            ReplyRange(ref context, firstStart, firstEnd);
            ReplyRange(ref context, secondStart, secondEnd);
            if (options.WithLengths) context.Reply.Integer(length);
        }
        context.Reply.SetDeferred(deferred, count);
        context.Reply.Bulk("len"u8);
        context.Reply.Integer(table.Length);
    }

    private static void ReplyRange(ref CommandContext context, int start, int end)
    {
        context.Reply.Array(2);
        context.Reply.Integer(start);
        context.Reply.Integer(end);
    }
}
