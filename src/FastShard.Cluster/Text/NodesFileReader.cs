using FastShard.Cluster.State;

namespace FastShard.Cluster.Text;

/// <summary>
/// Reads nodes.conf. A line may name a node that has its own line only further down, so nodes are made where they are
/// first met.
/// </summary>
internal sealed class NodesFileReader
{
    private const int WordsMin = 8;
    private const string ShardField = "shard-id=";

    private readonly Dictionary<NodeId, ClusterNode> _nodes = [];
    private readonly List<ClusterNode> _order = [];
    private readonly List<(int Slot, ClusterNode Owner)> _owned = [];
    private readonly List<(int Slot, ClusterNode Target)> _migrating = [];
    private readonly List<(int Slot, ClusterNode Source)> _importing = [];
    private readonly SlotSet _hidden = new();
    private readonly long _nowMillis;
    private ClusterNode? _myself;
    private ulong _currentEpoch;
    private ulong _lastVoteEpoch;

    private NodesFileReader(long nowMillis) => _nowMillis = nowMillis;

    /// <summary>The state that the file tells of, or null and what is wrong with it.</summary>
    public static ClusterState? Read(
        string text, ClusterSettings settings, Random random, long nowMillis, out string fault)
    {
        var reader = new NodesFileReader(nowMillis);
        fault = "";
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (line.Length == 0) continue;
            string[] words = line.TrimEnd('\r').Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && (words[0] == "vars" ? reader.ReadVars(words) : reader.ReadNode(words))) continue;
            fault = $"line {number}: {line}";
            return null;
        }
        if (reader._myself is null)
        {
            fault = "no line says 'myself'";
            return null;
        }
        return reader.Build(settings, random, reader._myself);
    }

    private ClusterState Build(ClusterSettings settings, Random random, ClusterNode myself)
    {
        var state = new ClusterState(settings, random, myself) { NowMillis = _nowMillis };
        foreach (ClusterNode node in _order)
        {
            if (node != myself) state.Nodes.Add(node);
            node.Primary?.AddReplica(node);
        }
        foreach ((int slot, ClusterNode owner) in _owned) state.Slots.Assign(slot, owner);
        foreach ((int slot, ClusterNode target) in _migrating) state.Slots.SetMigrating(slot, target);
        foreach ((int slot, ClusterNode source) in _importing) state.Slots.SetImporting(slot, source);
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (_hidden.Has(slot) && state.Slots.Owner(slot) != myself) state.Slots.SetHidden(slot, true);
        }
        state.CurrentEpoch = _currentEpoch;
        state.LastVoteEpoch = _lastVoteEpoch;
        state.CurrentEpoch = state.MaxEpoch();
        return state;
    }

    private bool ReadVars(string[] words)
    {
        for (int at = 1; at + 1 < words.Length; at += 2)
        {
            if (words[at] == NodesText.HiddenVar)
            {
                if (!TryHidden(words[at + 1])) return false;
                continue;
            }
            if (!ulong.TryParse(words[at + 1], out ulong value)) return false;
            if (words[at] == "currentEpoch") _currentEpoch = value;
            else if (words[at] == "lastVoteEpoch") _lastVoteEpoch = value;
        }
        return true;
    }

    private bool TryHidden(string ranges)
    {
        foreach (string range in ranges.Split(','))
        {
            string[] ends = range.Split('-');
            if (!int.TryParse(ends[0], out int first) || !int.TryParse(ends[^1], out int last)) return false;
            if (ends.Length > 2 || first < 0 || last < first || last >= SlotSet.Slots) return false;
            for (int slot = first; slot <= last; slot++) _hidden.Add(slot);
        }
        return true;
    }

    private bool ReadNode(string[] words)
    {
        if (words.Length < WordsMin || !TryNode(words[0], out ClusterNode node)) return false;
        if (!TryAddress(words[1], node) || !TryFlags(words[2], node)) return false;
        if (words[3] != "-")
        {
            if (!TryNode(words[3], out ClusterNode primary) || primary == node) return false;
            node.Primary = primary;
        }
        if (!long.TryParse(words[4], out long ping) || !long.TryParse(words[5], out long pong)) return false;
        // Silence is counted from the start: the time in which nobody listened says nothing.
        node.PingSentMillis = ping == 0 ? 0 : _nowMillis;
        node.PongReceivedMillis = pong == 0 ? 0 : _nowMillis;
        if (!ulong.TryParse(words[6], out ulong epoch)) return false;
        node.ConfigEpoch = epoch;
        for (int at = WordsMin; at < words.Length; at++)
        {
            if (!(words[at][0] == '[' ? TryMove(words[at]) : TryRange(words[at], node))) return false;
        }
        return true;
    }

    private bool TryNode(ReadOnlySpan<char> name, out ClusterNode node)
    {
        node = null!;
        if (!NodeId.TryParse(name, out NodeId id)) return false;
        if (_nodes.TryGetValue(id, out ClusterNode? known))
        {
            node = known;
            return true;
        }
        node = new ClusterNode(id, NodeFlags.None, _nowMillis);
        _nodes.Add(id, node);
        _order.Add(node);
        return true;
    }

    // ip:port@bus[,hostname[,aux=...]]; old files have no bus port.
    private static bool TryAddress(string word, ClusterNode node)
    {
        string[] parts = word.Split(',');
        int colon = parts[0].LastIndexOf(':');
        if (colon < 0) return false;
        string[] ports = parts[0][(colon + 1)..].Split('@');
        if (!int.TryParse(ports[0], out int port) || port is < 0 or > ushort.MaxValue) return false;
        int bus = port + 10000;
        if (ports.Length > 1 && !int.TryParse(ports[1], out bus)) return false;
        if (bus is < 0 or > ushort.MaxValue) return false;
        node.Address = new NodeAddress(parts[0][..colon], port, 0, bus);
        if (parts.Length > 1 && !parts[1].Contains('=')) node.Hostname = parts[1];
        foreach (string part in parts.AsSpan(1))
        {
            if (!part.StartsWith(ShardField, StringComparison.Ordinal)) continue;
            if (NodeId.TryParse(part.AsSpan(ShardField.Length), out NodeId shard)) node.ShardId = shard;
        }
        return true;
    }

    private bool TryFlags(string word, ClusterNode node)
    {
        foreach (string name in word.Split(','))
        {
            if (name == "noflags") continue;
            NodeFlags found = NodeFlags.None;
            foreach ((NodeFlags flag, string text) in NodesText.Flags)
            {
                if (text == name) found = flag;
            }
            if (found == NodeFlags.None) return false;
            node.Set(found);
        }
        if (node.HasFailed) node.FailedMillis = _nowMillis;
        if (!node.IsMyself) return true;
        if (_myself is not null && _myself != node) return false;
        _myself = node;
        return true;
    }

    private bool TryRange(string word, ClusterNode node)
    {
        int dash = word.IndexOf('-');
        bool isOne = dash < 0;
        if (!TrySlot(isOne ? word : word[..dash], out int first)) return false;
        int last = first;
        if (!isOne && !TrySlot(word[(dash + 1)..], out last)) return false;
        for (int slot = first; slot <= last; slot++) _owned.Add((slot, node));
        return true;
    }

    // [slot->-node] goes there, [slot-<-node] comes from there.
    private bool TryMove(string word)
    {
        int arrow = word.IndexOf('-');
        const int ArrowChars = 3;
        if (arrow < 0 || word[^1] != ']' || word.Length < arrow + ArrowChars + 1) return false;
        if (!TrySlot(word[1..arrow], out int slot)) return false;
        if (!TryNode(word.AsSpan(arrow + ArrowChars)[..^1], out ClusterNode other)) return false;
        switch (word.AsSpan(arrow, ArrowChars))
        {
            case "->-":
                _migrating.Add((slot, other));
                return true;
            case "-<-":
                _importing.Add((slot, other));
                return true;
            default:
                return false;
        }
    }

    private static bool TrySlot(string word, out int slot) =>
        int.TryParse(word, out slot) && slot is >= 0 and < SlotSet.Slots;
}
