using FastShard.Memory;

namespace FastShard.Server.PubSub;

/// <summary>What a message says: bytes, or a large value that all receivers share.</summary>
internal readonly ref struct Payload
{
    public Payload(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    public Payload(Blob blob) => Blob = blob;

    public ReadOnlySpan<byte> Bytes { get; }

    public Blob Blob { get; }
}
