using System.Globalization;

namespace Rapport.Server.Pages.Record.Series;

/// <summary>A stretch of time that a picture of a series shows, and how finely. Times are those of the clock on the wall, without a zone.</summary>
/// <param name="Name">As it stands in the address: <c>hour</c>, <c>day</c>, <c>week</c>, <c>month</c>, <c>year</c>, <c>all</c>.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends, exclusive.</param>
/// <param name="Bucket">What is put together into one value; zero for each measurement by itself.</param>
public sealed record SeriesSpan(string Name, DateTime Start, DateTime End, TimeSpan Bucket)
{
    /// <summary>The most values of one picture.</summary>
    private const int MostBuckets = 130;

    /// <summary>From the narrowest to the widest.</summary>
    public static IReadOnlyList<string> Names { get; } = ["hour", "day", "week", "month", "year", "all"];

    private static readonly TimeSpan[] Buckets =
        [TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.FromDays(28), TimeSpan.FromDays(182)];

    /// <summary>The stretch that an address asks for.</summary>
    /// <param name="name">One of <see cref="Names"/>; anything else is a year.</param>
    /// <param name="on">A moment in it, <c>2026-03-01T10</c>; else its end is that of the series.</param>
    /// <param name="first">Where the series begins.</param>
    /// <param name="last">Where it ends.</param>
    public static SeriesSpan Read(string? name, string? on, DateTime first, DateTime last)
    {
        var at = DateTime.TryParseExact(on, ["yyyy-MM-ddTHH", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var asked)
            ? new DateTime(Math.Clamp(asked.Ticks, first.Date.Ticks, last.Ticks), DateTimeKind.Unspecified)
            : last;
        return name switch
        {
            "hour" => new("hour", Hour(at), Hour(at).AddHours(1), TimeSpan.Zero),
            "day" => new("day", at.Date, at.Date.AddDays(1), TimeSpan.FromMinutes(15)),
            "week" => new("week", Monday(at), Monday(at).AddDays(7), TimeSpan.FromHours(2)),
            "month" => new("month", FirstOfMonth(at), FirstOfMonth(at).AddMonths(1), TimeSpan.FromHours(6)),
            "all" => All(first, last),
            _ => new("year", FirstOfMonth(at).AddMonths(-11), FirstOfMonth(at).AddMonths(1), TimeSpan.FromDays(7)),
        };
    }

    /// <summary>The stretch before it; null before the series begins.</summary>
    public string? Before(DateTime first) => Name == "all" || Start <= first ? null : Written(Start.AddHours(-1));

    /// <summary>The stretch after it; null after the series ends.</summary>
    public string? After(DateTime last) => Name == "all" || End > last ? null : Name == "year" ? Written(End.AddMonths(11)) : Written(End);

    /// <summary>The next narrower stretch, for looking closer; null when it is the narrowest.</summary>
    public string? Narrower => Names[Math.Max(0, Names.ToList().IndexOf(Name) - 1)] is var name && name != Name ? name : null;

    /// <summary>A moment as addresses have it.</summary>
    public static string Written(DateTime at) => at.ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture);

    private static SeriesSpan All(DateTime first, DateTime last)
    {
        var (start, end) = (first.Date, last.Date.AddDays(1));
        return new("all", start, end, Array.Find(Buckets, bucket => (end - start) / bucket <= MostBuckets) is { Ticks: > 0 } bucket ? bucket : Buckets[^1]);
    }

    private static DateTime Hour(DateTime at) => at.Date.AddHours(at.Hour);

    private static DateTime Monday(DateTime at) => at.Date.AddDays(-(((int)at.DayOfWeek + 6) % 7));

    private static DateTime FirstOfMonth(DateTime at) => new(at.Year, at.Month, 1, 0, 0, 0, DateTimeKind.Unspecified);
}
