using System.Globalization;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Native.Diagnostics;
using FastShard.Protocol;
using FastShard.Server.Execution;
using FastShard.Server.Logging;
using FastShard.Server.Threads;

namespace FastShard.Server.Commands;

/// <summary>DEBUG subcommands about the process.</summary>
internal static class DebugServer
{
    private const double SecondsMax = 3600;

    public static void Sleep(ref CommandContext context)
    {
        if (!Numbers.TryParseDouble(context.Arg(2), out double seconds) || seconds < 0 || seconds > SecondsMax)
        {
            context.Reply.Error(Errors.NotAFloat);
            return;
        }
#pragma warning disable RS0030 // To stand still is what was asked for.
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
#pragma warning restore RS0030
        context.Reply.Ok();
    }

    public static void Reload(ref CommandContext context)
    {
        bool saves = true;
        bool flushes = true;
        bool merges = false;
        for (int index = 2; index < context.ArgCount; index++)
        {
            if (context.ArgIs(index, "NOSAVE"u8)) saves = false;
            else if (context.ArgIs(index, "NOFLUSH"u8)) flushes = false;
            else if (context.ArgIs(index, "MERGE"u8)) merges = true;
            else
            {
                context.Reply.Error("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options."u8);
                return;
            }
        }
        FastShardServer server = context.Server();
        if (saves && server.Saver.SaveNow() is not null)
        {
            context.Reply.Error("ERR"u8);
            return;
        }
        server.Saver.Cancel("because of DEBUG RELOAD");
        if (flushes) server.Dataset.FlushAll();
        if (server.Loader.LoadHeld(merges) is { } error)
        {
            Log.Warning(error);
            context.Reply.Error("ERR Error trying to load the RDB dump, check server logs."u8);
            return;
        }
        server.Saver.NoteLoaded();
        Log.Warning("DB reloaded by DEBUG RELOAD");
        context.Reply.Ok();
    }

    public static void PauseClock(ref CommandContext context)
    {
        if (!context.TryGetInteger(2, out long value)) return;
        context.Server().IsClockPaused = value != 0;
        context.Reply.Ok();
    }

    public static void SetActiveExpire(ref CommandContext context)
    {
        if (!context.TryGetInteger(2, out long value)) return;
        context.Server().ActiveExpireEnabled = value != 0;
        context.Reply.Ok();
    }

    public static void DelayAppendOnlyFile(ref CommandContext context)
    {
        if (!context.TryGetInteger(2, out long micros)) return;
        context.Server().Aof.DelayWrites((int)Math.Clamp(micros, 0, SecondsMax * 1_000_000));
        context.Reply.Ok();
    }

    public static void LoadAppendOnlyFile(ref CommandContext context)
    {
        if (context.Server().Aof.Reload() is { } error)
        {
            Log.Warning(error);
            context.Reply.Error("ERR Error trying to load the AOF files, check server logs"u8);
            return;
        }
        Log.Notice("Append Only File loaded by DEBUG LOADAOF");
        context.Reply.Ok();
    }

    public static void SetThreads(ref CommandContext context)
    {
        if (!context.TryGetInteger(2, out long value)) return;
        ShardCrew? crew = context.Server().Crew;
        if (value < 1 || crew is null || value > crew.Workers.Length || !context.Server().Shards[0].Reactor.CanNest)
        {
            context.Reply.Error("ERR the shards cannot run on so many threads"u8);
            return;
        }
        crew.IsElastic = false;
        crew.Arrange((int)value);
        context.Reply.Ok();
    }

    public static void WriteLog(ref CommandContext context)
    {
        Log.Warning($"DEBUG LOG: {context.Text(2)}");
        context.Reply.Ok();
    }

    public static void Panic(ref CommandContext context)
    {
        bool wasAsked = context.ArgCount > 0;
        Invariant.Check(!wasAsked);
        context.Reply.Ok();
    }

    public static void StructureSizes(ref CommandContext context)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"bits:{IntPtr.Size * 8} blobthreshold:{Blob.Threshold} slots:{KeySlot.Count} shards:" +
            $"{context.Server().Shards.Length} batch:{Batch.Limit}");
        context.Reply.Status(text);
    }
}
