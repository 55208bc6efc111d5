using FastShard.Native.Host;
using FastShard.Server.CommandLine;
using FastShard.Server.Configuration;
using FastShard.Server.Logging;

namespace FastShard.Server;

/// <summary>
/// The process: reads the configuration, runs the server until a signal or SHUTDOWN, and says why it ends.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
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
        using var signals = new Signals(signal =>
        {
            Log.ShutdownRequested($"received {signal}");
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
        if (server.Load() is { } loadError)
        {
            Log.Warning(loadError);
            Log.Close();
            Console.Error.WriteLine(loadError);
            return 1;
        }
        server.Start();
        foreach (string endpoint in server.Endpoints) Log.ReadyToAccept(endpoint);
        server.WaitForStop();
        server.Stop();
        Log.ShutdownComplete();
        return 0;
    }
}
