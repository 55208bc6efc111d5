namespace FastShard.Protocol;

/// <summary>What one call of <see cref="RequestReader.Read"/> came to.</summary>
public enum ReadStatus : byte
{
    /// <summary>One request's arguments were appended.</summary>
    Complete,

    /// <summary>The request goes on in bytes not received yet: at least RequestReader.MissingBytes of them.</summary>
    NeedMore,

    /// <summary>A large value begins: receive it into a blob (RequestReader.PendingBlobLength).</summary>
    NeedBlob,

    /// <summary>The peer broke the protocol: reply with RequestReader.Error and close.</summary>
    Broken,
}
