using FastShard.Engine.Effects;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Native.Files;
using FastShard.Native.Interop;
using FastShard.Persistence.Commands;
using FastShard.Protocol;

namespace FastShard.Server.Journaling;

/// <summary>Writes all data as commands that make it: what a base file of the command form holds.</summary>
internal static class BaseFile
{
    private const int FlushBytes = 1024 * 1024;
    private const int EntriesAtATime = 64;

    /// <summary>
    /// Writes the data of this moment to a new file and forces it to disk; every shard is held. Null, or what went
    /// wrong.
    /// </summary>
    public static string? Write(string path, Dataset dataset, long nowMillis, bool notesTime)
    {
        AofFolder.TryDelete(path);
        using DataFile? file = DataFile.OpenEnd(path, out int error);
        if (file is null) return Errno.Text(error);
        using NativeBuffer bytes = new(FlushBytes);
        if (notesTime) new EffectStream().NoteTime(nowMillis / 1000, bytes);
        for (int database = 0; database < dataset.DatabaseCount && error == 0; database++)
        {
            bool isChosen = false;
            foreach (Keyspace keyspace in dataset.Keyspaces)
            {
                if (keyspace.Existing(database) is not { Table.Count: > 0 } home) continue;
                if (!isChosen) Select(bytes, database);
                isChosen = true;
                error = WriteAll(file, home, bytes, nowMillis);
                if (error != 0) break;
            }
        }
        if (error == 0) error = Flush(file, bytes);
        if (error == 0) error = file.SyncBytes();
        return error == 0 ? null : Errno.Text(error);
    }

    private static int WriteAll(DataFile file, Database home, NativeBuffer bytes, long nowMillis)
    {
        KeyTable table = home.Table;
        Span<Entry> entries = new Entry[EntriesAtATime];
        for (int slot = table.NextSlot(0); slot >= 0; slot = slot + 1 < KeySlot.Count ? table.NextSlot(slot + 1) : -1)
        {
            uint position = 0;
            do
            {
                int count = table.Scan(slot, ref position, entries);
                foreach (Entry entry in entries[..count])
                {
                    if (entry.HasExpiry && entry.ExpiryMillis <= nowMillis) continue;
                    Restore(bytes, home, entry);
                    if (bytes.Length < FlushBytes) continue;
                    int error = Flush(file, bytes);
                    if (error != 0) return error;
                }
            }
            while (position != 0);
        }
        return 0;
    }

    private static int Flush(DataFile file, NativeBuffer bytes)
    {
        int error = file.Write(bytes.Bytes, out _);
        bytes.Clear();
        return error;
    }

    private static void Restore(NativeBuffer bytes, Database home, in Entry entry)
    {
        using NativeBuffer payload = new(0);
        DumpPayload.Write(home, entry, payload);
        Begin(bytes, '*', 5);
        Add(bytes, "RESTORE"u8);
        Add(bytes, entry.Key);
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        Add(bytes, digits[..Numbers.FormatInt64(entry.HasExpiry ? entry.ExpiryMillis : 0, digits)]);
        Add(bytes, payload.Bytes);
        Add(bytes, "ABSTTL"u8);
    }

    private static void Select(NativeBuffer bytes, int database)
    {
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        Begin(bytes, '*', 2);
        Add(bytes, "SELECT"u8);
        Add(bytes, digits[..Numbers.FormatInt64(database, digits)]);
    }

    private static void Add(NativeBuffer bytes, ReadOnlySpan<byte> argument)
    {
        Begin(bytes, '$', argument.Length);
        bytes.EnsureFree(argument.Length + 2);
        argument.CopyTo(bytes.Free);
        "\r\n"u8.CopyTo(bytes.Free[argument.Length..]);
        bytes.Commit(argument.Length + 2);
    }

    private static void Begin(NativeBuffer bytes, char mark, int number)
    {
        bytes.EnsureFree(Numbers.MaxInt64Bytes + 3);
        Span<byte> free = bytes.Free;
        free[0] = (byte)mark;
        int length = 1 + Numbers.FormatInt64(number, free[1..]);
        "\r\n"u8.CopyTo(free[length..]);
        bytes.Commit(length + 2);
    }
}
