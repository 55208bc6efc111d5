using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Server.Commands;

/// <summary>One command as COMMAND and COMMAND INFO describe it: an array of ten.</summary>
internal static class CommandInfoReply
{
    private const int FieldCount = 10;

    public static void Write(in ReplyWriter reply, CommandSpec spec)
    {
        LegacyKeyRange range = LegacyKeyRange.Of(spec);
        reply.Array(FieldCount);
        reply.Text(spec.FullName);
        reply.Integer(spec.Arity);
        WriteNames(reply, [.. CommandFlagNames.Of(spec.Flags)]);
        reply.Integer(range.First);
        reply.Integer(range.Last);
        reply.Integer(range.Step);
        WriteCategories(reply, spec);
        reply.Set(spec.Tips.Length);
        foreach (string tip in spec.Tips) reply.Text(tip);
        reply.Set(spec.Keys.Length);
        foreach (KeySpec keys in spec.Keys) WriteKeySpec(reply, keys);
        reply.Array(spec.Subcommands.Length);
        foreach (CommandSpec subcommand in spec.Subcommands) Write(reply, subcommand);
    }

    private static void WriteCategories(in ReplyWriter reply, CommandSpec spec)
    {
        List<string> names = [];
        foreach (string name in AclCategoryNames.Of(spec.AllCategories)) names.Add("@" + name);
        WriteNames(reply, names);
    }

    private static void WriteKeySpec(in ReplyWriter reply, KeySpec keys)
    {
        reply.Map(3);
        reply.Bulk("flags"u8);
        WriteNames(reply, KeyAccessNames.Of(keys.Access));
        reply.Bulk("begin_search"u8);
        WriteBeginSearch(reply, keys);
        reply.Bulk("find_keys"u8);
        WriteFindKeys(reply, keys);
    }

    private static void WriteBeginSearch(in ReplyWriter reply, KeySpec keys)
    {
        reply.Map(2);
        reply.Bulk("type"u8);
        reply.Bulk(keys.Keyword is null ? "index"u8 : "keyword"u8);
        reply.Bulk("spec"u8);
        if (keys.Keyword is null)
        {
            reply.Map(1);
            WriteField(reply, "index"u8, keys.Begin);
            return;
        }
        reply.Map(2);
        reply.Bulk("keyword"u8);
        reply.Text(keys.Keyword);
        WriteField(reply, "startfrom"u8, keys.Begin);
    }

    private static void WriteFindKeys(in ReplyWriter reply, KeySpec keys)
    {
        reply.Map(2);
        reply.Bulk("type"u8);
        reply.Bulk(keys.IsCounted ? "keynum"u8 : "range"u8);
        reply.Bulk("spec"u8);
        reply.Map(3);
        if (keys.IsCounted)
        {
            // The count stands where the search begins, and the keys behind it.
            WriteField(reply, "keynumidx"u8, 0);
            WriteField(reply, "firstkey"u8, 1);
            WriteField(reply, "keystep"u8, keys.Step);
            return;
        }
        WriteField(reply, "lastkey"u8, keys.Last);
        WriteField(reply, "keystep"u8, keys.Step);
        WriteField(reply, "limit"u8, keys.Limit);
    }

    private static void WriteField(in ReplyWriter reply, ReadOnlySpan<byte> name, long value)
    {
        reply.Bulk(name);
        reply.Integer(value);
    }

    private static void WriteNames(in ReplyWriter reply, List<string> names)
    {
        reply.Set(names.Count);
        foreach (string name in names) reply.Status(name);
    }
}
