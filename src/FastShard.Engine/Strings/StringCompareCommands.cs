using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Strings;

/// <summary>Compare and delete, and the digest that stands for a value in a comparison.</summary>
public static class StringCompareCommands
{
    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("DIGEST", 2, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Digest(ref context))
        {
            Group = CommandGroup.String,
            Since = "8.4.0",
            Complexity = "O(N) where N is the length of the string.",
            Summary = "Returns the XXH3 hash of a string as 16 hexadecimal digits.",
            Syntax = "key",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
        new("DELEX", -2, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => DelEx(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.String,
            Since = "8.4.0",
            Complexity = "O(1) for IFEQ and IFNE, O(N) for IFDEQ and IFDNE where N is the length of the string.",
            Summary = "Removes a key, on a condition on its string where asked for.",
            Syntax = "key [IFEQ match-value | IFNE match-value | IFDEQ match-digest | IFDNE match-digest]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Delete | KeyAccess.VariableFlags)],
        },
        new("DELIFEQ", 3, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => DelIfEq(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.String,
            Since = "9.0.0",
            Complexity = "O(1)",
            Summary = "Removes a key if its string equals the given one.",
            Syntax = "key value",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete)],
        },
    ];

    private static void Digest(ref CommandContext context)
    {
        Key key = context.Key(1);
        switch (key.Home.ReadString(key, out Entry entry))
        {
            case Lookup.Missing: context.Reply.Null(); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        Span<byte> text = stackalloc byte[ValueDigest.TextBytes];
        ValueDigest.Format(ValueDigest.Of(entry), text);
        context.Reply.Bulk(text);
    }

    private static void DelEx(ref CommandContext context)
    {
        StringOption comparison = StringOption.None;
        if (context.ArgCount == 4)
        {
            comparison = StringOptions.OptionOf(context.Arg(2)) & StringOption.Comparisons;
            if (comparison == StringOption.None)
            {
                context.Reply.Error("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE"u8);
                return;
            }
        }
        else if (context.ArgCount != 2)
        {
            context.Reply.Error("ERR wrong number of arguments for 'delex' command"u8);
            return;
        }
        Key key = context.Key(1);
        bool isMet = key.Home.TryWrite(key, out Entry entry);
        if (isMet && comparison != StringOption.None)
        {
            if (entry.Type != ValueType.String)
            {
                context.Reply.Error("ERR Key should be of string type if conditions are specified"u8);
                return;
            }
            if (!ValueComparison.TryEvaluate(ref context, comparison, 3, entry, out isMet)) return;
        }
        RemoveIf(ref context, key, ref entry, isMet);
    }

    private static void DelIfEq(ref CommandContext context)
    {
        Key key = context.Key(1);
        Lookup lookup = key.Home.WriteString(key, out Entry entry);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        bool isMet = false;
        if (lookup == Lookup.Found
            && !ValueComparison.TryEvaluate(ref context, StringOption.IfEqual, 2, entry, out isMet))
        {
            return;
        }
        RemoveIf(ref context, key, ref entry, isMet);
    }

    private static void RemoveIf(ref CommandContext context, in Key key, ref Entry entry, bool isMet)
    {
        if (isMet)
        {
            key.Home.Table.Remove(ref entry);
            key.Home.Modified(key, KeyEvent.Del);
            key.Home.Rewrite()?.Write("DEL"u8, key.Bytes);
        }
        context.Reply.Integer(isMet ? 1 : 0);
    }
}
