using System.Text;

namespace FastShard.UnitTests.Logging;

/// <summary>A log file in memory: it outlives being closed.</summary>
internal sealed class KeptStream : MemoryStream
{
    public string Text => Encoding.UTF8.GetString(ToArray());

    public override void Close()
    {
    }
}
