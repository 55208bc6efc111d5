using FastShard.Transport;

namespace FastShard.UnitTests.Transport;

/// <summary>
/// Sends back what comes, holds at most one buffer, and stops receiving while its peer does not read.
/// </summary>
internal sealed class Echo
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    public void Run(ByteChannel channel)
    {
        while (true)
        {
            while (_start < _end)
            {
                int sent = channel.Send(_buffer.AsSpan(_start, _end - _start));
                if (sent <= 0) return;
                _start += sent;
            }

            int received = channel.Receive(_buffer);
            if (received <= 0) return;
            (_start, _end) = (0, received);
        }
    }
}
