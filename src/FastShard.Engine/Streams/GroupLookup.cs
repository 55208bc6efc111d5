using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Streams;

/// <summary>A stream's key and one of its groups, as commands of pending deliveries look them up.</summary>
internal static class GroupLookup
{
    /// <summary>
    /// The stream of the key in argument 1 and its group in argument 2; on failure the reply is written.
    /// </summary>
    public static bool TryFind(
        scoped ref CommandContext context, scoped in Key key, bool isWrite, out StructureHandle stream,
        out StreamGroup group)
    {
        Lookup lookup = Look(key, isWrite, out stream);
        group = default;
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return false;
        }
        if (lookup == Lookup.Found && new StreamGroups(stream).TryFind(context.Arg(2), out group)) return true;
        context.Reply.Error(StreamErrors.NoGroup(context.Arg(1), context.Arg(2)));
        return false;
    }

    /// <summary>
    /// The same where a missing stream or group is no error; false with the reply written on a wrong type.
    /// </summary>
    public static bool TryLook(
        scoped ref CommandContext context, scoped in Key key, out StructureHandle stream, out StreamGroup group,
        out bool isFound)
    {
        Lookup lookup = Look(key, isWrite: true, out stream);
        group = default;
        isFound = lookup == Lookup.Found && new StreamGroups(stream).TryFind(context.Arg(2), out group);
        if (lookup != Lookup.WrongType) return true;
        context.Reply.Error(Errors.WrongType);
        return false;
    }

    private static Lookup Look(scoped in Key key, bool isWrite, out StructureHandle stream)
    {
        Lookup lookup = isWrite
            ? key.Home.Write(key, ValueType.Stream, out Entry entry)
            : key.Home.Read(key, ValueType.Stream, out entry);
        stream = lookup == Lookup.Found ? key.Home.Table.Structure(entry) : default;
        return lookup;
    }
}
