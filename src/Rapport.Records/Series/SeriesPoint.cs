namespace Rapport.Records;

/// <summary>One measurement of a series.</summary>
/// <param name="Start">When it began, in milliseconds since 1970 in UTC.</param>
/// <param name="Duration">How long it went on, in milliseconds; 0 for an instant.</param>
/// <param name="Value">The number, finite, in the unit of the series.</param>
/// <param name="OffsetMinutes">How far the clock on the wall was ahead of UTC there and then.</param>
public readonly record struct SeriesPoint(long Start, int Duration, double Value, short OffsetMinutes) : IComparable<SeriesPoint>
{
    /// <summary>The hour on the wall in which it began, counted from 1970.</summary>
    public int LocalHour => (int)Math.DivRem(Start + (OffsetMinutes * 60_000L), 3_600_000L, out var rest) - (rest < 0 ? 1 : 0);

    /// <summary>By time, then by what it says: the same points are in the same order wherever they came from.</summary>
    public int CompareTo(SeriesPoint other) =>
        Start != other.Start ? Start.CompareTo(other.Start)
        : Duration != other.Duration ? Duration.CompareTo(other.Duration)
        : Value.CompareTo(other.Value);
}

/// <summary>What the points of one hour on the wall say together.</summary>
/// <param name="LocalHour">The hour, counted from 1970.</param>
/// <param name="Count">How many points.</param>
/// <param name="Min">The least value.</param>
/// <param name="Max">The greatest value.</param>
/// <param name="Sum">All values together: with <paramref name="Count"/> the mean.</param>
public readonly record struct SeriesHour(int LocalHour, int Count, double Min, double Max, double Sum)
{
    /// <summary>Both hours, or parts of one, together.</summary>
    public SeriesHour And(in SeriesHour other) => new(LocalHour, Count + other.Count, Math.Min(Min, other.Min), Math.Max(Max, other.Max), Sum + other.Sum);
}

/// <summary>A stretch of a series' points that is stored together.</summary>
/// <param name="Start">When its first point began, in milliseconds since 1970.</param>
/// <param name="End">When its last point began.</param>
/// <param name="Count">How many points it has.</param>
public readonly record struct SeriesChunk(long Start, long End, int Count);
