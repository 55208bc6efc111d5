using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Persistence.Commands;

/// <summary>What stands behind RESTORE's payload.</summary>
internal struct RestoreOptions
{
    private const int FirstIndex = 4;

    public bool Replaces;
    public bool IsAbsolute;

    /// <summary>-1 where it is not given.</summary>
    public long IdleSeconds;

    /// <summary>-1 where it is not given.</summary>
    public int Frequency;

    /// <summary>Reads the options; on failure the reply is written.</summary>
    public static bool TryRead(ref CommandContext context, out RestoreOptions options)
    {
        options = new RestoreOptions { IdleSeconds = -1, Frequency = -1 };
        for (int index = FirstIndex; index < context.ArgCount; index++)
        {
            bool hasValue = index + 1 < context.ArgCount;
            if (context.ArgIs(index, "REPLACE"u8)) options.Replaces = true;
            else if (context.ArgIs(index, "ABSTTL"u8)) options.IsAbsolute = true;
            else if (context.ArgIs(index, "IDLETIME"u8) && hasValue && options.Frequency < 0)
            {
                if (!options.TryIdle(ref context, ++index)) return false;
            }
            else if (context.ArgIs(index, "FREQ"u8) && hasValue && options.IdleSeconds < 0)
            {
                if (!options.TryFrequency(ref context, ++index)) return false;
            }
            else
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
        }
        return true;
    }

    private bool TryIdle(ref CommandContext context, int index)
    {
        if (!context.TryGetInteger(index, out IdleSeconds)) return false;
        if (IdleSeconds >= 0) return true;
        context.Reply.Error("ERR Invalid IDLETIME value, must be >= 0"u8);
        return false;
    }

    private bool TryFrequency(ref CommandContext context, int index)
    {
        if (!context.TryGetInteger(index, out long frequency)) return false;
        Frequency = (int)frequency;
        if (frequency is >= 0 and <= byte.MaxValue) return true;
        context.Reply.Error("ERR Invalid FREQ value, must be >= 0 and <= 255"u8);
        return false;
    }
}
