using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Effects;

/// <summary>
/// Joins journals into one stream of requests, as append-only files and replicas read it: the database is chosen where
/// it changes, and effects that belong together stand between MULTI and EXEC.
/// </summary>
public sealed class EffectStream
{
    private int _database = -1;
    private long _notedSeconds;
    private bool _isToOpen; // a block has begun, and nothing of it was written yet
    private bool _isOpen;

    /// <summary>Effects that are for replicas alone are left out.</summary>
    public bool IsForFiles { get; init; }

    /// <summary>The database of the last effect; 0 where none was appended.</summary>
    public int Database => Math.Max(_database, 0);

    /// <summary>The stream begins anew (another file): whoever reads it knows of no database yet.</summary>
    public void Restart() => _database = -1;

    /// <summary>Appends a journal's effects to <paramref name="target"/>.</summary>
    public void Append(ReadOnlySpan<byte> effects, NativeBuffer target)
    {
        while (!effects.IsEmpty)
        {
            EffectHeader header = EffectHeader.Read(effects);
            effects = effects[EffectHeader.Bytes..];
            _isToOpen |= (header.Flags & EffectFlags.OpensBlock) != 0;
            if (!IsForFiles || (header.Flags & EffectFlags.ForReplicas) == 0)
                Append(header.Database, effects[..header.Length], target);
            if ((header.Flags & EffectFlags.ClosesBlock) != 0) Close(target);
            effects = effects[header.Length..];
        }
    }

    /// <summary>
    /// Notes the time (seconds since 1970) of what follows, once a second; a clock that is set back is not followed.
    /// </summary>
    public void NoteTime(long seconds, NativeBuffer target)
    {
        if (seconds <= _notedSeconds) return;
        _notedSeconds = seconds;
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        Add("#TS:"u8, target);
        Add(digits[..Numbers.FormatInt64(seconds, digits)], target);
        Add("\r\n"u8, target);
    }

    private void Append(int database, ReadOnlySpan<byte> effect, NativeBuffer target)
    {
        if (database != _database) Select(database, target);
        if (_isToOpen)
        {
            Add("*1\r\n$5\r\nMULTI\r\n"u8, target);
            _isOpen = true;
            _isToOpen = false;
        }
        Add(effect, target);
    }

    private void Close(NativeBuffer target)
    {
        if (_isOpen) Add("*1\r\n$4\r\nEXEC\r\n"u8, target);
        _isOpen = _isToOpen = false;
    }

    private void Select(int database, NativeBuffer target)
    {
        _database = database;
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        int length = Numbers.FormatInt64(database, digits);
        Span<byte> digitsOfLength = stackalloc byte[Numbers.MaxInt64Bytes];
        Add("*2\r\n$6\r\nSELECT\r\n$"u8, target);
        Add(digitsOfLength[..Numbers.FormatInt64(length, digitsOfLength)], target);
        Add("\r\n"u8, target);
        Add(digits[..length], target);
        Add("\r\n"u8, target);
    }

    private static void Add(ReadOnlySpan<byte> bytes, NativeBuffer target)
    {
        target.EnsureFree(bytes.Length);
        bytes.CopyTo(target.Free);
        target.Commit(bytes.Length);
    }
}
