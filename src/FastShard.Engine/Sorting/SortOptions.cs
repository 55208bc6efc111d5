using FastShard.Engine.Commands;

namespace FastShard.Engine.Sorting;

/// <summary>What stands behind SORT's key. Arguments are named by their index.</summary>
internal struct SortOptions
{
    private const int FirstIndex = 2;

    public bool IsDescending;
    public bool IsAlphabetic;

    /// <summary>0 where nothing is to be sorted by other keys.</summary>
    public int ByIndex;

    /// <summary>0 where the result is not stored.</summary>
    public int StoreIndex;

    /// <summary>How many GET options there are.</summary>
    public int GetCount;

    public long Offset;

    /// <summary>Negative: all.</summary>
    public long Count;

    /// <summary>BY with a pattern that names no other key: the order is to stay as it is.</summary>
    public bool KeepsOrder;

    /// <summary>Reads the options; on failure the reply is written.</summary>
    public static bool TryRead(ref CommandContext context, bool mayStore, out SortOptions options)
    {
        options = new SortOptions { Count = -1 };
        for (int index = FirstIndex; index < context.ArgCount; index++)
        {
            int left = context.ArgCount - index - 1;
            if (context.ArgIs(index, "ASC"u8)) options.IsDescending = false;
            else if (context.ArgIs(index, "DESC"u8)) options.IsDescending = true;
            else if (context.ArgIs(index, "ALPHA"u8)) options.IsAlphabetic = true;
            else if (left >= 2 && context.ArgIs(index, "LIMIT"u8))
            {
                if (!context.TryGetInteger(++index, out options.Offset)) return false;
                if (!context.TryGetInteger(++index, out options.Count)) return false;
            }
            else if (left >= 1 && mayStore && context.ArgIs(index, "STORE"u8))
            {
                options.StoreIndex = ++index;
            }
            else if (left >= 1 && context.ArgIs(index, "BY"u8))
            {
                options.ByIndex = ++index;
                options.KeepsOrder = !SortPattern.NamesKeys(context.Arg(index)) || options.KeepsOrder;
            }
            else if (left >= 1 && context.ArgIs(index, "GET"u8))
            {
                options.GetCount++;
                index++;
            }
            else
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
        }
        return true;
    }

    /// <summary>The argument of the first GET option from an index on; the index then is behind it.</summary>
    public static int NextGet(in CommandContext context, ref int index)
    {
        while (true)
        {
            int option = index;
            index = Behind(context.Arguments, option, mayStore: true);
            if (context.ArgIs(option, "GET"u8)) return option + 1;
        }
    }

    /// <summary>Whether keys are looked at that are no arguments, so that every shard may be asked.</summary>
    public static bool NamesOtherKeys(in ArgumentView arguments, bool mayStore)
    {
        for (int index = FirstIndex; index < arguments.Count; index = Behind(arguments, index, mayStore))
        {
            if (index + 1 >= arguments.Count) break;
            if (Is(arguments, index, "BY"u8) && SortPattern.NamesKeys(arguments[index + 1])) return true;
            if (Is(arguments, index, "GET"u8) && SortPattern.NamesKeys(arguments[index + 1])) return true;
        }
        return false;
    }

    /// <summary>The argument of the last STORE option, which is the one that counts; 0 without one.</summary>
    public static int FindStore(in ArgumentView arguments)
    {
        int store = 0;
        for (int index = FirstIndex; index < arguments.Count; index = Behind(arguments, index, mayStore: true))
        {
            if (index + 1 < arguments.Count && Is(arguments, index, "STORE"u8)) store = index + 1;
        }
        return store;
    }

    /// <summary>Where the option behind that of an index begins.</summary>
    private static int Behind(in ArgumentView arguments, int index, bool mayStore)
    {
        if (Is(arguments, index, "LIMIT"u8)) return index + 3;
        bool takesOne = Is(arguments, index, "BY"u8) || Is(arguments, index, "GET"u8)
            || (mayStore && Is(arguments, index, "STORE"u8));
        return index + (takesOne ? 2 : 1);
    }

    private static bool Is(in ArgumentView arguments, int index, ReadOnlySpan<byte> token) =>
        System.Text.Ascii.EqualsIgnoreCase(arguments[index], token);
}
