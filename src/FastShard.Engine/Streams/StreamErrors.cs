using System.Text;

namespace FastShard.Engine.Streams;

/// <summary>Error texts of streams that several commands reply.</summary>
internal static class StreamErrors
{
    public static ReadOnlySpan<byte> InvalidId => "ERR Invalid stream ID specified as stream command argument"u8;

    public static ReadOnlySpan<byte> IdTooSmall =>
        "ERR The ID specified in XADD is equal or smaller than the target stream top item"u8;

    public static ReadOnlySpan<byte> TwoStrategies =>
        "ERR syntax error, MAXLEN and MINID options at the same time are not compatible"u8;

    public static ReadOnlySpan<byte> NumberOfIds => "ERR Number of IDs must be a positive integer"u8;

    public static ReadOnlySpan<byte> NumberOfIdsDiffers =>
        "ERR The `numids` parameter must match the number of arguments"u8;

    /// <summary>No group for a command that reads pending deliveries.</summary>
    public static string NoGroup(ReadOnlySpan<byte> key, ReadOnlySpan<byte> group) =>
        $"NOGROUP No such key '{Text(key)}' or consumer group '{Text(group)}'";

    /// <summary>No group for XREADGROUP.</summary>
    public static string NoGroupToRead(ReadOnlySpan<byte> key, ReadOnlySpan<byte> group) =>
        NoGroup(key, group) + " in XREADGROUP with GROUP option";

    /// <summary>No group for XGROUP and XINFO, which have seen the key.</summary>
    public static string NoGroupOfKey(ReadOnlySpan<byte> key, ReadOnlySpan<byte> group) =>
        $"NOGROUP No such consumer group '{Text(group)}' for key name '{Text(key)}'";

    /// <summary>Any bytes within a text of ours.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
