using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.HyperLogLogs;

/// <summary>
/// PFSELFTEST: that dense registers keep what is written to them, and that the estimate stays within the error that
/// 16384 registers promise.
/// </summary>
internal static class HllSelfTest
{
    private const int Rounds = 20;
    private const int Elements = 1_000_000;

    // 1.04 / sqrt(16384), the standard error; four times that is practically never passed.
    private const double StandardError = 0.008125;
    private const double ErrorsAllowed = 4;

    public static void Run(ref CommandContext context)
    {
        byte[] value = ArrayPool<byte>.Shared.Rent(HllFormat.DenseBytes);
        string? fault = TryRegisters(value) ?? TryEstimates(value);
        ArrayPool<byte>.Shared.Return(value);
        if (fault is null) context.Reply.Ok();
        else context.Reply.Error(fault);
    }

    private static string? TryRegisters(byte[] rented)
    {
        Span<byte> value = rented.AsSpan(0, HllFormat.DenseBytes);
        Span<byte> expected = stackalloc byte[HllFormat.RegisterCount];
        Span<byte> registers = stackalloc byte[HllFormat.RegisterCount];
        ulong state = 1;
        for (int round = 0; round < Rounds; round++)
        {
            value.Clear();
            registers.Clear();
            for (int index = 0; index < expected.Length; index++)
            {
                expected[index] = (byte)SplitMix.Below(ref state, HllEstimate.CountsLength);
                HllDense.Raise(value, index, expected[index]);
            }
            HllDense.MergeInto(value, registers);
            int wrong = registers.CommonPrefixLength(expected);
            if (wrong < expected.Length)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"TESTFAILED Register {wrong} should be {expected[wrong]} but is {registers[wrong]}");
            }
        }
        return null;
    }

    private static string? TryEstimates(byte[] rented)
    {
        Span<byte> value = rented.AsSpan(0, HllFormat.DenseBytes);
        value.Clear();
        HllFormat.WriteHeader(value, HllFormat.Dense, 0);
        Span<byte> element = stackalloc byte[sizeof(long)];
        long checkpoint = 1;
        for (long count = 1; count <= Elements; count++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(element, count * 0x2545F491);
            HllDense.Raise(value, HllHash.Place(element, out int rank), rank);
            if (count != checkpoint) continue;
            checkpoint *= 10;
            _ = HllValue.TryCount(value, out long estimate);
            double errorMax = Math.Ceiling(StandardError * ErrorsAllowed * count);
            if (Math.Abs(estimate - count) > errorMax)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"TESTFAILED Too big error. card:{count} abserr:{Math.Abs(estimate - count)}");
            }
        }
        return null;
    }
}
