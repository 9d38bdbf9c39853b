using System.IO.Compression;

namespace Rapport.Records;

/// <summary>
/// A chunk of points as bytes, a column after the other, then Brotli over all: times as differences of differences (after Gorilla, Pelkonen et al.,
/// VLDB 2015, in whole bytes instead of bits, since an entropy coder follows), durations and values as differences, offsets as runs. Values that are
/// decimal fractions of up to six digits are whole numbers of the smallest of them; others keep all their bits, each XORed with the one before.
/// </summary>
internal static class SeriesEncoding
{
    private const byte Format = 1;
    private const int MostDigits = 6;
    private const int Quality = 5;
    private const int PassingQuality = 1;
    private const int WindowBits = 18;

    private static readonly double[] PowersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

    /// <param name="points">The points, in order.</param>
    /// <param name="isPassing">Whether they are packed for a short while, so that speed is worth more than room.</param>
    internal static byte[] Encode(ReadOnlySpan<SeriesPoint> points, bool isPassing = false)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(points.Length, SeriesParts.ChunkLength, nameof(points));
        var digits = DigitsOf(points);
        var step = IsInSeconds(points) ? 1000 : 1;
        var writer = new ColumnWriter(points.Length * 4);
        writer.Byte(Format);
        writer.Unsigned((ulong)points.Length);
        writer.Byte((byte)(digits + 1));
        writer.Byte(step == 1 ? (byte)0 : (byte)1);
        WriteTimes(points, step, writer);
        WriteDurations(points, step, writer);
        WriteOffsets(points, writer);
        WriteValues(points, digits, writer);
        return Compress(writer.Written, isPassing ? PassingQuality : Quality);
    }

    internal static SeriesPoint[] Decode(ReadOnlySpan<byte> part)
    {
        var reader = new ColumnReader(Decompress(part));
        if (reader.Byte() != Format)
        {
            throw new InvalidDataException("stored points have an unknown format");
        }

        var points = new SeriesPoint[reader.Count(SeriesParts.ChunkLength)];
        var digits = reader.Byte() - 1;
        var step = reader.Byte() == 0 ? 1 : 1000;
        long time = 0, difference = 0;
        for (var i = 0; i < points.Length; i++)
        {
            difference += reader.Signed();
            time += difference;
            points[i] = points[i] with { Start = time * step };
        }

        long duration = 0;
        for (var i = 0; i < points.Length; i++)
        {
            duration += reader.Signed();
            points[i] = points[i] with { Duration = (int)(duration * step) };
        }

        for (var i = 0; i < points.Length;)
        {
            var run = reader.Count(points.Length - i);
            var offset = (short)reader.Signed();
            for (var end = i + Math.Max(1, run); i < end; i++)
            {
                points[i] = points[i] with { OffsetMinutes = offset };
            }
        }

        ReadValues(points, digits, ref reader);
        return points;
    }

    /// <summary>The fewest decimal digits that write every value exactly; -1 when more than <see cref="MostDigits"/> are needed.</summary>
    private static int DigitsOf(ReadOnlySpan<SeriesPoint> points)
    {
        var digits = 0;
        foreach (ref readonly var point in points)
        {
            while (!IsWhole(point.Value, digits))
            {
                if (++digits > MostDigits)
                {
                    return -1;
                }
            }
        }

        return digits;
    }

    private static bool IsWhole(double value, int digits)
    {
        var scaled = Math.Round(value * PowersOfTen[digits]);
        return Math.Abs(scaled) < 1L << 52 && BitConverter.DoubleToInt64Bits(scaled / PowersOfTen[digits]) == BitConverter.DoubleToInt64Bits(value);
    }

    private static bool IsInSeconds(ReadOnlySpan<SeriesPoint> points)
    {
        foreach (ref readonly var point in points)
        {
            if (point.Start % 1000 != 0 || point.Duration % 1000 != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteTimes(ReadOnlySpan<SeriesPoint> points, int step, ColumnWriter writer)
    {
        long before = 0, difference = 0;
        foreach (ref readonly var point in points)
        {
            var time = point.Start / step;
            writer.Signed(time - before - difference);
            difference = time - before;
            before = time;
        }
    }

    private static void WriteDurations(ReadOnlySpan<SeriesPoint> points, int step, ColumnWriter writer)
    {
        long before = 0;
        foreach (ref readonly var point in points)
        {
            var duration = point.Duration / step;
            writer.Signed(duration - before);
            before = duration;
        }
    }

    private static void WriteOffsets(ReadOnlySpan<SeriesPoint> points, ColumnWriter writer)
    {
        for (var i = 0; i < points.Length;)
        {
            var end = i + 1;
            while (end < points.Length && points[end].OffsetMinutes == points[i].OffsetMinutes)
            {
                end++;
            }

            writer.Unsigned((ulong)(end - i));
            writer.Signed(points[i].OffsetMinutes);
            i = end;
        }
    }

    private static void WriteValues(ReadOnlySpan<SeriesPoint> points, int digits, ColumnWriter writer)
    {
        long before = 0;
        foreach (ref readonly var point in points)
        {
            if (digits < 0)
            {
                var bits = BitConverter.DoubleToInt64Bits(point.Value);
                writer.Unsigned(ulong.RotateLeft((ulong)(bits ^ before), 12));
                before = bits;
            }
            else
            {
                var scaled = (long)Math.Round(point.Value * PowersOfTen[digits]);
                writer.Signed(scaled - before);
                before = scaled;
            }
        }
    }

    private static void ReadValues(SeriesPoint[] points, int digits, ref ColumnReader reader)
    {
        if (digits > MostDigits)
        {
            throw new InvalidDataException("stored points have an unknown format");
        }

        long before = 0;
        for (var i = 0; i < points.Length; i++)
        {
            if (digits < 0)
            {
                before ^= (long)ulong.RotateRight(reader.Unsigned(), 12);
                points[i] = points[i] with { Value = BitConverter.Int64BitsToDouble(before) };
            }
            else
            {
                before += reader.Signed();
                points[i] = points[i] with { Value = before / PowersOfTen[digits] };
            }
        }
    }

    private static byte[] Compress(ReadOnlySpan<byte> plain, int quality)
    {
        var target = new byte[4 + BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(target, plain.Length);
        return BrotliEncoder.TryCompress(plain, target.AsSpan(4), out var written, quality, WindowBits)
            ? target[..(4 + written)]
            : throw new InvalidOperationException("the compressor wanted more room than it said it would");
    }

    private static byte[] Decompress(ReadOnlySpan<byte> part)
    {
        // At most a format byte, three numbers of ten bytes for each point, and an offset run for each.
        const int most = SeriesParts.ChunkLength * 48;
        if (part.Length < 4 || System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(part) is not (>= 0 and <= most and var length))
        {
            throw new InvalidDataException("stored points are cut off");
        }

        var plain = new byte[length];
        return BrotliDecoder.TryDecompress(part[4..], plain, out var written) && written == length ? plain : throw new InvalidDataException("stored points do not unpack");
    }
}
