using System.Runtime.InteropServices;

namespace FastShard.Native.Interop;

/// <summary>The error numbers of Linux that somebody decides by, and the system's words for all of them.</summary>
public static class Errno
{
    public const int Interrupted = 4;
    public const int WouldBlock = 11;
    public const int OutOfMemory = 12;
    public const int TooManyFilesInSystem = 23;
    public const int TooManyFiles = 24;
    public const int BrokenPipe = 32;
    public const int ProtocolError = 71;
    public const int BadDescriptor = 9;
    public const int AddressInUse = 98;
    public const int ConnectionAborted = 103;
    public const int ConnectionReset = 104;
    public const int NoBuffers = 105;
    public const int ConnectionRefused = 111;
    public const int InProgress = 115;

    // The first use of the runtime's errno reader resolves its entry point, which may overwrite errno itself.
    static Errno() => _ = Marshal.GetLastSystemError();

    /// <summary>"Connection reset by peer" for 104, in the system's words.</summary>
    public static string Text(int error) => Marshal.GetPInvokeErrorMessage(error);

    /// <summary>errno right after a call that was imported without SetLastError, negated.</summary>
    internal static int Negated() => -Marshal.GetLastSystemError();

    /// <summary>errno of the last call that was imported with SetLastError, negated.</summary>
    internal static int NegatedLast() => -Marshal.GetLastPInvokeError();
}
