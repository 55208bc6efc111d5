using System.Text;

namespace FastShard.Server.Commands;

/// <summary>MEMORY DOCTOR: what is wrong with the memory, in words.</summary>
internal static class MemoryReport
{
    private const long WorthALook = 5 * 1024 * 1024;
    private const long ClientBytesMax = 200 * 1024;

    public static string Write(MemoryFigures figures, FastShardServer server)
    {
        if (figures.Used < WorthALook)
            return "This instance is empty or uses very little memory: there is nothing to diagnose yet.\n";
        StringBuilder report = new();
        if (figures.Peak > figures.Used * 1.5)
        {
            report.Append("- Peak: the instance once used more than 150% of what it uses now. Resident memory above ")
                .Append("used memory is expected for a while: emptied regions go back to the system step by step.\n");
        }
        if (figures.FragmentationRatio > 1.4 && figures.Mapped - figures.Allocated > WorthALook)
        {
            report.Append("- Fragmentation: the shards' heaps hold more than 140% of what is allocated in them. ")
                .Append("Compaction is at work; MEMORY PURGE makes it hurry.\n");
        }
        if (figures.Resident - figures.Mapped - figures.ManagedCommitted > figures.Used / 2)
        {
            report.Append("- Overhead: more than half as much as is used lies outside of the shards' heaps and the ")
                .Append("managed heap.\n");
        }
        long perClient = figures.Clients / Math.Max(1, server.Clients.Count);
        if (perClient > ClientBytesMax)
        {
            report.Append("- Clients: buffers take more than 200 KB a connection. Look for clients that do not read ")
                .Append("their replies (CLIENT LIST, field omem), or set client-output-buffer-limit.\n");
        }
        if (server.Options.MaxMemory > 0 && figures.Used > server.Options.MaxMemory * 0.95)
            report.Append("- Limit: more than 95% of maxmemory is used.\n");
        return report.Length == 0
            ? "No memory problem was found.\n"
            : "These were found:\n\n" + report;
    }
}
