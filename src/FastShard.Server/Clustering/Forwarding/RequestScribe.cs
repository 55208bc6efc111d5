using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Transactions;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>Requests as links send them.</summary>
internal static class RequestScribe
{
    /// <summary>The head of a request of so many arguments.</summary>
    public static void Head(ReplyBuffer output, int count) => Line(output, (byte)'*', count);

    /// <summary>One argument.</summary>
    public static void Argument(ReplyBuffer output, ReadOnlySpan<byte> value)
    {
        Line(output, (byte)'$', value.Length);
        output.Append(value);
        output.Append("\r\n"u8);
    }

    /// <summary>A request as it came.</summary>
    public static void Request(ReplyBuffer output, in ArgumentView arguments)
    {
        Head(output, arguments.Count);
        for (int index = 0; index < arguments.Count; index++) Argument(output, arguments[index]);
    }

    /// <summary>A request of words.</summary>
    public static void Words(ReplyBuffer output, params ReadOnlySpan<string> words)
    {
        Head(output, words.Length);
        foreach (string word in words) Argument(output, System.Text.Encoding.UTF8.GetBytes(word));
    }

    /// <summary>A queue, from MULTI to EXEC.</summary>
    public static void Transaction(ReplyBuffer output, Transaction transaction)
    {
        output.Append("*1\r\n$5\r\nMULTI\r\n"u8);
        for (int index = 0; index < transaction.Count; index++) Request(output, transaction.ArgumentsOf(index));
        output.Append("*1\r\n$4\r\nEXEC\r\n"u8);
    }

    private static void Line(ReplyBuffer output, byte type, int number)
    {
        Span<byte> target = output.Reserve(Numbers.MaxInt64Bytes + 3);
        target[0] = type;
        int end = 1 + Numbers.FormatInt64(number, target[1..]);
        target[end] = (byte)'\r';
        target[end + 1] = (byte)'\n';
        output.Commit(end + 2);
    }
}
