namespace FastShard.Persistence.Rdb;

/// <summary>The versions of the format, and what belongs to which.</summary>
public static class RdbVersion
{
    /// <summary>What is written unless somebody asks for another: Redis 7.0 and all newer servers read it.</summary>
    public const int Default = 10;

    /// <summary>The oldest that can be asked for.</summary>
    public const int WrittenMin = 9;

    /// <summary>The newest that can be asked for.</summary>
    public const int WrittenMax = 11;

    /// <summary>Packs are listpacks from here on, ziplists before.</summary>
    public const int Listpacks = 10;

    /// <summary>Packed sets, and the active time of consumers.</summary>
    public const int ListpackSets = 11;

    /// <summary>Fields with deadlines: written with this version when there are any, whatever was asked for.</summary>
    public const int FieldDeadlines = 12;

    /// <summary>Valkey 9, which counts on its own.</summary>
    public const int Valkey = 80;

    private const int Newest = 12;

    /// <summary>Whether a payload of this version can be read.</summary>
    public static bool IsReadable(int version) => version is (> 0 and <= Newest) or Valkey;
}
