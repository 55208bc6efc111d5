using FastShard.Engine.Commands;

namespace FastShard.Engine.SortedSets;

/// <summary>The options of ZADD, and of GEOADD, which takes some of them.</summary>
internal struct AddOptions
{
    public bool OnlyNew;
    public bool OnlyExisting;
    public bool OnlyGreater;
    public bool OnlyLess;
    public bool CountsChanged;
    public bool Increments;

    /// <summary>Index of the first argument that is no option.</summary>
    public int End;

    /// <summary>Reads options from an argument on.</summary>
    public static AddOptions Parse(ref CommandContext context, int index)
    {
        AddOptions options = default;
        for (; index < context.ArgCount; index++)
        {
            if (context.ArgIs(index, "NX"u8)) options.OnlyNew = true;
            else if (context.ArgIs(index, "XX"u8)) options.OnlyExisting = true;
            else if (context.ArgIs(index, "GT"u8)) options.OnlyGreater = true;
            else if (context.ArgIs(index, "LT"u8)) options.OnlyLess = true;
            else if (context.ArgIs(index, "CH"u8)) options.CountsChanged = true;
            else if (context.ArgIs(index, "INCR"u8)) options.Increments = true;
            else break;
        }
        options.End = index;
        return options;
    }

    /// <summary>Whether the options go together; if not the reply is written.</summary>
    public readonly bool Check(ref CommandContext context, int pairs)
    {
        if (OnlyNew && OnlyExisting)
        {
            context.Reply.Error("ERR XX and NX options at the same time are not compatible"u8);
            return false;
        }
        if ((OnlyGreater && (OnlyNew || OnlyLess)) || (OnlyLess && OnlyNew))
        {
            context.Reply.Error("ERR GT, LT, and/or NX options at the same time are not compatible"u8);
            return false;
        }
        if (!Increments || pairs == 1) return true;
        context.Reply.Error("ERR INCR option supports a single increment-element pair"u8);
        return false;
    }
}
