using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;

namespace FastShard.Native.Sockets;

/// <summary>
/// One end of a connection as the kernel names it: an IPv4 or IPv6 address with a port, or nothing (unix sockets). A
/// value of 24 bytes, so that ten thousand connections keep their peer's name without ten thousand strings.
/// </summary>
public readonly struct SocketName
{
    private const ushort FamilyIPv4 = 2;
    private const ushort FamilyIPv6 = 10;

    private readonly AddressBytes _address;
    private readonly byte _addressLength;

    /// <summary>From the address bytes in network order: 4 of them or 16.</summary>
    public SocketName(ReadOnlySpan<byte> address, int port)
    {
        address.CopyTo(_address);
        _addressLength = (byte)address.Length;
        Port = (ushort)port;
    }

    /// <summary>Host order; 0 for unix sockets.</summary>
    public ushort Port { get; }

    /// <summary>False for unix sockets and for names that the kernel would not tell.</summary>
    public bool HasAddress => _addressLength != 0;

    /// <summary>127.0.0.0/8, ::1, or an IPv4 loopback address mapped into IPv6.</summary>
    public bool IsLoopback => HasAddress && IPAddress.IsLoopback(Address);

    private IPAddress Address => new(((ReadOnlySpan<byte>)_address)[.._addressLength]);

    /// <summary>"127.0.0.1:5555" or "[::1]:5555"; "?:0" where there is no address.</summary>
    public override string ToString() => _addressLength switch
    {
        0 => "?:0",
        4 => $"{Address}:{Port}",
        _ => $"[{Address}]:{Port}",
    };

    /// <summary>Reads a struct sockaddr of Linux; an unknown family gives the empty name.</summary>
    internal static SocketName FromNative(ReadOnlySpan<byte> native)
    {
        if (native.Length < 8) return default;

        ushort port = BinaryPrimitives.ReadUInt16BigEndian(native[2..]);
        return BitConverter.ToUInt16(native) switch
        {
            FamilyIPv4 => new SocketName(native.Slice(4, 4), port),
            FamilyIPv6 when native.Length >= 24 => new SocketName(native.Slice(8, 16), port),
            _ => default,
        };
    }

    /// <summary>Writes the struct sockaddr of Linux; 28 bytes are enough. Returns its length.</summary>
    internal int ToNative(Span<byte> native)
    {
        native.Clear();
        BitConverter.TryWriteBytes(native, NativeFamily);
        BinaryPrimitives.WriteUInt16BigEndian(native[2..], Port);
        bool isIPv4 = _addressLength == 4;
        ((ReadOnlySpan<byte>)_address)[.._addressLength].CopyTo(native[(isIPv4 ? 4 : 8)..]);
        return isIPv4 ? 16 : 28;
    }

    internal ushort NativeFamily => _addressLength == 4 ? FamilyIPv4 : FamilyIPv6;

    [InlineArray(16)]
    private struct AddressBytes
    {
        private byte _first;
    }
}
