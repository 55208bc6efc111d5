using System.Globalization;
using FastShard.Server.Clustering;

namespace FastShard.Server.CommandLine;

/// <summary>Plans and their state for people.</summary>
internal static class RebalanceTables
{
    private const int NameChars = 8;

    public static void Plan(NodeReply plan, TextWriter output)
    {
        List<string[]> nodes = [["node", "address", "weight", "slots", "keys", "size", "part"]];
        foreach (NodeReply node in plan.Field("nodes")!.Elements)
        {
            nodes.Add(
            [
                Short(Text(node, "id")), Text(node, "address"), Text(node, "weight"),
                $"{Text(node, "slots")} -> {Text(node, "slots-after")}",
                $"{Text(node, "keys")} -> {Text(node, "keys-after")}",
                $"{Size(node, "bytes")} -> {Size(node, "bytes-after")}",
                Part(Text(node, "part-after")),
            ]);
        }
        Write(nodes, output);
        output.WriteLine();
        List<string[]> moves = [["move", "from", "to", "slots", "keys", "size", "time", "ranges"]];
        foreach (NodeReply move in plan.Field("moves")!.Elements) moves.Add(MoveLine(move));
        if (moves.Count == 1) output.WriteLine("Nothing to move.");
        else Write(moves, output);
        output.WriteLine();
        output.WriteLine(
            $"Plan {Text(plan, "plan-id")}: {moves.Count - 1} moves of {Text(plan, "slots")} slots, "
            + $"{Text(plan, "keys")} keys, {Size(plan, "bytes")}, about {Time(plan, "estimated-ms")}; "
            + $"{Text(plan, "agreeing-primaries")} primaries see the same cluster");
        foreach (NodeReply silent in plan.Field("silent-nodes")!.Elements)
            output.WriteLine($"Left out, because it did not answer: {silent.Text}");
    }

    public static void Status(NodeReply status, TextWriter output)
    {
        string reason = Text(status, "reason");
        output.WriteLine($"{Text(status, "state")}{(reason.Length > 0 ? ": " : "")}{reason}");
        output.WriteLine(
            $"plan {Text(status, "plan-id")}: {Text(status, "moves-done")} of {Text(status, "moves")} moves, "
            + $"{Size(status, "bytes-done")} of {Size(status, "bytes")}; automatic: {Text(status, "automatic")}");
        List<string[]> lines = [["move", "from", "to", "slots", "keys", "size", "time", "ranges", "state", "message"]];
        foreach (NodeReply move in status.Field("progress")!.Elements)
            lines.Add([.. MoveLine(move), Text(move, "state"), Text(move, "message")]);
        if (lines.Count > 1) Write(lines, output);
    }

    private static string[] MoveLine(NodeReply move) =>
    [
        Text(move, "number"), Short(Text(move, "from")), Short(Text(move, "to")), Text(move, "slots"),
        Text(move, "keys"), Size(move, "bytes"), Time(move, "estimated-ms"), Cut(Text(move, "ranges")),
    ];

    private static void Write(List<string[]> lines, TextWriter output)
    {
        int[] widths = new int[lines[0].Length];
        foreach (string[] line in lines)
        {
            for (int column = 0; column < widths.Length; column++)
                widths[column] = Math.Max(widths[column], line[column].Length);
        }
        foreach (string[] line in lines)
        {
            for (int column = 0; column < widths.Length; column++)
                output.Write(column + 1 == widths.Length ? line[column] : line[column].PadRight(widths[column] + 2));
            output.WriteLine();
        }
    }

    private static string Text(NodeReply reply, string field) => reply.Field(field)?.Text ?? "";

    private static string Short(string id) => id.Length > NameChars ? id[..NameChars] : id;

    // A node's slots may lie in many runs.
    private static string Cut(string ranges) => ranges.Length > 40 ? ranges[..37] + "..." : ranges;

    private static string Part(string part) =>
        double.TryParse(part, CultureInfo.InvariantCulture, out double value)
            ? string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.0} %") : part;

    private static string Time(NodeReply reply, string field)
    {
        long millis = reply.Field(field)?.Integer ?? 0;
        return string.Create(CultureInfo.InvariantCulture, $"{millis / 1000.0:0.0} s");
    }

    private static string Size(NodeReply reply, string field)
    {
        double bytes = reply.Field(field)?.Integer ?? 0;
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        int unit = 0;
        for (; bytes >= 1024 && unit + 1 < units.Length; unit++) bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {units[unit]}");
    }
}
