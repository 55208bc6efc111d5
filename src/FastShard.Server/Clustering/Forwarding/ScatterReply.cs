using System.Globalization;
using System.Text;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>Makes one reply of those of several nodes, as the command's declaration says.</summary>
internal static class ScatterReply
{
    private const int SlotsNamed = 8;

    public static void Write(Scatter scatter, ReplyBuffer output, long seed)
    {
        var reply = new ReplyWriter(output, scatter.Batch.Connection.Version);
        int failed = 0;
        for (int part = 0; part < scatter.Count; part++) failed += scatter[part].HasFailed ? 1 : 0;
        if (failed > 0) reply.Error(Failure(scatter));
        else if (scatter.Kind == ScatterKind.Walk) WriteWalk(scatter, reply);
        else if (scatter.Spec.ResponsePolicy == ResponsePolicy.AllSucceeded) output.Append(scatter.ReplyOf(0));
        else if (scatter.Spec.ResponsePolicy == ResponsePolicy.AggregateSum) WriteSum(scatter, reply);
        else if (scatter.Kind == ScatterKind.Keys) WriteByKey(scatter, reply);
        else if (scatter.ReplyOf(0)[0] is (byte)'*' or (byte)'~') WriteJoined(scatter, reply);
        else WriteOne(scatter, reply, seed);
    }

    private static void WriteSum(Scatter scatter, ReplyWriter reply)
    {
        long sum = 0;
        for (int part = 0; part < scatter.Count; part++)
        {
            _ = Numbers.TryParseInt64(scatter.ReplyOf(part)[1..^2], out long number);
            sum += number;
        }
        reply.Integer(sum);
    }

    // Each part's elements are in the order of its keys: they go back to the places of those.
    private static void WriteByKey(Scatter scatter, ReplyWriter reply)
    {
        var places = new (int Part, int Start, int Length)[scatter.Positions.Count];
        for (int part = 0; part < scatter.Count; part++)
        {
            ReadOnlySpan<byte> bytes = scatter.ReplyOf(part);
            var scanner = new ReplyScanner();
            int at = bytes.IndexOf((byte)'\n') + 1;
            foreach (int key in scatter[part].Keys)
            {
                if (scanner.Scan(bytes[at..], out int length) != ReplyScan.Complete) break;
                places[key] = (part, at, length);
                at += length;
            }
        }
        reply.Array(places.Length);
        foreach ((int part, int start, int length) in places)
        {
            if (length > 0) reply.Buffer.Append(scatter.ReplyOf(part).Slice(start, length));
            else reply.Null();
        }
    }

    private static void WriteJoined(Scatter scatter, ReplyWriter reply)
    {
        long count = 0;
        for (int part = 0; part < scatter.Count; part++)
        {
            ReadOnlySpan<byte> bytes = scatter.ReplyOf(part);
            _ = Numbers.TryParseInt64(bytes[1..(bytes.IndexOf((byte)'\n') - 1)], out long elements);
            count += elements;
        }
        reply.Array((int)Math.Min(count, int.MaxValue));
        for (int part = 0; part < scatter.Count; part++)
        {
            ReadOnlySpan<byte> bytes = scatter.ReplyOf(part);
            reply.Buffer.Append(bytes[(bytes.IndexOf((byte)'\n') + 1)..]);
        }
    }

    // Any of them will do (RANDOMKEY), but for those that have nothing.
    private static void WriteOne(Scatter scatter, ReplyWriter reply, long seed)
    {
        int first = (int)((ulong)seed * 0x9E3779B97F4A7C15 >> 33) % scatter.Count;
        int chosen = first;
        for (int step = 0; step < scatter.Count; step++)
        {
            chosen = (first + step) % scatter.Count;
            ReadOnlySpan<byte> bytes = scatter.ReplyOf(chosen);
            if (!bytes.StartsWith("$-1"u8) && bytes[0] != '_') break;
        }
        reply.Buffer.Append(scatter.ReplyOf(chosen));
    }

    // *2, the cursor as a bulk string, the keys.
    private static void WriteWalk(Scatter scatter, ReplyWriter reply)
    {
        ReadOnlySpan<byte> bytes = scatter.ReplyOf(0);
        int cursorAt = bytes.IndexOf((byte)'\n') + 1;
        int digitsAt = cursorAt + bytes[cursorAt..].IndexOf((byte)'\n') + 1;
        int end = digitsAt + bytes[digitsAt..].IndexOf((byte)'\r');
        if (!Numbers.TryParseInt64(bytes[digitsAt..end], out long cursor) || WalkPlace.IsTooLarge(cursor))
        {
            reply.Error("ERR the cursor of node " + scatter[0].Node.Id + " does not fit");
            return;
        }
        WalkPlace place = scatter.Place with { Cursor = cursor };
        bool isDone = cursor == 0 && place.Node + 1 == scatter.PlaceCount;
        if (cursor == 0) place = place with { Node = place.Node + 1 };
        reply.Array(2);
        reply.BulkInteger(isDone ? 0 : place.Value);
        reply.Buffer.Append(bytes[(end + 2)..]);
    }

    // Which slots of which nodes, why, and what was done.
    private static string Failure(Scatter scatter)
    {
        int done = 0;
        ScatterPart? first = null;
        int firstIndex = 0;
        var slots = new StringBuilder();
        int named = 0;
        int alsoFailed = 0;
        for (int index = 0; index < scatter.Count; index++)
        {
            ScatterPart part = scatter[index];
            done += part.WasDone ? Math.Max(1, part.Keys.Count) : 0;
            if (!part.HasFailed) continue;
            if (first is null) firstIndex = index;
            first ??= part;
            alsoFailed += part.Node.Id == first.Node.Id ? 0 : 1;
            if (part.Slot < 0 || part.Node.Id != first.Node.Id || named++ >= SlotsNamed) continue;
            slots.Append(slots.Length > 0 ? "," : "").Append(part.Slot.ToString(CultureInfo.InvariantCulture));
        }
        if (named > SlotsNamed) slots.Append(CultureInfo.InvariantCulture, $" and {named - SlotsNamed} more");
        string why = Encoding.UTF8.GetString(scatter.ReplyOf(firstIndex)[1..]).TrimEnd();
        string where = slots.Length > 0 ? $"slots {slots} of node" : "node";
        string others = alsoFailed > 0 ? $" (and {alsoFailed} parts of other nodes)" : "";
        string what = scatter.Kind == ScatterKind.Keys
            ? $"{done} of {scatter.Positions.Count} keys"
            : $"{done} of {scatter.Count} nodes";
        string result = scatter.Spec.Is(CommandFlags.Write) ? $"done: {what}" : "nothing was changed";
        return $"PARTIAL {scatter.Spec.Name} failed for {where} {first!.Node.Id} at {first.Node.Ip}:{first.Node.Port}"
            + $"{others}: {why}; {result}";
    }
}
