using System.Globalization;
using System.Text;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Engine.HyperLogLogs;

/// <summary>PFDEBUG: registers, runs and encoding of a HyperLogLog.</summary>
internal static class HllDebug
{
    public static void Run(ref CommandContext context)
    {
        Key key = context.Key(2);
        Lookup lookup = HyperLogLogCommands.Find(ref context, key, out Entry entry);
        if (lookup == Lookup.WrongType) return;
        if (lookup == Lookup.Missing) context.Reply.Error("ERR The specified key does not exist"u8);
        else if (context.ArgIs(1, "GETREG"u8)) Registers(ref context, key, ref entry);
        else if (context.ArgIs(1, "DECODE"u8)) Runs(ref context, entry);
        else if (context.ArgIs(1, "ENCODING"u8))
            context.Reply.SimpleString(HllFormat.IsDense(entry.Value) ? "dense"u8 : "sparse"u8);
        else if (context.ArgIs(1, "TODENSE"u8)) ToDense(ref context, key, ref entry);
        else
        {
            string name = Encoding.Latin1.GetString(context.Arg(1));
            context.Reply.Error($"ERR Unknown PFDEBUG subcommand '{name}'");
        }
    }

    private static bool TryMakeDense(ref CommandContext context, in Key key, ref Entry entry)
    {
        if (HllFormat.IsDense(entry.Value)) return true;
        if (!HllValue.TryMakeDense(key.Home.Table, ref entry))
        {
            context.Reply.Error(Errors.CorruptHyperLogLog);
            return false;
        }
        key.Home.ModifiedSilently(key);
        return true;
    }

    private static void Registers(ref CommandContext context, in Key key, ref Entry entry)
    {
        if (!TryMakeDense(ref context, key, ref entry)) return;
        Span<byte> registers = stackalloc byte[HllFormat.RegisterCount];
        registers.Clear();
        HllDense.MergeInto(entry.Value, registers);
        context.Reply.Array(HllFormat.RegisterCount);
        foreach (byte register in registers) context.Reply.Integer(register);
    }

    private static void ToDense(ref CommandContext context, in Key key, ref Entry entry)
    {
        bool wasSparse = !HllFormat.IsDense(entry.Value);
        if (TryMakeDense(ref context, key, ref entry)) context.Reply.Integer(wasSparse ? 1 : 0);
    }

    private static void Runs(ref CommandContext context, in Entry entry)
    {
        if (HllFormat.IsDense(entry.Value))
        {
            context.Reply.Error("ERR HLL encoding is not sparse"u8);
            return;
        }
        ReadOnlySpan<byte> runs = entry.Value[HllFormat.HeaderBytes..];
        StringBuilder text = new();
        for (int at = 0; at < runs.Length;)
        {
            if (!HllSparse.TryRun(runs, at, out int length, out int rank, out int bytes)) break;
            if (at > 0) text.Append(' ');
            if (rank > 0) text.Append(CultureInfo.InvariantCulture, $"v:{rank},{length}");
            else text.Append(CultureInfo.InvariantCulture, $"{(bytes == 1 ? 'z' : 'Z')}:{length}");
            at += bytes;
        }
        context.Reply.Text(text.ToString());
    }
}
