using System.Runtime.InteropServices;
using FastShard.Memory;
using FastShard.Native.Sockets;
using Xunit;

namespace FastShard.UnitTests.Memory.Buffers;

/// <summary>Random work on two buffers beside a plain list of bytes each; what is sent must be the list.</summary>
public sealed class ReplyBufferModelTests
{
    private const int CopyLimit = ReplyBuffer.CopyLimit;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Behaves_like_a_list_of_bytes(int seed)
    {
        var random = new Random(seed);
        using var first = new Pair(random);
        using var second = new Pair(random);
        for (int step = 0; step < 4000; step++)
        {
            Pair pair = random.Next(2) == 0 ? first : second;
            Pair other = pair == first ? second : first;
            switch (random.Next(10))
            {
                case 0 or 1 or 2: pair.Append(random.Next(0, 300)); break;
                case 3: pair.AppendBlob(random.Next(1, 2 * CopyLimit)); break;
                case 4 or 5: pair.Send(random.Next(0, 3 * CopyLimit)); break;
                case 6: pair.Mark(); break;
                case 7: pair.Truncate(); break;
                case 8: pair.AppendRange(other); break;
                default: pair.InsertOrClear(); break;
            }
            pair.Check();
        }
        first.Drain();
        second.Drain();
    }

    private sealed class Pair(Random random) : IDisposable
    {
        private readonly ReplyBuffer _buffer = new();
        private readonly List<byte> _model = [];
        private readonly List<(ReplyMark Mark, long At)> _marks = [];
        private long _sent;

        private long Written => _sent + _model.Count;

        public void Append(int length)
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            _buffer.Append(bytes);
            _model.AddRange(bytes);
        }

        public void AppendBlob(int length)
        {
            Blob blob = Blob.Allocate(length + 10);
            random.NextBytes(blob.Span);
            _buffer.AppendBlob(blob, 5, length);
            _model.AddRange(blob.Span.Slice(5, length));
            blob.Release();
        }

        public void Send(int count)
        {
            count = (int)Math.Min(count, _buffer.Length);
            Verify(count);
            VerifyPieces(random.Next(1, 12));
            _buffer.Consume(count);
            _model.RemoveRange(0, count);
            _sent += count;
            _marks.RemoveAll(mark => mark.At < _sent);
        }

        private void VerifyPieces(int room)
        {
            SendPiece[] pieces = new SendPiece[room];
            int count = _buffer.Peek(pieces);
            Assert.Equal(_buffer.Length == 0, count == 0);
            int at = 0;
            foreach (SendPiece piece in pieces.AsSpan(0, count))
            {
                Assert.False(piece.Bytes.IsEmpty);
                Assert.True(piece.Bytes.SequenceEqual(CollectionsMarshal.AsSpan(_model).Slice(at, piece.Bytes.Length)));
                at += piece.Bytes.Length;
            }
            if (count < room) Assert.Equal(_buffer.Length, at);
        }

        public void Mark() => _marks.Add((_buffer.Mark(), Written));

        public void Truncate()
        {
            if (_marks.Count == 0) return;
            int chosen = random.Next(_marks.Count);
            (ReplyMark mark, long at) = _marks[chosen];
            _buffer.Truncate(mark);
            _model.RemoveRange((int)(at - _sent), (int)(Written - at));
            _marks.RemoveRange(chosen + 1, _marks.Count - chosen - 1);
        }

        public void AppendRange(Pair source)
        {
            if (source._marks.Count < 2 || _model.Count > 200_000) return;
            int from = random.Next(source._marks.Count);
            int to = random.Next(from, source._marks.Count);
            _buffer.AppendRange(source._buffer, source._marks[from].Mark, source._marks[to].Mark);
            int start = (int)(source._marks[from].At - source._sent);
            int length = (int)(source._marks[to].At - source._marks[from].At);
            _model.AddRange(source._model.GetRange(start, length));
        }

        public void InsertOrClear()
        {
            if (random.Next(10) == 0)
            {
                _buffer.Clear();
                _buffer.Shrink();
                _sent += _model.Count;
                _model.Clear();
                _marks.Clear();
            }
            else if (_marks.Count > 0)
            {
                int chosen = random.Next(_marks.Count);
                (ReplyMark mark, long at) = _marks[chosen];
                _buffer.Insert(mark, "inserted"u8);
                _model.InsertRange((int)(at - _sent), "inserted"u8.ToArray());
                _marks.RemoveRange(chosen + 1, _marks.Count - chosen - 1);
            }
        }

        public void Check() => Assert.Equal(_model.Count, _buffer.Length);

        public void Drain()
        {
            while (_model.Count > 0) Send(_buffer.Peek().Length);
            Assert.True(_buffer.Peek().IsEmpty);
        }

        public void Dispose() => _buffer.Dispose();

        private void Verify(int count)
        {
            ReadOnlySpan<byte> run = _buffer.Peek();
            Assert.True(_model.Count == 0 || run.Length > 0);
            for (int i = 0; i < Math.Min(count, run.Length); i++)
                if (run[i] != _model[i]) Assert.Fail($"Byte {_sent + i} differs.");
        }
    }
}
