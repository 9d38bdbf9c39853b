namespace Rapport.Records;

/// <summary>
/// How the points of one entry's series are stored in the entry's parts: part 0 has the roll-ups by hour and says what is in the others; each other
/// part is a chunk of points in the order of time. A chart over years opens the first parts alone.
/// </summary>
public static class SeriesParts
{
    /// <summary>The most points of one chunk.</summary>
    public const int ChunkLength = 1 << 16;

    /// <summary>The parts for <paramref name="points"/>, which must be in order, differ from each other, and be finite.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Write(ReadOnlySpan<SeriesPoint> points)
    {
        List<ReadOnlyMemory<byte>> parts = [default];
        List<SeriesChunk> chunks = [];
        for (var start = 0; start < points.Length; start += ChunkLength)
        {
            var chunk = points[start..Math.Min(points.Length, start + ChunkLength)];
            chunks.Add(new SeriesChunk(chunk[0].Start, chunk[^1].Start, chunk.Length));
            parts.Add(SeriesEncoding.Encode(chunk));
        }

        parts[0] = SeriesHeadEncoding.Encode(chunks, RollUp(points));
        return parts;
    }

    /// <summary>Packs points for a short while, faster than <see cref="Write"/>, for <see cref="ReadPoints"/>; not for what is stored.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Pack(ReadOnlySpan<SeriesPoint> points)
    {
        List<ReadOnlyMemory<byte>> parts = [];
        for (var start = 0; start < points.Length; start += ChunkLength)
        {
            parts.Add(SeriesEncoding.Encode(points[start..Math.Min(points.Length, start + ChunkLength)], isPassing: true));
        }

        return parts;
    }

    /// <summary>What part 0 says.</summary>
    /// <exception cref="InvalidDataException">The bytes were not written by <see cref="Write"/>.</exception>
    public static SeriesHead ReadHead(ReadOnlySpan<byte> part) => SeriesHeadEncoding.Decode(part);

    /// <summary>The points of a part after the first.</summary>
    /// <exception cref="InvalidDataException">The bytes were not written by <see cref="Write"/>.</exception>
    public static SeriesPoint[] ReadPoints(ReadOnlySpan<byte> part) => SeriesEncoding.Decode(part);

    /// <summary>The points of all parts of a series.</summary>
    /// <exception cref="InvalidDataException">The bytes were not written by <see cref="Write"/>.</exception>
    public static SeriesPoint[] ReadAll(IReadOnlyList<ReadOnlyMemory<byte>> parts) => [.. parts.Skip(1).SelectMany(part => SeriesEncoding.Decode(part.Span))];

    private static List<SeriesHour> RollUp(ReadOnlySpan<SeriesPoint> points)
    {
        // Clocks are put back, so the hours on the wall need not come in order.
        Dictionary<int, SeriesHour> hours = [];
        foreach (var point in points)
        {
            ref var hour = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(hours, point.LocalHour, out var exists);
            var alone = new SeriesHour(point.LocalHour, 1, point.Value, point.Value, point.Value);
            hour = exists ? hour.And(alone) : alone;
        }

        var digits = SeriesEncoding.DigitsOf(points);
        return [.. hours.Values.Select(hour => hour with { Sum = Decimals.Rounded(hour.Sum, digits) }).OrderBy(hour => hour.LocalHour)];
    }
}

/// <summary>What a series has, without its points.</summary>
/// <param name="Chunks">What each part after the first holds.</param>
/// <param name="Hours">Roll-ups by the hour on the wall, in order; days and months are made of them.</param>
public sealed record SeriesHead(IReadOnlyList<SeriesChunk> Chunks, IReadOnlyList<SeriesHour> Hours)
{
    /// <summary>How many points there are.</summary>
    public long Count => Chunks.Sum(chunk => (long)chunk.Count);
}
