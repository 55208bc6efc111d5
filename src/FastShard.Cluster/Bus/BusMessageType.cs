namespace FastShard.Cluster.Bus;

/// <summary>What a packet of the bus is about; the numbers are those of the bus.</summary>
public enum BusMessageType : ushort
{
    Ping = 0,
    Pong = 1,
    Meet = 2,
    Fail = 3,
    Publish = 4,
    FailoverAuthRequest = 5,
    FailoverAuthAck = 6,
    Update = 7,
    ManualFailoverStart = 8,
    Module = 9,
    PublishShard = 10,
}
