using System.Runtime.InteropServices;
using FastShard.Native.Diagnostics;
using FastShard.Native.Interop;

namespace FastShard.Native.Sockets;

/// <summary>
/// An epoll instance with the array that its events land in. Watching and forgetting descriptors may happen on any
/// thread, also while another one sleeps in <see cref="Wait"/>; the events belong to the waiting thread alone.
/// </summary>
public sealed unsafe class EpollSet : IDisposable
{
    public const uint Readable = 0x001;
    public const uint Writable = 0x004;
    public const uint Error = 0x008;
    public const uint HungUp = 0x010;
    public const uint PeerShutDown = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    private const int CloseOnExec = 0x80000;
    private const int AddOperation = 1;
    private const int DeleteOperation = 2;
    private const int ModifyOperation = 3;

    // struct epoll_event is packed on x86-64 (mask, then 8 bytes of data at 4) and naturally aligned elsewhere.
    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int EventBytes = IsPacked ? 12 : 16;
    private static readonly int TokenOffset = IsPacked ? 4 : 8;

    private readonly int _capacity;
    private readonly int _descriptor;
    private byte* _events;

    /// <param name="capacity">The most events that one wait brings; the rest comes with the next.</param>
    public EpollSet(int capacity)
    {
        _capacity = capacity;
        _descriptor = LibcSockets.EpollCreate(CloseOnExec);
        if (_descriptor < 0) throw new IOException($"epoll_create1: {Errno.Text(-Errno.NegatedLast())}");

        _events = (byte*)NativeMemory.AlignedAlloc((nuint)(capacity * EventBytes), 64);
    }

    /// <summary>The set's own descriptor: readable while something in the set is ready.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Watches a descriptor; its events carry <paramref name="token"/>. 0 or a negated error.</summary>
    public int Add(int descriptor, uint mask, ulong token) => Control(AddOperation, descriptor, mask, token);

    /// <summary>Changes what is watched. What is ready already is reported anew. 0 or a negated error.</summary>
    public int Modify(int descriptor, uint mask, ulong token) => Control(ModifyOperation, descriptor, mask, token);

    /// <summary>Stops watching; closing a descriptor does that too. 0 or a negated error.</summary>
    public int Remove(int descriptor) => Control(DeleteOperation, descriptor, 0, 0);

    /// <summary>
    /// Sleeps until something is ready; -1 waits for ever. Returns how many events; a signal gives 0.
    /// </summary>
    public int Wait(int timeoutMillis)
    {
        if (timeoutMillis == 0)
        {
            return Math.Max(0, DirectCalls.EpollPoll(_descriptor, _events, _capacity));
        }

        int count = DirectCalls.EpollWait(_descriptor, _events, _capacity, timeoutMillis);
        if (count >= 0) return count;

        // Anything but a signal means that the set itself is gone: going on would be a silent endless loop.
        Invariant.Check(Errno.NegatedLast() == -Errno.Interrupted);
        return 0;
    }

    /// <summary>What happened in event <paramref name="index"/> of the last wait: the bits of this class.</summary>
    public uint Mask(int index)
    {
        Invariant.Slow((uint)index < (uint)_capacity);
        return *(uint*)(_events + index * EventBytes);
    }

    /// <summary>Whose event it is: the token it was added with.</summary>
    public ulong Token(int index)
    {
        Invariant.Slow((uint)index < (uint)_capacity);
        return *(ulong*)(_events + index * EventBytes + TokenOffset);
    }

    public void Dispose()
    {
        if (_events is null) return;

        SocketCalls.Close(_descriptor);
        NativeMemory.AlignedFree(_events);
        _events = null;
    }

    private int Control(int operation, int descriptor, uint mask, ulong token)
    {
        byte* change = stackalloc byte[16];
        *(uint*)change = mask;
        *(ulong*)(change + TokenOffset) = token;
        return LibcSockets.EpollControl(_descriptor, operation, descriptor, change) == 0 ? 0 : Errno.NegatedLast();
    }
}
