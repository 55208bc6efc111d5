using System.Text;
using FastShard.Protocol;
using Xunit;
using static FastShard.UnitTests.Protocol.Requests.RequestSamples;

namespace FastShard.UnitTests.Protocol.Requests;

/// <summary>
/// A million hostile, truncated and mutated inputs: cut at every byte, cut anywhere, compacted and batched, the outcome
/// is the one of the input read whole, and no read goes astray (the debug invariants and span bounds would tell).
/// </summary>
public sealed class RequestFuzzTests
{
    private const int Inputs = 1_000_000;

    private static readonly byte[][] Fragments =
    [
        .. new[]
        {
            "*1\r\n", "*2\r\n", "*3\r\n", "*12\r\n", "*0\r\n", "*-1\r\n", "*9\r\n", "*", "$", "\r\n", "\r", "\n", "\0",
            "$0\r\n\r\n", "$1\r\na\r\n", "$3\r\nSET\r\n", "$4\r\nPING\r\n", "$10\r\n0123456789\r\n", "$123\r\n",
            "$05\r\n", "\\x4",
            "$-1\r\n", "$2\r\n*1\r\n", "$99999999999\r\n", "PING\r\n", "a \"b\" 'c'\n", "\"\\x41\\n\" x\r\n",
            "'", "\"", "\\", " ", "12345678901234567890", "$16384\r\n", "*1\r\n$6\r\nab\r\ncd\r\n", "*1\r\n$1\r\nx\r\n",
        }.Select(Bytes),
    ];

    [Fact]
    public void Fragmentation_never_changes_the_outcome()
    {
        var random = new Random(20260101);
        var whole = new QuickReader();
        var pieces = new QuickReader();
        byte[] input = new byte[256];
        byte[] copy = new byte[256];
        byte[] bytewise = new byte[256]; // reading may change the bytes: each way has its own
        for (int i = 0; i < Inputs; i++)
        {
            int length = MakeInput(random, input);
            input.AsSpan(0, length).CopyTo(copy);
            input.AsSpan(0, length).CopyTo(bytewise);
            ulong expected = whole.Run(input.AsSpan(0, length), null);
            ulong got = pieces.Run(copy.AsSpan(0, length), random);
            if (expected != got) Fail(i, input.AsSpan(0, length));
            if (expected != pieces.Run(bytewise.AsSpan(0, length), null, step: 1)) Fail(i, input.AsSpan(0, length));
        }
    }

    [Fact]
    public void Connections_with_blobs_batches_and_compaction_come_to_the_same()
    {
        var random = new Random(7);
        for (int i = 0; i < 1500; i++)
        {
            byte[] input = MakeConversation(random);
            string expected = RequestDriver.Outcome(input, () => int.MaxValue);
            int scale = 1 << random.Next(1, 15);
            string got = RequestDriver.Outcome(input, () => random.Next(1, scale + 1), chaos: random);
            Assert.Equal(expected, got);
        }
    }

    private static byte[] MakeConversation(Random random)
    {
        var bytes = new List<byte>();
        for (int requests = random.Next(1, 8); requests > 0; requests--)
        {
            byte[][] args = new byte[random.Next(1, 6)][];
            for (int i = 0; i < args.Length; i++)
            {
                args[i] = new byte[random.Next(12) == 0 ? random.Next(16000, 40000) : random.Next(0, 40)];
                random.NextBytes(args[i]);
            }
            bytes.AddRange(Request(args));
            if (random.Next(6) == 0) bytes.AddRange(Fragments[random.Next(Fragments.Length)]);
        }
        if (random.Next(3) == 0) bytes.RemoveRange(bytes.Count - Math.Min(bytes.Count, 3), Math.Min(bytes.Count, 3));
        return [.. bytes];
    }

    private static int MakeInput(Random random, byte[] input)
    {
        int length = 0;
        for (int parts = random.Next(1, 9); parts > 0; parts--)
        {
            byte[] fragment = Fragments[random.Next(Fragments.Length)];
            if (length + fragment.Length > input.Length) break;
            fragment.CopyTo(input, length);
            length += fragment.Length;
        }
        for (int mutations = random.Next(4) - 1; mutations > 0; mutations--)
            input[random.Next(length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? random.Next(length) + 1 : length;
    }

    private static void Fail(int number, ReadOnlySpan<byte> input)
    {
        string text = Encoding.Latin1.GetString(input).Replace("\r", "\\r");
        Assert.Fail($"Input {number} reads otherwise in pieces: {text}");
    }

    /// <summary>Reads a buffer that fills by and by, and hashes what came out.</summary>
    private sealed class QuickReader
    {
        private readonly RequestReader _reader = new();
        private readonly ArgList _args = new();

        /// <summary>In pieces of any size, or of one; without both, whole.</summary>
        public ulong Run(Span<byte> input, Random? random, int step = int.MaxValue)
        {
            var hash = new HashCode();
            _reader.Begin(0);
            _args.Clear();
            bool isWaiting = false;
            int have = random is null ? Math.Min(input.Length, step) : 0;
            while (true)
            {
                if (random is not null && have < input.Length)
                    have += Math.Min(input.Length - have, random.Next(1, 1 << random.Next(1, 6)));
                else if (isWaiting) have++;
                ReadStatus status = _reader.Read(input[..have], _args);
                isWaiting = status == ReadStatus.NeedMore && have < input.Length;
                if (status == ReadStatus.Complete)
                {
                    hash.Add(_args.Count - _reader.RequestArgStart);
                    for (int i = _reader.RequestArgStart; i < _args.Count; i++)
                    {
                        hash.Add(_args[i].Length);
                        hash.AddBytes(_args.Bytes(input, i));
                    }
                    _args.Clear();
                    continue;
                }
                if (isWaiting) continue;
                hash.Add(status);
                if (status == ReadStatus.Broken) hash.Add(_reader.Error);
                hash.Add(_reader.Position);
                return (ulong)hash.ToHashCode();
            }
        }
    }
}
