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
        record.Spread = null;
        ArgList args = batch.Args;
        var view = new ArgumentView(buffer, args, start, count);
        CommandSpec? spec = SpecOfLast(batch, buffer, view);
        if (spec is not null && TryRepeat(batch, ref record, buffer, view)) return false;
        spec ??= Find(server, view);
        record.Spec = spec;
        if (spec is null) return false;
        if (spec.Placement == Placement.Channel && count > 1)
        {
            record.Slot = Placing.SlotOf(view[1]);
            record.Shard = server.Dataset.ShardOf(record.Slot);
            return false;
        }
        bool mayBlock = spec.MayPark;
        int keyIndex = spec.SingleKeyIndex;
        if (keyIndex == 0 || keyIndex >= count || spec.Placement != Placement.Keys) return mayBlock;
        ReadOnlySpan<byte> key = view[keyIndex];
        record.Hash = KeyHash.Of(key);
        record.Slot = KeySlot.Of(key);
        record.Shard = server.Dataset.ShardOf(record.Slot);
        batch.HasElements |= spec.ElementIndex != 0;
        return mayBlock;
    }

    private static CommandSpec? Find(FastShardServer server, in ArgumentView view)
    {
        CommandSpec? spec = server.Commands.Find(view[0]);
        return spec is { Subcommands.Length: > 0 } && view.Count > 1
            ? CommandTable.FindSubcommand(spec, view[1]) ?? spec
            : spec;
    }

    // Pipelines often say the same: then it need not be looked up again. Null where it is not the same, or is more
    // than one word.
    private static CommandSpec? SpecOfLast(Batch batch, ReadOnlySpan<byte> buffer, in ArgumentView view)
    {
        if (batch.Count < 2) return null;
        ref CommandRecord last = ref batch.Records[batch.Count - 2];
        if (last.Spec is not { Container: null, Subcommands.Length: 0 } spec) return null;
        var before = new ArgumentView(buffer, batch.Args, last.ArgStart, last.ArgCount);
        return view[0].SequenceEqual(before[0]) ? spec : null;
    }

    // The same of the same key: then what was found out for the request before holds for this one.
    private static bool TryRepeat(
        Batch batch, ref CommandRecord record, ReadOnlySpan<byte> buffer, in ArgumentView view)
    {
        ref CommandRecord last = ref batch.Records[batch.Count - 2];
        CommandSpec spec = last.Spec!;
        int keyIndex = spec.SingleKeyIndex;
        if (last.Shard < 0 || keyIndex == 0 || keyIndex >= view.Count || spec.MayPark) return false;
        var before = new ArgumentView(buffer, batch.Args, last.ArgStart, last.ArgCount);
        if (!view[keyIndex].SequenceEqual(before[keyIndex])) return false;
        record.Spec = spec;
        record.Hash = last.Hash;
        record.Slot = last.Slot;
        record.Shard = last.Shard;
        record.IsRepeat = true;
        return true;
    }
}
