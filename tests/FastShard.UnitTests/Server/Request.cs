using System.Text;
using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.UnitTests.Server;

/// <summary>Arguments as a command sees them.</summary>
internal sealed class Request : IDisposable
{
    private readonly ArgList _list = new();
    private readonly byte[] _bytes;

    public Request(params string[] arguments)
    {
        List<byte> bytes = [];
        foreach (string argument in arguments)
        {
            byte[] encoded = Encoding.Latin1.GetBytes(argument);
            _list.Add(bytes.Count, encoded.Length);
            bytes.AddRange(encoded);
        }
        _bytes = [.. bytes];
    }

    public ArgumentView View => new(_bytes, _list, 0, _list.Count);

    public void Dispose() => _list.Clear();
}
