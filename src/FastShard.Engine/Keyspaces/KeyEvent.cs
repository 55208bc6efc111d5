using System.Text;
using FastShard.Engine.Notifications;

namespace FastShard.Engine.Keyspaces;

/// <summary>A named change of a key: the event of keyspace notifications, with its class letter.</summary>
public sealed record KeyEvent(char Class, string Name)
{
    // Generic ('g')
    public static readonly KeyEvent Del = new('g', "del");
    public static readonly KeyEvent Expire = new('g', "expire");
    public static readonly KeyEvent Persist = new('g', "persist");
    public static readonly KeyEvent RenameFrom = new('g', "rename_from");
    public static readonly KeyEvent RenameTo = new('g', "rename_to");
    public static readonly KeyEvent MoveFrom = new('g', "move_from");
    public static readonly KeyEvent MoveTo = new('g', "move_to");
    public static readonly KeyEvent CopyTo = new('g', "copy_to");
    public static readonly KeyEvent Restore = new('g', "restore");

    // New ('n'), a read that found nothing ('m'), overwritten as a whole ('o'), and so that the type is another ('c')
    public static readonly KeyEvent New = new('n', "new");
    public static readonly KeyEvent KeyMiss = new('m', "keymiss");
    public static readonly KeyEvent Overwritten = new('o', "overwritten");
    public static readonly KeyEvent TypeChanged = new('c', "type_changed");

    // Expired ('x') and evicted ('e')
    public static readonly KeyEvent Expired = new('x', "expired");
    public static readonly KeyEvent Evicted = new('e', "evicted");

    // Strings ('$')
    public static readonly KeyEvent Set = new('$', "set");
    public static readonly KeyEvent SetRange = new('$', "setrange");
    public static readonly KeyEvent Append = new('$', "append");
    public static readonly KeyEvent IncrBy = new('$', "incrby");
    public static readonly KeyEvent IncrByFloat = new('$', "incrbyfloat");
    public static readonly KeyEvent SetBit = new('$', "setbit");
    public static readonly KeyEvent PfAdd = new('$', "pfadd");

    // Lists ('l')
    public static readonly KeyEvent LPush = new('l', "lpush");
    public static readonly KeyEvent RPush = new('l', "rpush");
    public static readonly KeyEvent LPop = new('l', "lpop");
    public static readonly KeyEvent RPop = new('l', "rpop");
    public static readonly KeyEvent LInsert = new('l', "linsert");
    public static readonly KeyEvent LSet = new('l', "lset");
    public static readonly KeyEvent LRem = new('l', "lrem");
    public static readonly KeyEvent LTrim = new('l', "ltrim");
    public static readonly KeyEvent SortStore = new('l', "sortstore");

    // Sorted sets ('z')
    public static readonly KeyEvent ZAdd = new('z', "zadd");
    public static readonly KeyEvent ZIncr = new('z', "zincr");
    public static readonly KeyEvent ZRem = new('z', "zrem");
    public static readonly KeyEvent ZPopMin = new('z', "zpopmin");
    public static readonly KeyEvent ZPopMax = new('z', "zpopmax");
    public static readonly KeyEvent ZRemRangeByRank = new('z', "zremrangebyrank");
    public static readonly KeyEvent ZRemRangeByScore = new('z', "zremrangebyscore");
    public static readonly KeyEvent ZRemRangeByLex = new('z', "zremrangebylex");
    public static readonly KeyEvent ZRangeStore = new('z', "zrangestore");
    public static readonly KeyEvent ZUnionStore = new('z', "zunionstore");
    public static readonly KeyEvent ZInterStore = new('z', "zinterstore");
    public static readonly KeyEvent ZDiffStore = new('z', "zdiffstore");
    public static readonly KeyEvent GeoSearchStore = new('z', "geosearchstore");
    public static readonly KeyEvent GeoRadiusStore = new('z', "georadiusstore");

    // Sets ('s')
    public static readonly KeyEvent SAdd = new('s', "sadd");
    public static readonly KeyEvent SRem = new('s', "srem");
    public static readonly KeyEvent SPop = new('s', "spop");
    public static readonly KeyEvent SInterStore = new('s', "sinterstore");
    public static readonly KeyEvent SUnionStore = new('s', "sunionstore");
    public static readonly KeyEvent SDiffStore = new('s', "sdiffstore");

    // Hashes ('h')
    public static readonly KeyEvent HSet = new('h', "hset");
    public static readonly KeyEvent HDel = new('h', "hdel");
    public static readonly KeyEvent HIncrBy = new('h', "hincrby");
    public static readonly KeyEvent HIncrByFloat = new('h', "hincrbyfloat");
    public static readonly KeyEvent HExpire = new('h', "hexpire");
    public static readonly KeyEvent HPersist = new('h', "hpersist");
    public static readonly KeyEvent HExpired = new('h', "hexpired");

    /// <summary>The bit of the class in sets of classes.</summary>
    public uint ClassBit { get; } = KeyEventClasses.BitOf(Class);

    /// <summary>The name as it goes over the wire.</summary>
    public byte[] NameBytes { get; } = Encoding.ASCII.GetBytes(Name);
}
