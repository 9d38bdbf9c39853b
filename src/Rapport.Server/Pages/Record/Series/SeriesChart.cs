using System.Globalization;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Server.Pages.Record.Series;

/// <summary>
/// Dense measurements over a stretch of time: of one metric by one device, over all months of it that the reader may see. Wide stretches are made of the
/// roll-ups by hour, narrow ones of the measurements themselves.
/// </summary>
public sealed record SeriesChart
{
    /// <summary>The code system by which series name their metric.</summary>
    private const string MetricSystem = "urn:x-rapport:metric";

    /// <summary>Months that are looked at: more than anybody's devices have measured.</summary>
    private const int MostMonths = 600;

    /// <summary>Measurements of an hour that are drawn one by one.</summary>
    private const int MostPoints = 800;

    private static readonly long Epoch = DateTime.UnixEpoch.Ticks;

    /// <summary>Short name of the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>What measured it; empty when nobody said.</summary>
    public required string Device { get; init; }

    /// <summary>The unit as people write it.</summary>
    public required string Unit { get; init; }

    /// <summary>Whether values add up (steps) or have a mean (a pulse).</summary>
    public required bool IsTotal { get; init; }

    /// <summary>What is shown.</summary>
    public required SeriesSpan Span { get; init; }

    /// <summary>Where all of it begins and ends, by the clock on the wall.</summary>
    public required DateTime First { get; init; }

    /// <inheritdoc cref="First"/>
    public required DateTime Last { get; init; }

    /// <summary>The values in the stretch, in order; those without any measurement are left out.</summary>
    public required IReadOnlyList<SeriesValue> Values { get; init; }

    /// <summary>What a device that is connected measured last, while it is no part of an entry yet; null when nothing is.</summary>
    public SeriesValue? Latest { get; init; }

    /// <summary>Whether there were more measurements than are drawn.</summary>
    public bool IsCut { get; init; }

    /// <summary>Asks for all months of what this entry measures; null when it stands for no series.</summary>
    public static RecordQuery? Query(Resource entry) => MetricOf(entry) is { } metric && SearchQuery.Parse("Observation",
    [
        new("code", $"{MetricSystem}|{metric}"),
        new("_sort", "-date"),
        new("_count", MostMonths.ToString(CultureInfo.InvariantCulture)),
    ]).Query is { } query ? new RecordQuery.Search(query) : null;

    /// <summary>Reads the stretch out of the answer; null when nothing of it is there.</summary>
    /// <param name="asked">The entry it was asked about.</param>
    /// <param name="answer">What <see cref="Query"/> found.</param>
    /// <param name="span">Name of the stretch, see <see cref="SeriesSpan.Read"/>.</param>
    /// <param name="on">A moment in it.</param>
    /// <param name="waiting">Points that no entry has yet, of one's own devices by their names.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<SeriesChart?> ReadAsync(
        Resource asked, RecordAnswer answer, string? span, string? on, Func<string, string, Task<IReadOnlyList<SeriesPoint>>> waiting, CancellationToken cancel)
    {
        var device = DeviceOf(asked);
        List<(int Index, SeriesHead Head)> months = [];
        for (var i = 0; i < answer.MatchCount; i++)
        {
            if (answer.HasParts(i) && DeviceOf(answer.ReadResource(i)) == device)
            {
                months.Add((i, SeriesParts.ReadHead((await answer.ReadPartAsync(i, 0, cancel)).Plain.Span)));
            }
        }

        months.RemoveAll(month => month.Head.Hours.Count == 0);
        if (months.Count == 0)
        {
            return null;
        }

        List<SeriesValue> more = [.. (await waiting(MetricOf(asked)!, device)).Select(Alone)];
        var first = Wall(months.Min(month => month.Head.Hours[0].LocalHour));
        var last = Wall(months.Max(month => month.Head.Hours[^1].LocalHour)).AddHours(1).AddTicks(-1);
        if (more.Count > 0)
        {
            first = new DateTime(Math.Min(first.Ticks, HourOf(more[0].Start).Ticks), DateTimeKind.Unspecified);
            last = new DateTime(Math.Max(last.Ticks, HourOf(more[^1].Start).AddHours(1).AddTicks(-1).Ticks), DateTimeKind.Unspecified);
        }

        var chosen = SeriesSpan.Read(span, on, first, last);
        var values = chosen.Bucket < TimeSpan.FromHours(1)
            ? await ReadPointsAsync(answer, months, more, chosen, cancel)
            : RollUp(months.SelectMany(month => month.Head.Hours).Select(hour => new SeriesValue(Wall(hour.LocalHour), hour.Count, hour.Min, hour.Max, hour.Sum)).Concat(more), chosen);
        return new SeriesChart
        {
            Metric = MetricOf(asked)!,
            Device = device,
            Unit = UnitOf(asked),
            IsTotal = Statistics(asked).Any(component => component.Code == "sum"),
            Span = chosen,
            First = first,
            Last = last,
            Values = values.Count > MostPoints ? [.. values.Take(MostPoints)] : values,
            IsCut = values.Count > MostPoints,
            Latest = more.Count > 0 ? more[^1] : null,
        };
    }

    /// <summary>Short name of what an entry measures; null when it stands for no series.</summary>
    public static string? MetricOf(Resource entry)
    {
        if (entry.TypeName == "Observation" && entry.Root.TryGetChild("code", out var code))
        {
            foreach (var coding in code.Children)
            {
                if (coding.Name == "coding" && coding.TryGetChild("system", out var system) && system.ValueEquals("urn:x-rapport:metric"u8) && coding.TryGetChild("code", out var metric))
                {
                    return metric.GetString();
                }
            }
        }

        return null;
    }

    private static string DeviceOf(Resource entry) =>
        entry.Root.TryGetChild("device", out var device) && device.TryGetChild("display", out var display) ? display.GetString() ?? "" : "";

    private static string UnitOf(Resource entry) => Statistics(entry).FirstOrDefault(component => component.Code is "sum" or "minimum").Unit ?? "";

    private static IEnumerable<(string? Code, string? Unit)> Statistics(Resource entry)
    {
        foreach (var component in entry.Root.Children)
        {
            if (component.Name == "component" && component.TryGetChild("code", out var code) && code.TryGetChild("coding", out var coding)
                && coding.TryGetChild("code", out var statistic) && component.TryGetChild("value", out var value) && value.TryGetChild("unit", out var unit))
            {
                yield return (statistic.GetString(), unit.GetString());
            }
        }
    }

    private static async Task<IReadOnlyList<SeriesValue>> ReadPointsAsync(
        RecordAnswer answer, List<(int Index, SeriesHead Head)> months, List<SeriesValue> more, SeriesSpan span, CancellationToken cancel)
    {
        List<SeriesValue> points = [.. more];
        var hours = ((span.Start.Ticks - Epoch) / TimeSpan.TicksPerHour, (span.End.Ticks - Epoch) / TimeSpan.TicksPerHour);
        foreach (var (index, head) in months.Where(month => month.Head.Hours.Any(hour => hour.LocalHour >= hours.Item1 && hour.LocalHour < hours.Item2)))
        {
            for (var chunk = 0; chunk < head.Chunks.Count; chunk++)
            {
                // A clock on the wall is never further from UTC than this.
                var most = TimeSpan.FromHours(15).TotalMilliseconds;
                if (Milliseconds(span.Start) <= head.Chunks[chunk].End + most && Milliseconds(span.End) >= head.Chunks[chunk].Start - most)
                {
                    points.AddRange(SeriesParts.ReadPoints((await answer.ReadPartAsync(index, chunk + 1, cancel)).Plain.Span).Select(Alone));
                }
            }
        }

        return span.Bucket == TimeSpan.Zero
            ? [.. points.Where(point => point.Start >= span.Start && point.Start < span.End).OrderBy(point => point.Start)]
            : RollUp(points, span);
    }

    private static double Milliseconds(DateTime at) => (at.Ticks - Epoch) / (double)TimeSpan.TicksPerMillisecond;

    private static SeriesValue Alone(SeriesPoint point) => new(
        new DateTime(Epoch + ((point.Start + (point.OffsetMinutes * 60_000L)) * TimeSpan.TicksPerMillisecond), DateTimeKind.Unspecified), 1, point.Value, point.Value, point.Value);

    private static List<SeriesValue> RollUp(IEnumerable<SeriesValue> values, SeriesSpan span) =>
    [
        .. values.Where(value => value.Start >= span.Start && value.Start < span.End)
            .GroupBy(value => (value.Start - span.Start).Ticks / span.Bucket.Ticks)
            .OrderBy(bucket => bucket.Key)
            .Select(bucket => new SeriesValue(
                span.Start.AddTicks(bucket.Key * span.Bucket.Ticks), bucket.Sum(v => v.Count), bucket.Min(v => v.Min), bucket.Max(v => v.Max), bucket.Sum(v => v.Sum))),
    ];

    private static DateTime HourOf(DateTime at) => at.Date.AddHours(at.Hour);

    private static DateTime Wall(int localHour) => new(Epoch + (localHour * TimeSpan.TicksPerHour), DateTimeKind.Unspecified);
}

/// <summary>What the measurements of a piece of time say together, or one says alone.</summary>
/// <param name="Start">Where it begins, by the clock on the wall.</param>
/// <param name="Count">How many.</param>
/// <param name="Min">The least.</param>
/// <param name="Max">The greatest.</param>
/// <param name="Sum">All together.</param>
public sealed record SeriesValue(DateTime Start, int Count, double Min, double Max, double Sum)
{
    /// <summary>The mean.</summary>
    public double Mean => Sum / Count;
}
