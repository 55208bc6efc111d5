using FastShard.Engine.Keyspaces;
using FastShard.Engine.Notifications;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Configuration;

namespace FastShard.Server.PubSub;

/// <summary>
/// Tells which fields of a hash an event is about, on up to four kinds of channels: the key's, the event's, one for
/// each field, and one for the event on the key.
/// </summary>
internal sealed class FieldEvents(ShardPubSub home) : IDisposable
{
    private readonly ReplyBuffer _channel = new();
    private readonly ReplyBuffer _payload = new();

    /// <summary>The channels that are asked for.</summary>
    public KeyspaceEvents Kinds { get; set; }

    /// <summary>Publishes on all of them.</summary>
    public void Publish(int database, ReadOnlySpan<byte> key, KeyEvent change, ChangedFields fields)
    {
        ReadOnlySpan<byte> name = change.NameBytes;
        if (Has(KeyspaceEvents.Subkeyspace))
        {
            ReadOnlySpan<byte> payload = Join(_payload, name, (byte)'|', fields.Text);
            home.Publish(Channel("__subkeyspace@"u8, database, key), new Payload(payload));
        }
        if (Has(KeyspaceEvents.Subkeyevent))
            home.Publish(Channel("__subkeyevent@"u8, database, name), new Payload(KeyAndFields(key, fields)));
        // A reader could not tell where such a key ends.
        if (Has(KeyspaceEvents.SubkeyspaceItem) && !key.Contains((byte)'\n'))
        {
            for (int index = 0; index < fields.Count; index++)
            {
                ReadOnlySpan<byte> item = Join(_payload, key, (byte)'\n', fields[index]);
                home.Publish(Channel("__subkeyspaceitem@"u8, database, item), new Payload(name));
            }
        }
        if (Has(KeyspaceEvents.SubkeyspaceEvent))
        {
            ReadOnlySpan<byte> place = Join(_payload, name, (byte)'|', key);
            home.Publish(Channel("__subkeyspaceevent@"u8, database, place), new Payload(fields.Text));
        }
    }

    public void Dispose()
    {
        _channel.Dispose();
        _payload.Dispose();
    }

    private bool Has(KeyspaceEvents kind) => (Kinds & kind) != 0;

    private ReadOnlySpan<byte> Channel(ReadOnlySpan<byte> prefix, int database, ReadOnlySpan<byte> rest)
    {
        ReplyMark start = Begin(_channel);
        _channel.Append(prefix);
        AppendNumber(_channel, database);
        _channel.Append("__:"u8);
        _channel.Append(rest);
        return _channel.Since(start);
    }

    private ReadOnlySpan<byte> KeyAndFields(ReadOnlySpan<byte> key, ChangedFields fields)
    {
        ReplyMark start = Begin(_payload);
        AppendNumber(_payload, key.Length);
        _payload.Append(":"u8);
        _payload.Append(key);
        _payload.Append("|"u8);
        _payload.Append(fields.Text);
        return _payload.Since(start);
    }

    private static ReadOnlySpan<byte> Join(
        ReplyBuffer buffer, ReadOnlySpan<byte> left, byte between, ReadOnlySpan<byte> right)
    {
        ReplyMark start = Begin(buffer);
        buffer.Append(left);
        buffer.Append(new ReadOnlySpan<byte>(in between));
        buffer.Append(right);
        return buffer.Since(start);
    }

    private static ReplyMark Begin(ReplyBuffer buffer)
    {
        if (buffer.AllocatedBytes > Limits.PooledBufferBytes) buffer.Shrink();
        buffer.Clear();
        return buffer.Mark();
    }

    private static void AppendNumber(ReplyBuffer buffer, int number)
    {
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        buffer.Append(digits[..Numbers.FormatInt64(number, digits)]);
    }
}
