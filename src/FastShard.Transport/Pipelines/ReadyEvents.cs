namespace FastShard.Transport.Pipelines;

[Flags]
internal enum ReadyEvents
{
    None = 0,
    Readable = 1,
    Writable = 2,
    Accepted = 4,

    /// <summary>The source stands in the queue already.</summary>
    Queued = 8,
}
