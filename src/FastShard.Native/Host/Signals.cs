using System.Runtime.InteropServices;

namespace FastShard.Native.Host;

/// <summary>
/// Turns the signals that ask a server to stop into a callback. The runtime delivers them on a thread of its own, so
/// the callback may only set a flag and wake the shards. SIGPIPE is ignored by the runtime, and our sends suppress it
/// too.
/// </summary>
public sealed class Signals : IDisposable
{
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
