using System.Security.Cryptography;
using System.Text;
using FastShard.Memory;
using FastShard.Protocol;
using Xunit;

namespace FastShard.UnitTests.Protocol.Requests;

/// <summary>What a connection does with a reader: feeds pieces, takes blobs over, consumes, compacts.</summary>
internal sealed class RequestDriver : IDisposable
{
    private readonly NativeBuffer _buffer = new(16);
    private readonly Random? _chaos;
    private Blob _blob;
    private int _blobFilled;

    /// <param name="limits">The reader's limits.</param>
    /// <param name="chaos">Compacts and keeps batches at its whim; null: consumes after each piece.</param>
    public RequestDriver(RequestLimits? limits = null, Random? chaos = null)
    {
        Reader.Limits = limits ?? RequestLimits.Default;
        _chaos = chaos;
    }

    public RequestReader Reader { get; } = new();

    public ArgList Args { get; } = new();

    public List<string> Requests { get; } = [];

    public string? Error { get; private set; }

    public int BlobsSeen { get; private set; }

    /// <summary>Bytes that came and belong to no complete request.</summary>
    public int Rest => _buffer.End - Reader.Position;

    /// <summary>Reads input cut into pieces; the outcome is all requests, then the error if any, one a line.</summary>
    public static string Outcome(
        ReadOnlySpan<byte> input, Func<int> nextPiece, RequestLimits? limits = null, Random? chaos = null)
    {
        using var driver = new RequestDriver(limits, chaos);
        while (!input.IsEmpty)
        {
            int piece = Math.Clamp(nextPiece(), 1, input.Length);
            driver.Feed(input[..piece]);
            input = input[piece..];
        }
        return driver.Outcome();
    }

    public string Outcome() => string.Join('\n', Error is null ? Requests : [.. Requests, "!" + Error]);

    public void Feed(ReadOnlySpan<byte> piece)
    {
        if (!_blob.IsNull) piece = FillBlob(piece);
        if (Error is not null || (piece.IsEmpty && !_blob.IsNull)) return;
        _buffer.EnsureFree(piece.Length);
        piece.CopyTo(_buffer.Free);
        _buffer.Commit(piece.Length);
        while (Step())
        {
        }
    }

    public void Dispose()
    {
        Args.Clear();
        if (!_blob.IsNull) _blob.Release();
        _buffer.Dispose();
    }

    private bool Step()
    {
        switch (Reader.Read(_buffer.All, Args))
        {
            case ReadStatus.Complete:
                Record();
                if (_chaos is null || _chaos.Next(3) == 0) DropCompleted();
                return true;
            case ReadStatus.NeedMore:
                Assert.True(Reader.MissingBytes > 0);
                DropCompleted();
                return false;
            case ReadStatus.NeedBlob:
                BeginBlob();
                return false;
            default:
                Error = Encoding.Latin1.GetString(Reader.Error.Text);
                return false;
        }
    }

    private void Record()
    {
        Requests.Add(string.Join(' ', Enumerable.Range(Reader.RequestArgStart, Args.Count - Reader.RequestArgStart)
            .Select(i => Show(Args.Bytes(_buffer.All, i)))));
    }

    public static string Show(ReadOnlySpan<byte> bytes) => bytes.Length > 1000
        ? $"<{bytes.Length}:{Convert.ToHexString(SHA256.HashData(bytes))}>"
        : "[" + Encoding.Latin1.GetString(bytes) + "]";

    private void DropCompleted()
    {
        Reader.DropCompleted(Args);
        _buffer.Consume(Reader.RequestStart - _buffer.Start);
        if (_buffer.Length == 0)
            Reader.Begin(0);
        else if (_chaos is null || _chaos.Next(2) == 0)
            Reader.Shift(_buffer.Compact(), Args);
    }

    private void BeginBlob()
    {
        BlobsSeen++;
        ReadOnlySpan<byte> present = _buffer.All[Reader.Position..];
        _blob = Blob.Allocate(Reader.PendingBlobLength);
        present.CopyTo(_blob.Span);
        _blobFilled = present.Length;
        Assert.True(_blobFilled < _blob.Length);
        _buffer.Truncate(Reader.Position);
    }

    private ReadOnlySpan<byte> FillBlob(ReadOnlySpan<byte> piece)
    {
        int count = Math.Min(piece.Length, _blob.Length - _blobFilled);
        piece[..count].CopyTo(_blob.Span[_blobFilled..]);
        _blobFilled += count;
        if (_blobFilled == _blob.Length)
        {
            Reader.SupplyBlob(Args, _blob);
            _blob = default;
        }
        return piece[count..];
    }
}
