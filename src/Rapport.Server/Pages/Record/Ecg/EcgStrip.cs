using System.Globalization;
using System.Text;

namespace Rapport.Server.Pages.Record.Ecg;

/// <summary>
/// Ten seconds of an electrocardiogram as it stands on paper: 25 mm a second, 10 mm a millivolt, with the mark that shows the scale before it. Coordinates
/// are hundredths of a millimetre.
/// </summary>
/// <remarks>A sign divides numbers as a blank does: a curve has thousands of them. What is recorded more often than 200 times a second is drawn 200 times a second, eight points on a millimetre, each with the extreme of its samples: no spike is lost.</remarks>
public sealed record EcgStrip
{
    /// <summary>Millimetres.</summary>
    public const int MillimetresPerSecond = 25, MillimetresPerMillivolt = 10, SecondsPerStrip = 10, MarkWidth = 10;

    /// <summary>Millimetres above and below the middle that are always there.</summary>
    private const int LeastHalfHeight = 15, MostHalfHeight = 50;

    private const double DrawnPerSecond = 200;

    /// <summary>Where it begins, in seconds.</summary>
    public required int From { get; init; }

    /// <summary>Millimetres from the top to the bottom.</summary>
    public required int Height { get; init; }

    /// <summary>The lines of the curve as SVG path data; gaps are gaps.</summary>
    public required string Path { get; init; }

    /// <summary>Millimetres from left to right, with the mark.</summary>
    public static int Width => MarkWidth + (MillimetresPerSecond * SecondsPerStrip);

    /// <summary>The mark that shows the scale: one millivolt high, a fifth of a second wide.</summary>
    public string Mark => string.Create(CultureInfo.InvariantCulture, $"M100 {Height * 50}h200v-{MillimetresPerMillivolt * 100}h500v{MillimetresPerMillivolt * 100}h200");

    /// <summary>The strips of a waveform, one under the other.</summary>
    public static IReadOnlyList<EcgStrip> Of(Waveform waveform, int mostStrips)
    {
        var finite = waveform.Millivolts.Where(double.IsFinite).ToList();
        var reach = Math.Max(Math.Abs(finite.Max()), Math.Abs(finite.Min())) * MillimetresPerMillivolt;
        var half = (int)Math.Clamp(Math.Ceiling((reach + 2) / 5) * 5, LeastHalfHeight, MostHalfHeight);
        var perStrip = SecondsPerStrip * 1000 / waveform.Period;
        var count = Math.Min(mostStrips, (int)Math.Ceiling(waveform.Millivolts.Count / perStrip));
        return [.. Enumerable.Range(0, count).Select(i => new EcgStrip
        {
            From = i * SecondsPerStrip,
            Height = half * 2,
            Path = PathOf(waveform, (int)Math.Round(i * perStrip), (int)Math.Min(waveform.Millivolts.Count, Math.Round((i + 1) * perStrip)), half),
        })];
    }

    private static string PathOf(Waveform waveform, int first, int end, int half)
    {
        var path = new StringBuilder();
        var step = Math.Max(1, 1000 / DrawnPerSecond / waveform.Period);
        var (x, y) = (0, 0);
        var isDown = false;
        for (var at = 0.0; first + at < end; at += step)
        {
            var value = Extreme(waveform.Millivolts, first + (int)at, Math.Min(end, first + (int)Math.Ceiling(at + step)));
            if (!double.IsFinite(value))
            {
                isDown = false;
                continue;
            }

            var nextX = (int)Math.Round(((MarkWidth + (at * waveform.Period / 1000 * MillimetresPerSecond)) * 100));
            var nextY = (int)Math.Round(Math.Clamp(half - (value * MillimetresPerMillivolt), 0, half * 2) * 100);
            path.Append(isDown ? string.Create(CultureInfo.InvariantCulture, $"l{nextX - x}{(nextY < y ? "" : " ")}{nextY - y}") : string.Create(CultureInfo.InvariantCulture, $"M{nextX} {nextY}"));
            (x, y, isDown) = (nextX, nextY, true);
        }

        return path.ToString();
    }

    /// <summary>The sample furthest from the mean of its neighbours.</summary>
    private static double Extreme(IReadOnlyList<double> samples, int from, int to)
    {
        if (to - from == 1)
        {
            return samples[from];
        }

        double sum = 0;
        for (var i = from; i < to; i++)
        {
            sum += samples[i];
        }

        var mean = sum / (to - from);
        var extreme = samples[from];
        for (var i = from + 1; i < to; i++)
        {
            extreme = Math.Abs(samples[i] - mean) > Math.Abs(extreme - mean) ? samples[i] : extreme;
        }

        return extreme;
    }
}
