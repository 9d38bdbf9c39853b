using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Record.Charts;

/// <summary>One picture: one or two lines in one unit over time, in a frame of 400 by 220.</summary>
public sealed record ChartPicture
{
    /// <summary>The frame of the lines: what lies around holds the names of the axes.</summary>
    public const double Left = 44, Right = 392, Top = 10, Bottom = 192;

    /// <summary>As people write it; empty for bare numbers.</summary>
    public required string Unit { get; init; }

    /// <summary>What the lines are called; none when there is but one and the title says it.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Stands in a line where it is broken.</summary>
    public const char Break = '|';

    /// <summary>Corners of each line.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>The points, oldest first.</summary>
    public required IReadOnlyList<ChartPoint> Points { get; init; }

    /// <summary>Heights that the axis names.</summary>
    public required IReadOnlyList<(string Y, string Said)> Heights { get; init; }

    /// <summary>Days that the axis names.</summary>
    public required IReadOnlyList<(string X, string Said, string Anchor)> Days { get; init; }

    /// <summary>The usual range as the newest result gives it.</summary>
    public UsualRange? Range { get; init; }

    /// <summary>The band of the usual range.</summary>
    public (string Y, string Height) Band { get; init; }

    internal static ChartPicture Of(IReadOnlyList<ChartedResult> results, IReadOnlyList<(string Key, string Unit)> keys)
    {
        var dated = results
            .Select(result => (Result: result, Values: keys.Select(key => result.Measure.Values.FirstOrDefault(value => (value.Key, value.Unit) == key)).ToList()))
            .Where(point => point.Values.Exists(value => value is not null))
            .ToList();
        var all = dated.SelectMany(point => point.Values).OfType<MeasuredValue>().ToList();
        var range = keys.Count == 1 ? all[^1].Range : null;
        var low = Math.Min(all.Min(value => value.Number), range?.Low ?? decimal.MaxValue);
        var high = Math.Max(all.Max(value => value.Number), range?.High ?? decimal.MinValue);
        var heights = ChartScale.Numbers(low, high);
        var (first, last) = (dated[0].Result.Measure.At, dated[^1].Result.Measure.At);

        var points = dated.ConvertAll(point => new ChartPoint(
            X(point.Result.Measure.At), [.. point.Values.Select(value => value is null ? null : Y(value.Number))],
            FhirDate.Day(point.Result.Measure.DateText)!, point.Result.Measure.DateText, Measure.Tell([.. point.Values.OfType<MeasuredValue>()]), point.Result.Reference, Remark(point.Values)));
        return new ChartPicture
        {
            Unit = keys[0].Unit,
            Names = keys.Count == 1 && all[0].Name.Length == 0 ? [] : [.. keys.Select(key => Say.Sentence(all.First(value => value.Key == key.Key).PlainName))],
            Lines = [.. keys.Select((_, line) => string.Join(' ', points.Where(point => point.Y[line] is not null).Select(point => $"{point.X},{point.Y[line]}")))],
            Points = points,
            Heights = [.. heights.Select(height => (Y(height), ValueReader.Number(height.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture))))],
            Days = [.. ChartScale.Days(first, last).Select(day => (X(day.At), day.Said, AnchorOf(day.At)))],
            Range = range,
            Band = range is null ? default : Band(range),
        };

        string X(DateTime at) => ChartScale.Written(last == first ? (Left + Right) / 2 : Left + 8 + ((Right - Left - 16) * Math.Clamp((at - first) / (last - first), 0, 1)));

        string Y(decimal value) => ChartScale.Written(Height(value));

        double Height(decimal value) => Bottom - ((Bottom - Top) * (double)((value - heights[0]) / (heights[^1] - heights[0])));

        (string, string) Band(UsualRange usual)
        {
            var top = Height(usual.High is { } most ? Math.Min(most, heights[^1]) : heights[^1]);
            var bottom = Height(usual.Low is { } least ? Math.Max(least, heights[0]) : heights[0]);
            return (ChartScale.Written(top), ChartScale.Written(Math.Max(0, bottom - top)));
        }

        // The first and the last day stand at the edges of the frame and must not reach beyond.
        string AnchorOf(DateTime at) => last == first ? "middle" : ((at - first) / (last - first)) switch { < 0.15 => "start", > 0.85 => "end", _ => "middle" };
    }

    private static string? Remark(List<MeasuredValue?> values) => values.OfType<MeasuredValue>().FirstOrDefault(value => value.Place is not (null or 0)) switch
    {
        null => null,
        { Place: < 0 } => RecordText.Below,
        _ => RecordText.Above,
    };
}

/// <summary>One result in a picture.</summary>
/// <param name="X">From the left.</param>
/// <param name="Y">From the top, for each line; null where it has no value.</param>
/// <param name="Day">When, as people say it.</param>
/// <param name="DateText">The same for programs.</param>
/// <param name="Said">The value or values with their unit.</param>
/// <param name="Reference">The entry.</param>
/// <param name="Remark">Whether it lies above or below the usual range; null when not.</param>
public sealed record ChartPoint(string X, IReadOnlyList<string?> Y, string Day, string DateText, string Said, string Reference, string? Remark)
{
    /// <summary>All of it in one line.</summary>
    public string InWords => Remark is null ? $"{Day}: {Said}" : $"{Day}: {Said}, {Remark}";
}
