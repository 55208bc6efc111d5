using System.Buffers;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Engine.Sets;

/// <summary>
/// One of the sets that an operation reads. They stay readable while results are gathered, because nothing is changed
/// in a table of keys until all of them have been read.
/// </summary>
internal readonly struct SetSource
{
    private readonly Database? _home;
    private readonly Entry _entry;

    private SetSource(Database home, in SetValue set)
    {
        _home = home;
        _entry = set.Entry;
        Count = set.Count;
    }

    /// <summary>Members; 0 of a missing key.</summary>
    public long Count { get; }

    /// <summary>The set; null of a missing key.</summary>
    public SetValue Value => _home is null ? default : new SetValue(_home, _entry);

    /// <summary>
    /// Looks up so many keys, in an array of the pool that the caller returns. False when one of them holds no set:
    /// then the reply is written and there is nothing to return.
    /// </summary>
    public static bool TryGather(ref CommandContext context, int firstKey, int count, out SetSource[] sources)
    {
        sources = ArrayPool<SetSource>.Shared.Rent(count);
        for (int index = 0; index < count; index++)
        {
            Key key = context.Key(firstKey + index);
            Lookup lookup = SetCommands.TryRead(key, out SetValue set);
            sources[index] = lookup == Lookup.Found ? new SetSource(key.Home, set) : default;
            if (lookup != Lookup.WrongType) continue;
            Return(sources);
            context.Reply.Error(Errors.WrongType);
            return false;
        }
        return true;
    }

    /// <summary>Gives the array back.</summary>
    public static void Return(SetSource[] sources) => ArrayPool<SetSource>.Shared.Return(sources, clearArray: true);
}
