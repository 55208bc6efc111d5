using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.SortedSets;

/// <summary>What the commands with STORE end with.</summary>
internal static class SortedSetStore
{
    /// <summary>
    /// Makes the key at an argument a sorted set of members that are in order, whatever it held before; without members
    /// the key is removed. Reports what changed.
    /// </summary>
    public static void Replace(ref CommandContext context, int keyIndex, MemberList members, KeyEvent change)
    {
        Key key = context.Key(keyIndex);
        bool wasThere = key.Home.TryPeek(key, out Entry old);
        ValueType oldType = wasThere ? old.Type : default;
        if (wasThere) key.Home.Table.Remove(ref old);
        if (members.Count == 0)
        {
            if (wasThere) key.Home.Modified(key, KeyEvent.Del);
            return;
        }
        if (wasThere) key.Home.ExpectReplacement();
        EncodingLimits limits = context.Dataset.Encodings;
        SortedSetValue value = SortedSetValue.Create(key, limits, members.Count, members.Longest);
        for (int index = 0; index < members.Count; index++)
            value.Append(members.Member(index), members.Score(index));
        if (wasThere) key.Home.Overwritten(key, oldType, ValueType.SortedSet);
        key.Home.Modified(key, change);
    }
}
