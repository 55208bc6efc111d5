using FastShard.Engine.Lists;
using FastShard.Memory;
using FastShard.Persistence.Packs;
using FastShard.Persistence.Rdb;

namespace FastShard.Persistence.Objects;

/// <summary>Lists: packs, and large elements between them; before version 10 one element after the other.</summary>
internal static class ListCodec
{
    private const int PlainNode = 1;
    private const int PackedNode = 2;

    public static void Write(KeyTable table, in Entry entry, in RdbWriter writer)
    {
        bool isPack = entry.Encoding == ValueEncoding.ListPack;
        bool writesPacks = writer.Version >= RdbVersion.Listpacks;
        writer.Type(writesPacks ? RdbType.ListQuicklist2 : RdbType.List);
        if (isPack)
        {
            ReadOnlySpan<byte> pack = entry.Value;
            writer.Length(writesPacks ? 1 : Listpack.Count(pack));
            WriteNode(pack, isPlain: false, writer);
            return;
        }
        QuickList list = new(table.Structure(entry), default);
        writer.Length(writesPacks ? list.Nodes : list.Count);
        ListNodeReader nodes = new(table.Structure(entry));
        while (nodes.MoveNext()) WriteNode(nodes.Bytes, nodes.IsPlain, writer);
    }

    public static ReadOutcome Read(ref RdbReader reader, RdbType type, in ObjectTarget target)
    {
        ListValue list = ListValue.Create(target.Key, target.Limits);
        TextScratch scratch = default;
        bool isRead = type == RdbType.ListZiplist
            ? TryZiplist(ref reader, ref scratch, ref list)
            : TryItems(ref reader, type, ref scratch, ref list);
        scratch.Dispose();
        if (!isRead) return ReadOutcome.Malformed;
        return list.Count > 0 ? ReadOutcome.Done : ReadOutcome.Empty;
    }

    /// <summary>Writes a node: as it is, or its elements for versions before packs.</summary>
    public static void WriteNode(ReadOnlySpan<byte> bytes, bool isPlain, in RdbWriter writer)
    {
        if (writer.Version >= RdbVersion.Listpacks)
        {
            writer.Length(isPlain ? PlainNode : PackedNode);
            writer.Text(bytes);
        }
        else if (isPlain)
        {
            writer.Text(bytes);
        }
        else
        {
            for (int at = Listpack.First; !Listpack.IsEnd(bytes, at); at = Listpack.Next(bytes, at))
                writer.Text(Listpack.Get(bytes, at));
        }
    }

    private static bool TryItems(
        ref RdbReader reader, RdbType type, scoped ref TextScratch scratch, scoped ref ListValue list)
    {
        if (!reader.TryCount(1, out int count)) return false;
        for (; count > 0; count--)
        {
            bool isRead = type switch
            {
                RdbType.List => TryElement(ref reader, ref scratch, ref list),
                RdbType.ListQuicklist => TryZiplist(ref reader, ref scratch, ref list),
                _ => TryNode(ref reader, ref scratch, ref list),
            };
            if (!isRead) return false;
        }
        return true;
    }

    private static bool TryNode(ref RdbReader reader, scoped ref TextScratch scratch, scoped ref ListValue list)
    {
        if (!reader.TryLength(out ulong kind)) return false;
        return kind switch
        {
            PlainNode => TryElement(ref reader, ref scratch, ref list),
            PackedNode => TryPack(ref reader, ref scratch, ref list),
            _ => false,
        };
    }

    private static bool TryElement(ref RdbReader reader, scoped ref TextScratch scratch, scoped ref ListValue list)
    {
        if (!reader.TryText(ref scratch, out ReadOnlySpan<byte> element)) return false;
        list.Push(element, atHead: false);
        return true;
    }

    private static bool TryPack(ref RdbReader reader, scoped ref TextScratch scratch, scoped ref ListValue list)
    {
        if (!reader.TryText(ref scratch, out ReadOnlySpan<byte> pack)) return false;
        PackBuilder rebuilt = default;
        bool isValid = ForeignPack.TryAdopt(pack, ref rebuilt, out ReadOnlySpan<byte> adopted, out _);
        if (isValid) list.AppendPack(adopted);
        rebuilt.Dispose();
        return isValid;
    }

    private static bool TryZiplist(ref RdbReader reader, scoped ref TextScratch scratch, scoped ref ListValue list)
    {
        if (!reader.TryText(ref scratch, out ReadOnlySpan<byte> ziplist)) return false;
        PackBuilder pack = default;
        bool isValid = Ziplist.TryRead(ziplist, ref pack);
        if (isValid) list.AppendPack(pack.Finish());
        pack.Dispose();
        return isValid;
    }
}
