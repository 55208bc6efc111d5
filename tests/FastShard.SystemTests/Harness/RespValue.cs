using System.Text;

namespace FastShard.SystemTests.Harness;

/// <summary>One reply: its type byte as on the wire, its bytes for simple types, its elements for the others.</summary>
internal sealed record RespValue(char Type, byte[]? Bytes, IReadOnlyList<RespValue>? Elements)
{
    public bool IsNull => Bytes is null && Elements is null;

    public bool IsError => Type is '-' or '!';

    public string? Text => Bytes is null ? null : Encoding.UTF8.GetString(Bytes);

    public long Integer => long.Parse(Text!);

    public override string ToString() => this switch
    {
        { IsNull: true } => "(null)",
        { Elements: not null } => $"{Type}[{string.Join(", ", Elements)}]",
        _ => $"{Type}{Text}",
    };
}
