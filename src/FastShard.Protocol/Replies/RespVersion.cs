namespace FastShard.Protocol;

/// <summary>The reply dialect that a connection chose with HELLO.</summary>
public enum RespVersion : byte
{
    Resp2 = 2,
    Resp3 = 3,
}
