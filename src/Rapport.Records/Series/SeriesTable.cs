using System.Globalization;
using System.Text;

namespace Rapport.Records;

/// <summary>
/// Points of a series as a table that anybody can read: CSV with the columns <c>time</c> (RFC 3339 with the offset of the clock on the wall),
/// <c>seconds</c> (how long it went on, 0 for an instant) and <c>value</c>. Nothing is lost: what is read is what was written. Stateless.
/// </summary>
public static class SeriesTable
{
    /// <summary>
    /// The extension of an Observation by which points travel in FHIR R4, whose <c>SampledData</c> knows even distances only: an Attachment, the table
    /// packed with gzip.
    /// </summary>
    public const string ExtensionUrl = "urn:x-rapport:points";

    /// <summary>The type of the attachment.</summary>
    public const string PackedType = "application/gzip";

    private const int MostLine = 128;
    private const long Day = 86_400_000;

    /// <summary>Years 1 to 9999.</summary>
    private const long FirstMoment = -62_135_596_800_000, LastMoment = 253_402_300_799_999;

    private static ReadOnlySpan<byte> Heading => "time,seconds,value\n"u8;

    /// <summary>Writes the line with the names of the columns.</summary>
    public static void WriteHeading(Stream target) => target.Write(Heading);

    /// <summary>Writes a line for each point.</summary>
    public static void Write(ReadOnlySpan<SeriesPoint> points, Stream target)
    {
        Span<byte> line = stackalloc byte[MostLine];
        foreach (ref readonly var point in points)
        {
            target.Write(line[..Write(point, line)]);
        }
    }

    /// <summary>Reads a whole table, giving each point as it comes.</summary>
    /// <exception cref="InvalidDataException">It is no such table, or the stream says so.</exception>
    public static IEnumerable<SeriesPoint> Read(Stream source)
    {
        var buffer = new byte[64 * 1024];
        var (start, end) = (0, 0);
        var isFirst = true;
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length > MostLine)
            {
                throw TooLong();
            }

            if (length >= 0)
            {
                var line = buffer.AsMemory(start, length);
                start += length + 1;
                if (isFirst)
                {
                    RequireHeading(line.Span);
                    isFirst = false;
                }
                else
                {
                    yield return Parse(line.Span);
                }

                continue;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            var read = end > MostLine ? throw TooLong() : source.Read(buffer, end, buffer.Length - end);
            end += read;
            if (read == 0)
            {
                break;
            }
        }

        if (isFirst || end > 0)
        {
            throw new InvalidDataException("the points are cut off");
        }
    }

    private static InvalidDataException TooLong() => new("a line of the points is too long");

    private static int Write(in SeriesPoint point, Span<byte> line)
    {
        var length = WriteTime(point, line);
        line[length++] = (byte)',';
        Require(((decimal)point.Duration / 1000).TryFormat(line[length..], out var written, "0.###", CultureInfo.InvariantCulture));
        length += written;
        line[length++] = (byte)',';
        Require(point.Value.TryFormat(line[length..], out written, "R", CultureInfo.InvariantCulture));
        length += written;
        line[length++] = (byte)'\n';
        return length;
    }

    private static int WriteTime(in SeriesPoint point, Span<byte> line)
    {
        var wall = DateTimeOffset.FromUnixTimeMilliseconds(point.Start + (point.OffsetMinutes * 60_000L)).UtcDateTime;
        Require(wall.TryFormat(line, out var length, wall.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss" : "yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture));
        line[length++] = point.OffsetMinutes < 0 ? (byte)'-' : (byte)'+';
        var (hours, minutes) = Math.DivRem(Math.Abs((int)point.OffsetMinutes), 60);
        Require(hours.TryFormat(line[length..], out var written, "00", CultureInfo.InvariantCulture));
        length += written;
        line[length++] = (byte)':';
        Require(minutes.TryFormat(line[length..], out written, "00", CultureInfo.InvariantCulture));
        return length + written;
    }

    private static void Require(bool fits)
    {
        if (!fits)
        {
            throw new InvalidOperationException("a line of points is longer than it can be");
        }
    }

    private static void RequireHeading(ReadOnlySpan<byte> line)
    {
        if (!line.TrimEnd((byte)'\r').SequenceEqual(Heading[..^1]))
        {
            throw new InvalidDataException("the points do not begin with `time,seconds,value`");
        }
    }

    private static SeriesPoint Parse(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r');
        var first = line.IndexOf((byte)',');
        var second = first < 0 ? -1 : line[(first + 1)..].IndexOf((byte)',') + first + 1;
        if (second > first && first >= 0
            && TryParseTime(line[..first], out var start, out var offset)
            && TryParseDuration(line[(first + 1)..second], out var duration)
            && double.TryParse(line[(second + 1)..], NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value))
        {
            return new SeriesPoint(start, duration, value, offset);
        }

        throw new InvalidDataException($"`{Encoding.UTF8.GetString(line[..Math.Min(line.Length, 60)])}` is no point: there must be a time, seconds and a value");
    }

    private static bool TryParseDuration(ReadOnlySpan<byte> text, out int duration)
    {
        duration = 0;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || seconds * 1000 is not (>= 0 and <= int.MaxValue and var milliseconds)
            || milliseconds != decimal.Truncate(milliseconds))
        {
            return false;
        }

        duration = (int)milliseconds;
        return true;
    }

    private static bool TryParseTime(ReadOnlySpan<byte> text, out long start, out short offset)
    {
        (start, offset) = (0, 0);
        var zone = text.LastIndexOfAny((byte)'+', (byte)'-');
        if (zone < "yyyy-MM-ddTHH:mm:ss".Length
            || !TryParseOffset(text[zone..], out offset)
            || !DateTime.TryParseExact(Encoding.ASCII.GetString(text[..zone]), ["yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.fff"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var wall))
        {
            return false;
        }

        start = new DateTimeOffset(wall, TimeSpan.Zero).ToUnixTimeMilliseconds() - (offset * 60_000L);
        return start is >= FirstMoment + Day and <= LastMoment - Day;
    }

    private static bool TryParseOffset(ReadOnlySpan<byte> text, out short minutes)
    {
        minutes = 0;
        var colon = text.IndexOf((byte)':');
        if (colon is not (3 or 4) || text.Length != colon + 3
            || !int.TryParse(text[1..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var rest)
            || (hours * 60) + rest > short.MaxValue)
        {
            return false;
        }

        minutes = (short)((hours * 60) + rest);
        minutes = text[0] == '-' ? (short)-minutes : minutes;
        return true;
    }
}
