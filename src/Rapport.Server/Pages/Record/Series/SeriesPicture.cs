using System.Globalization;
using Rapport.Server.Pages.Record.Charts;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Record.Series;

/// <summary>A series drawn in a frame of 400 by 220: a band from least to greatest with the mean in it, or bars where values add up.</summary>
public sealed record SeriesPicture
{
    private const double Left = ChartPicture.Left, Right = ChartPicture.Right, Top = ChartPicture.Top, Bottom = ChartPicture.Bottom;

    /// <summary>Corners of the bands; a gap in the measurements is a gap in the picture.</summary>
    public required IReadOnlyList<string> Bands { get; init; }

    /// <summary>Corners of the lines of the mean.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>Single values that are no line.</summary>
    public required IReadOnlyList<(string X, string Y)> Dots { get; init; }

    /// <summary>Bars of totals.</summary>
    public required IReadOnlyList<(string X, string Y, string Width, string Height)> Bars { get; init; }

    /// <summary>Heights that the axis names.</summary>
    public required IReadOnlyList<(string Y, string Said)> Heights { get; init; }

    /// <summary>Moments that the axis names.</summary>
    public required IReadOnlyList<(string X, string Said)> Moments { get; init; }

    internal static SeriesPicture Of(SeriesChart chart)
    {
        var values = chart.Values;
        var numbers = chart.IsTotal ? ChartScale.Numbers(0, (decimal)values.Max(v => v.Sum)) : ChartScale.Numbers((decimal)values.Min(v => v.Min), (decimal)values.Max(v => v.Max));
        var span = chart.Span;
        var bucket = span.Bucket == TimeSpan.Zero ? TimeSpan.Zero : span.Bucket;
        var runs = chart.IsTotal ? [] : Runs(values, span);
        return new SeriesPicture
        {
            Bands = [.. runs.Where(run => run.Count > 1 && bucket > TimeSpan.Zero).Select(run => string.Join(' ', run.Select(v => $"{X(v)},{Y(v.Max)}").Concat(run.AsEnumerable().Reverse().Select(v => $"{X(v)},{Y(v.Min)}"))))],
            Lines = [.. runs.Where(run => run.Count > 1).Select(run => string.Join(' ', run.Select(v => $"{X(v)},{Y(v.Mean)}")))],
            Dots = [.. runs.Where(run => run.Count == 1).Select(run => (X(run[0]), Y(run[0].Mean)))],
            Bars = chart.IsTotal ? [.. values.Select(Bar)] : [],
            Heights = [.. numbers.Select(number => (Y((double)number), ValueReader.Number(number.ToString("0.####", CultureInfo.InvariantCulture))))],
            Moments = [.. MomentsOf(span).Select(moment => (At(moment.At), moment.Said))],
        };

        string X(SeriesValue value) => At(value.Start + (bucket / 2));

        string At(DateTime at) => ChartScale.Written(Left + ((Right - Left) * ((at - span.Start) / (span.End - span.Start))));

        string Y(double value) => ChartScale.Written(Height(value));

        double Height(double value) => Bottom - ((Bottom - Top) * ((value - (double)numbers[0]) / (double)(numbers[^1] - numbers[0])));

        (string, string, string, string) Bar(SeriesValue value)
        {
            var width = bucket == TimeSpan.Zero ? 1.5 : (Right - Left) * (bucket / (span.End - span.Start));
            var left = Left + ((Right - Left) * ((value.Start - span.Start) / (span.End - span.Start)));
            return (ChartScale.Written(left + (width * 0.1)), Y(value.Sum), ChartScale.Written(Math.Max(0.5, width * 0.8)), ChartScale.Written(Bottom - Height(value.Sum)));
        }
    }

    /// <summary>Values that follow each other without a gap.</summary>
    private static List<List<SeriesValue>> Runs(IReadOnlyList<SeriesValue> values, SeriesSpan span)
    {
        var gap = span.Bucket == TimeSpan.Zero ? TimeSpan.FromMinutes(10) : span.Bucket * 1.5;
        List<List<SeriesValue>> runs = [];
        foreach (var value in values)
        {
            if (runs.Count == 0 || value.Start - runs[^1][^1].Start > gap)
            {
                runs.Add([]);
            }

            runs[^1].Add(value);
        }

        return runs;
    }

    private static IEnumerable<(DateTime At, string Said)> MomentsOf(SeriesSpan span) => span.Name switch
    {
        "hour" => Enumerable.Range(0, 4).Select(i => span.Start.AddMinutes(i * 15)).Select(at => (at, at.ToString("HH:mm", CultureInfo.InvariantCulture))),
        "day" => Enumerable.Range(0, 4).Select(i => span.Start.AddHours(i * 6)).Select(at => (at, at.ToString("HH:mm", CultureInfo.InvariantCulture))),
        "week" => Days(span, 2),
        "month" => Days(span, 7),
        "year" => Days(span, 91),
        _ => Days(span, Math.Max(1, (int)((span.End - span.Start).TotalDays / 4))),
    };

    private static IEnumerable<(DateTime At, string Said)> Days(SeriesSpan span, int step)
    {
        // A name stands to the right of its moment, so the last must leave room for it.
        for (var at = span.Start; at <= span.End.AddDays(-step); at = at.AddDays(step))
        {
            yield return (at, Say.DayShort(DateOnly.FromDateTime(at)));
        }
    }
}
