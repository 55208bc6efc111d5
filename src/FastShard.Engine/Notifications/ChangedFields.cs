using FastShard.Protocol;

namespace FastShard.Engine.Notifications;

/// <summary>
/// The fields that a hash's next event is about, noted while somebody is to be told of them, in the form in which they
/// are told: "3:foo,5:hello". Belongs to a shard's keyspace.
/// </summary>
public sealed class ChangedFields
{
    private const int SmallestRoom = 256;
    private const int KeptRoom = 64 * 1024;

    private readonly List<Range> _fields = [];
    private byte[] _text = [];
    private int _length;

    /// <summary>Without it nothing is noted.</summary>
    public bool IsWanted { get; set; }

    /// <summary>How many were noted.</summary>
    public int Count => _fields.Count;

    /// <summary>All of them, each behind its length.</summary>
    public ReadOnlySpan<byte> Text => _text.AsSpan(0, _length);

    /// <summary>The bytes of one.</summary>
    public ReadOnlySpan<byte> this[int index] => _text.AsSpan(_fields[index]);

    /// <summary>Notes a field of the change that is under way.</summary>
    public void Note(ReadOnlySpan<byte> field)
    {
        if (!IsWanted) return;
        MakeRoom(_length + field.Length + Numbers.MaxInt64Bytes + 2);
        if (_length > 0) _text[_length++] = (byte)',';
        _length += Numbers.FormatInt64(field.Length, _text.AsSpan(_length));
        _text[_length++] = (byte)':';
        field.CopyTo(_text.AsSpan(_length));
        _fields.Add(new Range(_length, _length + field.Length));
        _length += field.Length;
    }

    /// <summary>They were told.</summary>
    public void Clear()
    {
        _fields.Clear();
        _length = 0;
        if (_text.Length > KeptRoom) _text = [];
    }

    private void MakeRoom(int bytes)
    {
        if (bytes > _text.Length) Array.Resize(ref _text, Math.Max(Math.Max(bytes, 2 * _text.Length), SmallestRoom));
    }
}
