using FastShard.Server.Logging;

namespace FastShard.Server.Saving;

/// <summary>The last save before the end, and whether the end may come.</summary>
internal static class Shutdown
{
    /// <summary>
    /// Saves where that is asked for, or where save points are set; while every shard is held. False when that fails:
    /// the server goes on. After a true no command runs any more, so that nothing is changed behind the save.
    /// </summary>
    public static bool TryPrepare(FastShardServer server, bool saves, bool skipsSave, bool isForced)
    {
        if (server.Gates.IsEnding) return true;
        bool isWanted = saves || (!skipsSave && server.Options.Save.Length > 0);
        // What is loaded only in part must not take the place of the whole.
        if (isWanted && !server.Gates.IsLoading)
        {
            Log.Notice("Saving the final RDB snapshot before exiting.");
            if (server.Saver.SaveNow() is not null && !isForced)
            {
                Log.Warning("Error trying to save the DB, can't exit.");
                return false;
            }
            server.SavesAtEnd = true;
        }
        server.Saver.Cancel("because the server ends");
        server.Gates.SetEnding();
        return true;
    }

    /// <summary>A signal asks for the end; on a thread that holds no shard. False when it must not come.</summary>
    public static bool TryPrepare(FastShardServer server, string signal)
    {
        string[] how = signal == "SIGINT" ? server.Options.ShutdownOnSigint : server.Options.ShutdownOnSigterm;
        bool isGranted = false;
        server.WithAllHeld(() => isGranted = TryPrepare(
            server, how.Contains("save"), how.Contains("nosave"), how.Contains("force")));
        return isGranted;
    }

    /// <summary>
    /// Commands that were on their way to another shard may have run behind the save: then it is done again, by the
    /// last thread.
    /// </summary>
    public static void Finish(FastShardServer server)
    {
        if (server.SavesAtEnd && server.Saver.Changes > 0) server.Saver.SaveNow();
    }
}
