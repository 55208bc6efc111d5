using System.Text;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.PubSub;

namespace FastShard.Server.Execution;

/// <summary>Turns received bytes into the records of a batch: parse, look up the declaration, hash the key.</summary>
internal static class BatchReader
{
    /// <summary>
    /// Reads requests from the connection's buffer until the batch is full or no whole request is left. True when there
    /// is something to run or to answer.
    /// </summary>
    public static bool Fill(Connection connection, Batch batch, NativeBuffer input)
    {
        RequestReader reader = connection.Reader;
        FastShardServer server = connection.Server;
        while (batch.Count < Batch.Limit)
        {
            switch (reader.Read(input.All, batch.Args))
            {
                case ReadStatus.Complete:
                    int start = reader.RequestArgStart;
                    int count = batch.Args.Count - start;
                    bool mayBlock = count > 0 && Add(server, batch, input.All, start, count);
                    // A large value ends its batch: its memory is taken over or given back before the next is read.
                    // So does a command that may wait: what follows it stays unread meanwhile.
                    if (mayBlock || batch.Args.BlobCount > 0) return true;
                    continue;
                case ReadStatus.NeedMore:
                    return batch.Count > 0;
                case ReadStatus.NeedBlob:
                    if (batch.Count > 0) return true;
                    BeginBlob(connection, batch, input);
                    return batch.ProtocolError is not null;
                default:
                    batch.ProtocolError = Encoding.Latin1.GetString(reader.Error.Text["ERR ".Length..]);
                    return true;
            }
        }
        return true;
    }

    private static void BeginBlob(Connection connection, Batch batch, NativeBuffer input)
    {
        RequestReader reader = connection.Reader;
        int have = Math.Min(input.End - reader.Position, reader.PendingBlobLength);
        if (connection.Incoming.TryBegin(reader.PendingBlobLength, input.All.Slice(reader.Position, have)))
            input.Truncate(reader.Position);
        else
            batch.ProtocolError = "Protocol error: out of memory for a bulk string";
    }

    // True for a command that may wait.
    private static bool Add(FastShardServer server, Batch batch, ReadOnlySpan<byte> buffer, int start, int count)
    {
        ref CommandRecord record = ref batch.Records[batch.Count++];
        record.ArgStart = start;
        record.ArgCount = count;
        record.ElementHash = 0;
        record.Shard = -1;
        record.ReplySource = -1;
        record.IsRepeat = false;
        ArgList args = batch.Args;
        var view = new ArgumentView(buffer, args, start, count);
        if (batch.Count > 1 && TryRepeat(batch, ref record, buffer, view)) return false;
        CommandSpec? spec = server.Commands.Find(view[0]);
        if (spec is not null && spec.Subcommands.Length > 0 && count > 1)
            spec = CommandTable.FindSubcommand(spec, view[1]) ?? spec;
        record.Spec = spec;
        if (spec is null) return false;
        if (spec.Placement == Placement.Channel && count > 1)
        {
            record.Slot = Placing.SlotOf(view[1]);
            record.Shard = server.Dataset.ShardOf(record.Slot);
            return false;
        }
        bool mayBlock = spec.Is(CommandFlags.Blocking);
        int keyIndex = spec.SingleKeyIndex;
        if (keyIndex == 0 || keyIndex >= count || spec.Placement != Placement.Keys) return mayBlock;
        ReadOnlySpan<byte> key = view[keyIndex];
        record.Hash = KeyHash.Of(key);
        record.Slot = KeySlot.Of(key);
        record.Shard = server.Dataset.ShardOf(record.Slot);
        batch.HasElements |= spec.ElementIndex != 0;
        return mayBlock;
    }

    // Pipelines often say the same of the same key: then what was found out for the request before holds for this one.
    private static bool TryRepeat(
        Batch batch, ref CommandRecord record, ReadOnlySpan<byte> buffer, in ArgumentView view)
    {
        ref CommandRecord last = ref batch.Records[batch.Count - 2];
        if (last.Shard < 0 || last.Spec!.Placement != Placement.Keys) return false;
        int keyIndex = last.Spec.SingleKeyIndex;
        if (keyIndex >= view.Count || last.Spec.Is(CommandFlags.Blocking)) return false;
        var before = new ArgumentView(buffer, batch.Args, last.ArgStart, last.ArgCount);
        // Of a subcommand, the name is the second argument, which stands in front of the key.
        for (int index = 0; index <= keyIndex; index++)
        {
            if (!view[index].SequenceEqual(before[index])) return false;
        }
        record.Spec = last.Spec;
        record.Hash = last.Hash;
        record.Slot = last.Slot;
        record.Shard = last.Shard;
        record.IsRepeat = true;
        return true;
    }
}
