namespace FastShard.Engine;

/// <summary>
/// Every fixed error text, exactly as Redis words it. Texts with a variable part are made where they are needed.
/// </summary>
public static class Errors
{
    public static ReadOnlySpan<byte> WrongType => "WRONGTYPE Operation against a key holding the wrong kind of value"u8;

    public static ReadOnlySpan<byte> Syntax => "ERR syntax error"u8;

    public static ReadOnlySpan<byte> NotAnInteger => "ERR value is not an integer or out of range"u8;

    public static ReadOnlySpan<byte> CountNotPositive => "ERR count should be greater than 0"u8;

    public static ReadOnlySpan<byte> OutOfSignedRange =>
        "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"u8;

    public static ReadOnlySpan<byte> ZeroRank =>
        "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... "u8
        + "or use negative to start from the end of the list"u8;

    public static ReadOnlySpan<byte> NotAFloat => "ERR value is not a valid float"u8;

    public static ReadOnlySpan<byte> NoSuchKey => "ERR no such key"u8;

    public static ReadOnlySpan<byte> SameObject => "ERR source and destination objects are the same"u8;

    public static ReadOnlySpan<byte> NotPositive => "ERR value is out of range, must be positive"u8;

    public static ReadOnlySpan<byte> OutOfRange => "ERR index out of range"u8;

    public static ReadOnlySpan<byte> Overflow => "ERR increment or decrement would overflow"u8;

    public static ReadOnlySpan<byte> SpreadIsStrict =>
        "ERR the key is spread, and is not to be brought together for a command like this"u8;

    public static ReadOnlySpan<byte> OutOfMemory => "OOM command not allowed when used memory > 'maxmemory'."u8;

    public static ReadOnlySpan<byte> StringTooLong => "ERR string exceeds maximum allowed size (proto-max-bulk-len)"u8;

    public static ReadOnlySpan<byte> BitOffset => "ERR bit offset is not an integer or out of range"u8;

    public static ReadOnlySpan<byte> BitFieldType =>
        "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is."u8;

    public static ReadOnlySpan<byte> NotADigest => "ERR digest must be exactly 16 hexadecimal characters"u8;

    public static ReadOnlySpan<byte> NoAuth => "NOAUTH Authentication required."u8;

    public static ReadOnlySpan<byte> WrongPass => "WRONGPASS invalid username-password pair or user is disabled."u8;

    public static ReadOnlySpan<byte> ExecAbort => "EXECABORT Transaction discarded because of previous errors."u8;

    public static ReadOnlySpan<byte> SnapshotsFail =>
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. "u8
        + "Commands that may modify the data set are disabled, because this instance is configured to report "u8
        + "errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the "u8
        + "Redis logs for details about the RDB error."u8;

    public static ReadOnlySpan<byte> Loading => "LOADING Redis is loading the dataset in memory"u8;

    public static ReadOnlySpan<byte> TooFewReplicas => "NOREPLICAS Not enough good replicas to write."u8;

    public static ReadOnlySpan<byte> ReadOnlyReplica => "READONLY You can't write against a read only replica."u8;

    public static ReadOnlySpan<byte> PrimaryIsDown =>
        "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."u8;

    public static ReadOnlySpan<byte> InvalidDbIndex => "ERR invalid DB index"u8;

    public static ReadOnlySpan<byte> DbIndexOutOfRange => "ERR DB index is out of range"u8;

    public static ReadOnlySpan<byte> ScoreNotANumber => "ERR resulting score is not a number (NaN)"u8;

    public static ReadOnlySpan<byte> NotAScoreRange => "ERR min or max is not a float"u8;

    public static ReadOnlySpan<byte> NotALexRange => "ERR min or max not valid string range item"u8;

    public static ReadOnlySpan<byte> InvalidCursor => "ERR invalid cursor"u8;

    public static ReadOnlySpan<byte> NotAHyperLogLog =>
        "WRONGTYPE Key is not a valid HyperLogLog string value."u8;

    public static ReadOnlySpan<byte> CorruptHyperLogLog => "INVALIDOBJ Corrupted HLL object detected"u8;
}
