using Rapport.Records;

namespace Rapport.Bench.Series;

/// <summary>
/// A year of what watches measure, invented: points come when they come, not at even distances, values wander as those of a body do, and the clocks are put
/// forward and back.
/// </summary>
internal static class SampleSeries
{
    private const long Start = 1_767_225_600_000;
    private const long Day = 86_400_000;

    public static IEnumerable<(string Name, SeriesPoint[][] Months)> All()
    {
        yield return ("pulse, each 3–8 s in a workout, each 4–7 min else", Months(Pulse(new Random(1))));
        yield return ("pulse, each second", Months(EachSecond(new Random(2))));
        yield return ("steps, by the minute", Months(StepsByMinute(new Random(6))));
        yield return ("steps, stretches and pauses of any length", Months(Steps(new Random(3))));
        yield return ("glucose, each 5 min, one decimal", Months(Glucose(new Random(4))));
        yield return ("height and the like, many decimals", Months(Height(new Random(5))));
    }

    private static SeriesPoint[][] Months(IEnumerable<SeriesPoint> points) =>
        [.. points.GroupBy(point => DateTimeOffset.FromUnixTimeMilliseconds(point.Start + (point.OffsetMinutes * 60_000L)).Month).Select(month => month.Order().ToArray())];

    private static short Offset(long at) => at is > Start + (87 * Day) and < Start + (297 * Day) ? (short)120 : (short)60;

    private static IEnumerable<SeriesPoint> Pulse(Random random)
    {
        double pulse = 65;
        for (var at = Start; at < Start + (365 * Day);)
        {
            var inDay = at % Day;
            var trains = inDay is > 61_200_000 and < 64_800_000 && at / Day % 3 == 0;
            at += trains ? random.Next(3, 9) * 1000L : random.Next(240, 421) * 1000L;
            pulse += ((trains ? 140 : inDay < 21_600_000 ? 55 : 72) - pulse) * 0.1 + random.Next(-4, 5);
            yield return new SeriesPoint(at, 0, Math.Round(Math.Clamp(pulse, 40, 190)), Offset(at));
        }
    }

    private static IEnumerable<SeriesPoint> EachSecond(Random random)
    {
        double pulse = 65;
        for (var at = Start; at < Start + (20 * Day); at += 1000)
        {
            pulse += ((at / 600_000 % 5 * 15) + 60 - pulse) * 0.02 + random.Next(-1, 2);
            yield return new SeriesPoint(at, 0, Math.Round(pulse), 60);
        }
    }

    private static IEnumerable<SeriesPoint> StepsByMinute(Random random)
    {
        for (var at = Start; at < Start + (365 * Day); at += 60_000)
        {
            // Awake, people walk for some minutes and sit for more.
            if (at % Day > 21_600_000 && at / 600_000 % 7 < 3)
            {
                yield return new SeriesPoint(at, 60_000, random.Next(10, 121), Offset(at));
            }
        }
    }

    private static IEnumerable<SeriesPoint> Steps(Random random)
    {
        for (var at = Start; at < Start + (365 * Day);)
        {
            var inDay = at % Day;
            if (inDay < 21_600_000)
            {
                at += 21_600_000 - inDay;
            }

            var duration = random.Next(5, 601);
            yield return new SeriesPoint(at, duration * 1000, random.Next(1, 2 + (duration * 2)), Offset(at));
            at += (duration + random.Next(0, 300)) * 1000L;
        }
    }

    private static IEnumerable<SeriesPoint> Glucose(Random random)
    {
        var glucose = 5.5;
        for (var at = Start; at < Start + (365 * Day); at += 300_000 + (random.Next(20) == 0 ? 1000 : 0))
        {
            glucose = Math.Clamp(glucose + ((5.8 - glucose) * 0.02) + (random.NextDouble() - 0.5), 3, 15);
            yield return new SeriesPoint(at, 0, Math.Round(glucose, 1), Offset(at));
        }
    }

    private static IEnumerable<SeriesPoint> Height(Random random)
    {
        var height = 400.0;
        for (var at = Start; at < Start + (5 * Day); at += 1000)
        {
            height += random.NextDouble() - 0.5;
            yield return new SeriesPoint(at + random.Next(1000), 0, height, 60);
        }
    }
}
