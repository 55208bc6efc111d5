namespace FastShard.Server.Clustering;

/// <summary>What another server answered.</summary>
internal sealed record NodeReply(char Type, string Text, IReadOnlyList<NodeReply> Elements)
{
    public bool IsError => Type == '-';

    public long Integer => long.TryParse(Text, out long value) ? value : 0;

    /// <summary>A field of a reply that is pairs of names and values.</summary>
    public NodeReply? Field(string name)
    {
        for (int index = 0; index + 1 < Elements.Count; index += 2)
        {
            if (Elements[index].Text == name) return Elements[index + 1];
        }
        return null;
    }
}
