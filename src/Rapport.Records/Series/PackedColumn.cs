using System.Numerics;

namespace Rapport.Records;

/// <summary>
/// Whole numbers as bytes that an entropy coder makes small: each is its distance from one in the middle, in steps of what all distances share, in zigzag form.
/// What most distances need beyond a byte are noise: these low bits stand packed by themselves, so that a byte each is left; the few that are larger go on
/// elsewhere. Stateless.
/// </summary>
internal static class PackedColumn
{
    /// <summary>Says that a number goes on among the large ones.</summary>
    private const byte Large = byte.MaxValue;

    private const int MostSamples = 1024;
    private const int MostShift = 32;

    /// <summary>Of so many numbers one may be large.</summary>
    private const int FewOf = 16;

    internal static void Write(Span<long> numbers, ColumnWriter writer)
    {
        if (numbers.IsEmpty)
        {
            return;
        }

        var middle = Middle(numbers);
        var step = Step(numbers, middle);
        writer.Signed(middle);
        writer.Unsigned((ulong)step);
        Span<int> lengths = stackalloc int[65];
        foreach (ref var number in numbers)
        {
            var distance = step == 1 ? number - middle : (number - middle) / step;
            number = (distance << 1) ^ (distance >> 63);
            lengths[64 - BitOperations.LeadingZeroCount((ulong)number)]++;
        }

        var shift = ShiftOf(lengths, numbers.Length);
        writer.Byte((byte)shift);
        foreach (var number in numbers)
        {
            writer.Byte((byte)Math.Min((ulong)number >> shift, Large));
        }

        foreach (var number in numbers)
        {
            if ((ulong)number >> shift is >= Large and var large)
            {
                writer.Unsigned(large - Large);
            }
        }

        WriteLowBits(numbers, shift, writer);
    }

    internal static void Read(Span<long> numbers, ref ColumnReader reader)
    {
        if (numbers.IsEmpty)
        {
            return;
        }

        var middle = reader.Signed();
        var step = (long)reader.Unsigned();
        var shift = reader.Byte();
        if (shift > MostShift)
        {
            throw new InvalidDataException("stored numbers have an unknown format");
        }

        foreach (ref var number in numbers)
        {
            number = reader.Byte();
        }

        foreach (ref var number in numbers)
        {
            number = (long)((number == Large ? reader.Unsigned() + Large : (ulong)number) << shift);
        }

        ReadLowBits(numbers, shift, ref reader);
        foreach (ref var number in numbers)
        {
            number = middle + (((long)((ulong)number >> 1) ^ -(number & 1)) * step);
        }
    }

    /// <summary>One of the numbers, about as many of which are below as above.</summary>
    private static long Middle(ReadOnlySpan<long> numbers)
    {
        Span<long> samples = stackalloc long[Math.Min(numbers.Length, MostSamples)];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = numbers[(int)((long)i * numbers.Length / samples.Length)];
        }

        samples.Sort();
        return samples[samples.Length / 2];
    }

    /// <summary>What all distances from the middle can be divided by.</summary>
    private static long Step(ReadOnlySpan<long> numbers, long middle)
    {
        long step = 0;
        foreach (var number in numbers)
        {
            var distance = unchecked(number - middle);

            // So far apart that the distance is no longer one.
            var isTooFar = ((number ^ middle) & (number ^ distance)) < 0 || distance == long.MinValue;
            var (left, right) = (step, isTooFar ? 1 : Math.Abs(distance));
            while (right != 0)
            {
                (left, right) = (right, left % right);
            }

            step = left;
            if (step == 1)
            {
                break;
            }
        }

        return Math.Max(1, step);
    }

    private static int ShiftOf(ReadOnlySpan<int> lengths, int count)
    {
        var large = 0;
        for (var length = 64; length > 8; length--)
        {
            large += lengths[length];
            if (large > count / FewOf)
            {
                return Math.Min(length - 8, MostShift);
            }
        }

        return 0;
    }

    private static void WriteLowBits(ReadOnlySpan<long> numbers, int shift, ColumnWriter writer)
    {
        if (shift == 0)
        {
            return;
        }

        ulong waiting = 0;
        var bits = 0;
        foreach (var number in numbers)
        {
            waiting |= ((ulong)number & ((1UL << shift) - 1)) << bits;
            for (bits += shift; bits >= 8; bits -= 8)
            {
                writer.Byte((byte)waiting);
                waiting >>= 8;
            }
        }

        if (bits > 0)
        {
            writer.Byte((byte)waiting);
        }
    }

    private static void ReadLowBits(Span<long> numbers, int shift, ref ColumnReader reader)
    {
        if (shift == 0)
        {
            return;
        }

        ulong waiting = 0;
        var bits = 0;
        foreach (ref var number in numbers)
        {
            for (; bits < shift; bits += 8)
            {
                waiting |= (ulong)reader.Byte() << bits;
            }

            number |= (long)(waiting & ((1UL << shift) - 1));
            waiting >>= shift;
            bits -= shift;
        }
    }
}
