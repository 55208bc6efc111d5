using FastShard.Native.Host;
using FastShard.Server.CommandLine;
using FastShard.Server.Configuration;
using FastShard.Server.Logging;
using FastShard.Server.Saving;

namespace FastShard.Server;

/// <summary>
/// The process: reads the configuration, runs the server until a signal or SHUTDOWN, and says why it ends.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        Signals.StopIgnoringInterrupts();
        if (arguments is ["rebalance", .. string[] wishes])
            return RebalanceConsole.Run(wishes, LaunchConsole.OfProcess());
        ConfigStore? config = Launch.Prepare(arguments, LaunchConsole.OfProcess(), out int exitCode);
        if (config is null) return exitCode;
        if (Log.Open(config.Options.LogFile) is { } logError)
        {
            Console.Error.WriteLine(logError);
            return 1;
        }
        try
        {
            return Serve(config);
        }
        finally
        {
            Log.Close();
        }
    }

    private static int Serve(ConfigStore config)
    {
        DescriptorLimit.Raise(config.Options.MaxClients + 64L);
        using var server = new FastShardServer(config);
        string? received = null;
        using var signals = new Signals(signal =>
        {
            Log.ShutdownRequested($"received {signal}");
            Volatile.Write(ref received, signal);
            server.RequestStop();
        });
        Log.ServerStarting(Launch.Version, server.Shards.Length);
        foreach (string warning in config.Warnings()) Log.Warning(warning);
        if (server.Listen() is { } error)
        {
            Log.Close();
            Console.Error.WriteLine(error);
            return 1;
        }
        // Before the first client is served: who sees an answer may look for the file.
        using PidFile? pidFile = PidFile.Write(config.Options.PidFile);
        if (server.Prepare() is { } journalError)
        {
            Log.Warning(journalError);
            Log.Close();
            Console.Error.WriteLine(journalError);
            return 1;
        }
        server.Start();
        if (server.Load() is { } loadError)
            return EndUnloaded(server, loadError, Volatile.Read(ref received) is not null);
        server.Cluster?.Start();
        foreach (string endpoint in server.Endpoints) Log.ReadyToAccept(endpoint);
        while (true)
        {
            server.WaitForStop();
            if (Interlocked.Exchange(ref received, null) is not { } signal) break;
            server.ForgetStop();
            if (server.Shutdown.Begin(signal, out ShutdownStep step)) return EndAtOnce(server);
            if (step == ShutdownStep.Granted) break;
        }
        server.Stop();
        Log.ShutdownComplete();
        return 0;
    }

    private static int EndAtOnce(FastShardServer server)
    {
        server.Stop();
        return 1;
    }

    // Nothing is written: what is wrong with the file may still be put right.
    private static int EndUnloaded(FastShardServer server, string error, bool wasAsked)
    {
        if (!wasAsked) Log.Warning(error);
        server.Stop();
        if (!wasAsked && server.Aof.IsToLoad)
        {
            Log.Close();
            Console.Error.WriteLine(error);
        }
        if (wasAsked) Log.ShutdownComplete();
        return wasAsked ? 0 : 1;
    }
}
