using System.Text;
using FastShard.Memory;
using FastShard.Transport;

namespace FastShard.Server.Migration;

/// <summary>Asks a target, by a connection of its own, whether it has taken slots over; if not it never will.</summary>
internal sealed class ExportInquiry(SlotExport export, Courier courier) : CourierLink, IDisposable
{
    private const long PatienceMillis = 1000;

    private readonly NativeBuffer _request = new(0);
    private readonly byte[] _room = new byte[1024];
    private int _got;
    private bool _isOpen;
    private bool _isOver;
    private long _beganMillis;

    public override bool IsBusy => !_isOver;

    /// <summary>Asks.</summary>
    public void Begin(string host, int port)
    {
        if (export.Password is { Length: > 0 } password)
        {
            bool hasUser = export.User.Length > 0;
            KeyMove.WriteHead(_request, hasUser ? 3 : 2);
            KeyMove.WriteWord(_request, "AUTH"u8);
            if (hasUser) KeyMove.WriteWord(_request, Encoding.UTF8.GetBytes(export.User));
            KeyMove.WriteWord(_request, Encoding.UTF8.GetBytes(password));
        }
        export.WriteInquiry(_request);
        Channel = courier.Connect(host, port, this, out _);
        _isOver = Channel is null;
    }

    public override bool Tick(long nowMillis)
    {
        if (_beganMillis == 0) _beganMillis = nowMillis;
        if (nowMillis - _beganMillis > PatienceMillis) _isOver = true;
        if (!_isOver) return true;
        Dispose();
        return false;
    }

    public void Dispose()
    {
        Close();
        _request.Dispose();
    }

    protected override void Write(ByteChannel channel)
    {
        if (channel.FailureText is not null)
        {
            _isOver = true;
            return;
        }
        _isOpen = true;
        while (_request.Length > 0)
        {
            int sent = channel.Send(_request.Bytes);
            if (sent <= 0) return;
            _request.Consume(sent);
        }
    }

    protected override void Read(ByteChannel channel)
    {
        int count = _isOpen ? channel.Receive(_room.AsSpan(_got)) : ChannelResult.WouldBlock;
        if (count == ChannelResult.WouldBlock) return;
        if (count <= 0)
        {
            _isOver = true;
            return;
        }
        _got += count;
        ReadOnlySpan<byte> said = _room.AsSpan(0, _got);
        bool hasTaken = said.IndexOf("+TAKEN\r\n"u8) >= 0;
        if (!hasTaken && said.IndexOf("+GIVEN-UP\r\n"u8) < 0) return;
        _isOver = true;
        courier.Tell(worker => export.NoteAnswer(worker, hasTaken));
    }
}
