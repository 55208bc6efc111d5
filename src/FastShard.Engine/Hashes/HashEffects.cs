using FastShard.Engine.Collections;
using FastShard.Engine.Commands;
using FastShard.Engine.Effects;
using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.Hashes;

/// <summary>What is journalled in place of commands that depend on deadlines of fields or on numbers.</summary>
internal static class HashEffects
{
    /// <summary>A field has this value and deadline now (0 = none).</summary>
    public static void Set(in Key key, in HashValue hash, scoped in Member field, scoped ReadOnlySpan<byte> value)
    {
        if (key.Home.Rewrite() is not { } effects) return;
        effects.Write("HSET"u8, key.Bytes, field.Bytes, value);
        if (hash.TryGet(field, out HashField found) && found.DeadlineMillis != 0)
            SetDeadline(key, field, found.DeadlineMillis);
    }

    /// <summary>A field has this deadline now, 0 for none any more.</summary>
    public static void SetDeadline(in Key key, scoped in Member field, long deadlineMillis)
    {
        if (key.Home.Rewrite() is not { } effects) return;
        effects.Begin(deadlineMillis == 0 ? 5 : 6);
        effects.Add(deadlineMillis == 0 ? "HPERSIST"u8 : "HPEXPIREAT"u8);
        effects.Add(key.Bytes);
        if (deadlineMillis != 0) effects.Add(deadlineMillis);
        effects.Add("FIELDS"u8);
        effects.Add("1"u8);
        effects.Add(field.Bytes);
    }

    /// <summary>A field is gone.</summary>
    public static void Remove(in Key key, scoped in Member field) =>
        key.Home.Rewrite()?.Write("HDEL"u8, key.Bytes, field.Bytes);

    /// <summary>
    /// The key is a new hash of these fields and of the arguments from <paramref name="firstValue"/> on; what there was
    /// before is gone.
    /// </summary>
    public static void Replace(
        in Key key, bool wasThere, byte[][] fields, scoped in CommandContext context, int firstValue)
    {
        if (key.Home.Rewrite() is not { } effects) return;
        if (wasThere) effects.Write("DEL"u8, key.Bytes);
        effects.Begin(2 + (2 * fields.Length));
        effects.Add("HSET"u8);
        effects.Add(key.Bytes);
        for (int index = 0; index < fields.Length; index++)
        {
            effects.Add(fields[index]);
            effects.Add(context.Arg(firstValue + index));
        }
    }
}
