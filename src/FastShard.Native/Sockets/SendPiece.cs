using System.Runtime.InteropServices;

namespace FastShard.Native.Sockets;

/// <summary>One of several runs of bytes that are sent with one system call; laid out as the kernel's iovec.</summary>
/// <remarks>
/// SAFETY: made from native memory only, never from a span of a movable object. OWNER: whoever made it keeps the bytes
/// where they are. LIVES: until that owner changes or frees them; it is for the one send that follows.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly unsafe struct SendPiece
{
    private readonly byte* _start;
    private readonly nuint _length;

    /// <summary>Length bytes from an address of native memory on.</summary>
    public SendPiece(byte* start, int length)
    {
        _start = start;
        _length = (nuint)length;
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => new(_start, (int)_length);
}
