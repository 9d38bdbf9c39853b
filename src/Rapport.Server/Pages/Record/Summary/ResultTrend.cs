using Rapport.Server.Pages.Record.Charts;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Record.Summary;

/// <summary>The newest of one kind of result, and how it compares with those before and with the usual range.</summary>
public sealed record ResultTrend
{
    /// <summary>Values that a small picture shows.</summary>
    private const int MostPoints = 12;

    /// <summary>A smaller part of a change is none that matters.</summary>
    private const decimal Noticeable = 0.02m;

    public required SummaryLine Newest { get; init; }

    /// <summary>How it compares with the value before, in words; null when there is none.</summary>
    public string? Change { get; init; }

    /// <summary>Where it lies in the usual range, in words; null when no range is given.</summary>
    public string? Place { get; init; }

    /// <summary>Whether it lies outside the usual range, or was flagged.</summary>
    public bool IsOutside { get; init; }

    /// <summary>The corners of a line through the newest values; null for less than two.</summary>
    public string? Sparkline { get; init; }

    /// <summary>Where the line ends.</summary>
    public (string X, string Y) End { get; init; }

    /// <summary>Compares.</summary>
    /// <param name="newest">The newest.</param>
    /// <param name="measures">All of the kind, newest first.</param>
    public static ResultTrend Of(SummaryLine newest, IReadOnlyList<Measure> measures)
    {
        var now = measures[0].Values[0];

        // Only what is measured in the same unit can be compared.
        var values = measures.Select(measure => measure.Values.FirstOrDefault(value => value.Key == now.Key && value.Unit == now.Unit)).OfType<MeasuredValue>().Take(MostPoints).ToList();
        var outside = measures[0].Values.FirstOrDefault(value => value.Place is not (null or 0));
        var points = values.Count < 2 ? null : Points(values);
        return new ResultTrend
        {
            Newest = newest,
            Change = values.Count < 2 ? null : ChangeSince(measures.Skip(1).First(measure => measure.Values.Contains(values[1])), values[1], now),
            Place = PlaceOf(outside ?? now),
            IsOutside = outside is not null || newest.Line.Alarm is not null,
            Sparkline = points is null ? null : string.Join(' ', points.Select(point => $"{point.X},{point.Y}")),
            End = points is null ? default : points[^1],
        };
    }

    private static string ChangeSince(Measure earlier, MeasuredValue before, MeasuredValue now)
    {
        var change = now.Number - before.Number;
        return Math.Abs(change) <= Math.Abs(before.Number) * Noticeable ? RecordText.AboutTheSame
            : Say.Fill(change > 0 ? RecordText.UpFrom : RecordText.DownFrom, Measure.AreOnePressure(now.Key, earlier.Values[^1].Key) ? earlier.Said : before.Said);
    }

    private static string? PlaceOf(MeasuredValue value) => value.Place switch
    {
        null => null,
        0 => RecordText.InUsualRange,
        < 0 => Say.Fill(RecordText.BelowUsualRange, value.Range!.Said),
        _ => Say.Fill(RecordText.AboveUsualRange, value.Range!.Said),
    };

    /// <summary>Oldest to newest from left to right, in a frame of 96 by 28.</summary>
    private static List<(string X, string Y)> Points(List<MeasuredValue> newestFirst)
    {
        var low = newestFirst.Min(value => value.Number);
        var spread = newestFirst.Max(value => value.Number) - low;
        return
        [
            .. newestFirst.AsEnumerable().Reverse().Select((value, i) => (
                ChartScale.Written(4 + (88.0 * i / (newestFirst.Count - 1))),
                ChartScale.Written(spread == 0 ? 14 : 24 - (20.0 * (double)((value.Number - low) / spread))))),
        ];
    }
}
