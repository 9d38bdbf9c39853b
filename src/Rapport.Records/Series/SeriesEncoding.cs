using System.Buffers;

namespace Rapport.Records;

/// <summary>
/// A chunk of points as bytes, a column after the other, then Brotli over all: how long after the end of the one before each point began, how long it went
/// on, by how much its value differs (see <see cref="PackedColumn"/>), offsets as runs. Values that are decimal fractions of up to six digits are whole numbers
/// of the smallest of them; others keep all their bits, each XORed with the one before (after Gorilla, Pelkonen et al., VLDB 2015, in whole bytes instead of
/// bits, since an entropy coder follows).
/// </summary>
internal static class SeriesEncoding
{
    private const byte Format = 2;
    private const int Quality = 5;
    private const int PassingQuality = 1;
    private const int WindowBits = 18;

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
        writer.Byte((byte)digits);
        writer.Byte(step == 1 ? (byte)0 : (byte)1);
        var column = ArrayPool<long>.Shared.Rent(points.Length);
        try
        {
            WriteTimes(points, step, column.AsSpan(0, points.Length), writer);
            WriteValues(points, digits, column.AsSpan(0, points.Length), writer);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(column, clearArray: true);
        }

        WriteOffsets(points, writer);
        return PackedBytes.Compress(writer.Written, isPassing ? PassingQuality : Quality, WindowBits);
    }

    internal static SeriesPoint[] Decode(ReadOnlySpan<byte> part)
    {
        // At most a few numbers of ten bytes for each point.
        var reader = new ColumnReader(PackedBytes.Decompress(part, SeriesParts.ChunkLength * 64));
        if (reader.Byte() != Format)
        {
            throw new InvalidDataException("stored points have an unknown format");
        }

        var points = new SeriesPoint[reader.Count(SeriesParts.ChunkLength)];
        int digits = reader.Byte();
        var step = reader.Byte() == 0 ? 1 : 1000;
        var column = new long[points.Length];
        PackedColumn.Read(column, ref reader);
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = points[i] with { Duration = (int)(column[i] * step) };
        }

        PackedColumn.Read(column, ref reader);
        long end = 0;
        for (var i = 0; i < points.Length; i++)
        {
            var start = end + column[i];
            points[i] = points[i] with { Start = start * step };
            end = start + (points[i].Duration / step);
        }

        ReadValues(points, digits, column, ref reader);
        for (var i = 0; i < points.Length;)
        {
            var run = reader.Count(points.Length - i);
            var offset = (short)reader.Signed();
            for (var last = i + Math.Max(1, run); i < last; i++)
            {
                points[i] = points[i] with { OffsetMinutes = offset };
            }
        }

        return points;
    }

    /// <summary>How many digits the values have after the point, or <see cref="Decimals.None"/>.</summary>
    internal static int DigitsOf(ReadOnlySpan<SeriesPoint> points)
    {
        var digits = 0;
        foreach (ref readonly var point in points)
        {
            digits = Decimals.Extend(digits, point.Value);
        }

        return digits;
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

    private static void WriteTimes(ReadOnlySpan<SeriesPoint> points, int step, Span<long> column, ColumnWriter writer)
    {
        for (var i = 0; i < points.Length; i++)
        {
            column[i] = step == 1 ? points[i].Duration : points[i].Duration / 1000;
        }

        PackedColumn.Write(column, writer);
        long end = 0;
        for (var i = 0; i < points.Length; i++)
        {
            var start = step == 1 ? points[i].Start : points[i].Start / 1000;
            var duration = step == 1 ? points[i].Duration : points[i].Duration / 1000;
            column[i] = start - end;
            end = start + duration;
        }

        PackedColumn.Write(column, writer);
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

    private static void WriteValues(ReadOnlySpan<SeriesPoint> points, int digits, Span<long> column, ColumnWriter writer)
    {
        long before = 0;
        for (var i = 0; i < points.Length; i++)
        {
            var whole = Decimals.Whole(points[i].Value, digits);
            if (digits == Decimals.None)
            {
                writer.Unsigned(ulong.RotateLeft((ulong)(whole ^ before), 12));
            }
            else
            {
                column[i] = whole - before;
            }

            before = whole;
        }

        if (digits != Decimals.None)
        {
            PackedColumn.Write(column, writer);
        }
    }

    private static void ReadValues(SeriesPoint[] points, int digits, long[] column, ref ColumnReader reader)
    {
        if (digits != Decimals.None)
        {
            PackedColumn.Read(column, ref reader);
        }

        long before = 0;
        for (var i = 0; i < points.Length; i++)
        {
            before = digits == Decimals.None ? before ^ (long)ulong.RotateRight(reader.Unsigned(), 12) : before + column[i];
            points[i] = points[i] with { Value = Decimals.Number(before, digits) };
        }
    }
}
