using System.Buffers.Binary;
using FastShard.Persistence.Rdb;

namespace FastShard.CommandTests.Persistence;

/// <summary>
/// Payloads of DUMP with something wrong in them and a right checksum, so that the readers of the types see them: bits
/// and bytes that flip, come or go, ends that are missing, lengths that promise too much, and pieces of other payloads.
/// </summary>
internal sealed class PayloadDamage(Random random, IReadOnlyList<byte[]> others)
{
    // Behind the body stands its version; most of the time that stays right, else nothing else is looked at.
    private const int VersionBytes = 2;

    /// <summary>Another body, of at least a type and a version, without its checksum.</summary>
    public byte[] Damage(byte[] body)
    {
        List<byte> bytes = [.. body];
        int hits = 1 + random.Next(3);
        for (int hit = 0; hit < hits && bytes.Count > VersionBytes + 1; hit++) Hit(bytes);
        return [.. bytes];
    }

    /// <summary>The payload of a body: with its checksum.</summary>
    public static byte[] Seal(byte[] body)
    {
        byte[] payload = new byte[body.Length + Crc64.Bytes];
        body.CopyTo(payload, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(body.Length), Crc64.Append(0, body));
        return payload;
    }

    private void Hit(List<byte> bytes)
    {
        int end = bytes.Count - VersionBytes;
        // The beginning has the types, counts and lengths: it is hit more often.
        int at = random.Next(random.Next(2) == 0 ? Math.Min(end, 24) : end);
        switch (random.Next(20))
        {
            case < 5: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case < 8: bytes[at] = (byte)random.Next(256); break;
            case < 10: bytes.RemoveAt(at); break;
            case < 12: bytes.Insert(at, (byte)random.Next(256)); break;
            case 12: bytes.RemoveRange(at, Math.Min(random.Next(8), end - at)); break;
            case 13: bytes.RemoveRange(at, end - at); break;
            case 14: bytes[at] = (byte)(random.Next(2) == 0 ? 0xFF : 0x00); break;
            case 15: bytes[^(1 + random.Next(VersionBytes))] = (byte)random.Next(14); break;
            case < 18: Inflate(bytes, at); break;
            default: Splice(bytes, at, end); break;
        }
    }

    /// <summary>One byte becomes a length of another form and size.</summary>
    private void Inflate(List<byte> bytes, int at)
    {
        long length = random.Next(6) switch
        {
            0 => bytes.Count,
            1 => ushort.MaxValue,
            2 => int.MaxValue,
            3 => uint.MaxValue,
            4 => long.MaxValue >> random.Next(32),
            _ => -1 - random.Next(8),
        };
        Span<byte> form = stackalloc byte[9];
        int taken = random.Next(4) switch
        {
            0 => Write(form, (byte)(length & 0x3F)),
            1 => Write(form, (byte)(0x40 | ((length >> 8) & 0x3F)), (byte)length),
            2 => Write(form, 0x80) + Write32(form[1..], (uint)length),
            _ => Write(form, 0x81) + Write64(form[1..], length),
        };
        bytes.RemoveAt(at);
        bytes.InsertRange(at, form[..taken].ToArray());
    }

    /// <summary>A piece of another payload, in place of a piece or in between.</summary>
    private void Splice(List<byte> bytes, int at, int end)
    {
        byte[] other = others[random.Next(others.Count)];
        int from = random.Next(other.Length - VersionBytes);
        int length = 1 + random.Next(Math.Min(other.Length - VersionBytes - from, 400));
        if (random.Next(2) == 0) bytes.RemoveRange(at, Math.Min(length, end - at));
        bytes.InsertRange(at, other.AsSpan(from, length).ToArray());
    }

    private static int Write(Span<byte> form, params ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(form);
        return bytes.Length;
    }

    private static int Write32(Span<byte> form, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(form, value);
        return sizeof(uint);
    }

    private static int Write64(Span<byte> form, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(form, value);
        return sizeof(long);
    }
}
