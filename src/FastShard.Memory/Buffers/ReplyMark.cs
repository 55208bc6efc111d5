namespace FastShard.Memory;

/// <summary>
/// A position in a <see cref="ReplyBuffer"/>: how many inline bytes and how many blob references were ever written
/// before it. It stays valid while bytes before it are consumed, and becomes void when bytes after it are, or when
/// the buffer is cleared or truncated before it.
/// </summary>
/// <param name="InlinePosition">Inline bytes written since the buffer was made.</param>
/// <param name="BlobPosition">Blob references written since the buffer was made.</param>
public readonly record struct ReplyMark(long InlinePosition, long BlobPosition);
