namespace FastShard.Server.Configuration;

/// <summary>Which keyspace notifications are published, one bit a letter of notify-keyspace-events.</summary>
[Flags]
public enum KeyspaceEvents
{
    None = 0,
    Keyspace = 1,
    Keyevent = 1 << 1,
    Generic = 1 << 2,
    String = 1 << 3,
    List = 1 << 4,
    Set = 1 << 5,
    Hash = 1 << 6,
    SortedSet = 1 << 7,
    Expired = 1 << 8,
    Evicted = 1 << 9,
    Stream = 1 << 10,
    KeyMiss = 1 << 11,
    Module = 1 << 13,
    New = 1 << 14,
    Overwritten = 1 << 15,
    TypeChanged = 1 << 16,
    Subkeyspace = 1 << 17,
    Subkeyevent = 1 << 18,
    SubkeyspaceItem = 1 << 19,
    SubkeyspaceEvent = 1 << 20,

    /// <summary>The channels that say which fields of a hash an event is about.</summary>
    Fields = Subkeyspace | Subkeyevent | SubkeyspaceItem | SubkeyspaceEvent,

    /// <summary>The letter A: all classes but misses, new, overwritten and type-changed keys.</summary>
    All = Generic | String | List | Set | Hash | SortedSet | Expired | Evicted | Stream | Module,
}
