using System.Runtime.InteropServices;
using FastShard.Native.Interop;

namespace FastShard.Native.Host;

/// <summary>
/// Turns the signals that ask a server to stop into a callback. The runtime delivers them on a thread of its own, so
/// the callback may only set a flag and wake the shards. SIGPIPE is ignored by the runtime, and our sends suppress it
/// too.
/// </summary>
public sealed class Signals : IDisposable
{
    private const int Interrupt = 2;
    private const int DefaultAction = 0;

    private readonly PosixSignalRegistration[] _registrations;

    /// <param name="onStop">Called with the signal's name, "SIGTERM" or "SIGINT", once for each that arrives.</param>
    public Signals(Action<string> onStop)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, "SIGTERM", onStop)),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, "SIGINT", onStop)),
        ];
    }

    /// <summary>
    /// To be called before anything else of the process: a shell starts what runs in the background with SIGINT
    /// ignored, and the runtime keeps it so from its first look on. A server ends at SIGINT wherever it was started.
    /// </summary>
    public static void StopIgnoringInterrupts()
    {
        if (OperatingSystem.IsLinux()) _ = Libc.SetSignal(Interrupt, DefaultAction);
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
    }

    private static void Stop(PosixSignalContext context, string name, Action<string> onStop)
    {
        // Without this the runtime would go on to end the process, and what is not saved would be lost.
        context.Cancel = true;
        onStop(name);
    }
}
