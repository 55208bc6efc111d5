namespace FastShard.Persistence.Rdb;

/// <summary>
/// How an object is written: the byte in front of it. Which of two meanings 22 and 23 have, the version tells.
/// </summary>
public enum RdbType : byte
{
    String = 0,
    List = 1,
    Set = 2,
    SortedSetText = 3,
    Hash = 4,
    SortedSet = 5,
    HashZipmap = 9,
    ListZiplist = 10,
    SetIntSet = 11,
    SortedSetZiplist = 12,
    HashZiplist = 13,
    ListQuicklist = 14,
    Stream = 15,
    HashListpack = 16,
    SortedSetListpack = 17,
    ListQuicklist2 = 18,
    Stream2 = 19,
    SetListpack = 20,
    Stream3 = 21,

    /// <summary>Field deadlines as absolute times (Redis 7.4 before its release), or Valkey's own form.</summary>
    HashDeadlinesEarly = 22,

    /// <summary>A pack of field, value, deadline, without the first deadline in front.</summary>
    HashListpackDeadlinesEarly = 23,

    /// <summary>The first deadline, and each field's distance from it.</summary>
    HashDeadlines = 24,

    /// <summary>The first deadline, and a pack of field, value, deadline.</summary>
    HashListpackDeadlines = 25,
}
