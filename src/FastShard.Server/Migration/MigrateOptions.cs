using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Protocol;
using FastShard.Server.Commands;

namespace FastShard.Server.Migration;

/// <summary>The arguments of MIGRATE.</summary>
internal sealed class MigrateOptions
{
    private const int FirstOption = 6;
    private const long DefaultMillis = 1000;

    public string Host { get; private init; } = "";

    public int Port { get; private init; }

    public int Database { get; private set; }

    /// <summary>How long the target may be silent.</summary>
    public long TimeoutMillis { get; private set; }

    public bool Copies { get; private set; }

    public bool Replaces { get; private set; }

    public byte[]? User { get; private set; }

    public byte[]? Password { get; private set; }

    /// <summary>Argument index of the first key, and how many there are.</summary>
    public int FirstKey { get; private set; } = 3;

    public int KeyCount { get; private set; } = 1;

    /// <summary>Reads them; on failure the reply is written.</summary>
    public static MigrateOptions? Read(ref CommandContext context)
    {
        // A port that is none leads nowhere, and that is what is answered.
        bool isPort = Numbers.TryParseInt64(context.Arg(2), out long port) && port is > 0 and <= ushort.MaxValue;
        var options = new MigrateOptions { Host = context.Text(1), Port = isPort ? (int)port : 0 };
        for (int index = FirstOption; index < context.ArgCount; index++)
        {
            if (context.ArgIs(index, "KEYS"u8))
            {
                if (!options.TryKeys(ref context, index)) return null;
                break;
            }
            if (!options.TryOption(ref context, ref index)) return null;
        }
        return options.TryNumbers(ref context) ? options : null;
    }

    /// <summary>The keys of a request, for routing.</summary>
    public static bool FindKeys(in ArgumentView arguments, KeyPositions keys)
    {
        const KeyAccess Access = KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete;
        if (arguments.Count < FirstOption) return false;
        int first = 3;
        int last = 3;
        if (arguments[3].IsEmpty)
        {
            for (int index = FirstOption; index < arguments.Count; index++)
            {
                if (Is(arguments[index], "AUTH"u8)) index++;
                else if (Is(arguments[index], "AUTH2"u8)) index += 2;
                else if (Is(arguments[index], "KEYS"u8))
                {
                    (first, last) = (index + 1, arguments.Count - 1);
                    break;
                }
            }
        }
        for (int index = first; index <= last; index++) keys.Add(index, Access);
        return true;
    }

    /// <summary>The arguments that are not to be shown.</summary>
    public static bool FindSecrets(in ArgumentView arguments, KeyPositions secrets)
    {
        for (int index = FirstOption; index < arguments.Count && !Is(arguments[index], "KEYS"u8); index++)
        {
            int count = Is(arguments[index], "AUTH"u8) ? 1 : Is(arguments[index], "AUTH2"u8) ? 2 : 0;
            for (; count > 0 && index + 1 < arguments.Count; count--) secrets.Add(++index, KeyAccess.NotKey);
        }
        return true;
    }

    private bool TryOption(ref CommandContext context, ref int index)
    {
        int left = context.ArgCount - index - 1;
        if (context.ArgIs(index, "COPY"u8)) Copies = true;
        else if (context.ArgIs(index, "REPLACE"u8)) Replaces = true;
        else if (context.ArgIs(index, "AUTH"u8) && left >= 1) Password = context.Arg(++index).ToArray();
        else if (context.ArgIs(index, "AUTH2"u8) && left >= 2)
        {
            User = context.Arg(++index).ToArray();
            Password = context.Arg(++index).ToArray();
        }
        else
        {
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        return true;
    }

    private bool TryKeys(ref CommandContext context, int index)
    {
        if (!context.Arg(3).IsEmpty)
        {
            context.Reply.Error("ERR When using MIGRATE KEYS option, the key argument must be set to the empty string");
            return false;
        }
        FirstKey = index + 1;
        KeyCount = context.ArgCount - index - 1;
        return true;
    }

    private bool TryNumbers(ref CommandContext context)
    {
        if (!context.TryGetInteger(5, out long timeout) || !context.TryGetInteger(4, out long database)) return false;
        TimeoutMillis = timeout <= 0 ? DefaultMillis : timeout;
        Database = (int)Math.Clamp(database, int.MinValue, int.MaxValue);
        return true;
    }

    private static bool Is(ReadOnlySpan<byte> argument, ReadOnlySpan<byte> word) =>
        System.Text.Ascii.EqualsIgnoreCase(argument, word);
}
