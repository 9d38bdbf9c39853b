using System.Globalization;
using Rapport.Conversations;
using Rapport.Server.Pages.Record.Charts;

namespace Rapport.Server.Pages.CheckIns;

/// <summary>One of a check-in's times, as whoever looks may know of it.</summary>
/// <param name="Number">Which, from 0.</param>
/// <param name="Day">Its first day.</param>
/// <param name="Answer">What was answered then; null for nothing.</param>
/// <param name="Given">The same as it may be read; null for nothing that may.</param>
public sealed record CheckInTime(int Number, DateOnly Day, CheckInAnswer? Answer, CheckInAnswers? Given)
{
    /// <summary>What was answered to a question, in words.</summary>
    public string Said(CheckInQuestion question) =>
        Answer is null ? CheckInText.Unanswered : Given is null ? CheckInText.NotSharedOne : Given.Texts.TryGetValue(question.Id, out var text) ? CheckInWords.Answer(question, text) : CheckInText.Unanswered;
}

/// <summary>The answers to a check-in over time. Pure.</summary>
/// <param name="Times">All that have passed, and the one that goes on where it was answered; oldest first.</param>
public sealed record CheckInSeries(IReadOnlyList<CheckInTime> Times)
{
    /// <summary>What there is to see of a check-in at an instant.</summary>
    public static CheckInSeries Of(CheckIn checkIn, SeenAnswers seen, DateTimeOffset now)
    {
        var until = checkIn.Ended?.At is { } ended && ended < now ? ended : now;
        var last = checkIn.Times.At(until) ?? (until >= checkIn.Times.End ? checkIn.Times.Count : 0);
        var byTime = checkIn.Answers.ToDictionary(static answer => answer.Time);

        // The one that goes on is not unanswered yet; nor is one that was ended in it.
        return new CheckInSeries(
        [
            .. Enumerable.Range(0, Math.Min(last + 1, checkIn.Times.Count)).Where(number => number < last || byTime.ContainsKey(number))
                .Select(number => new CheckInTime(number, checkIn.Times.DayOf(number), byTime.GetValueOrDefault(number), byTime.TryGetValue(number, out var answer) ? seen.ByEntry.GetValueOrDefault(answer.Entry) : null)),
        ]);
    }

    /// <summary>The picture of a question that is answered by a number; null where there are not two of them.</summary>
    public ChartPicture? PictureOf(CheckInQuestion question)
    {
        if (question.Kind is not (QuestionKind.Scale or QuestionKind.Number))
        {
            return null;
        }

        var points = Times.Where(time => time.Given?.Texts.ContainsKey(question.Id) == true).Select(time => (Time: time, Value: ValueOf(time, question))).ToList();
        if (points.Count < 2)
        {
            return null;
        }

        var (low, high) = question.Kind == QuestionKind.Scale ? (question.Least!.Value, question.Most!.Value) : (points.Min(static point => point.Value), points.Max(static point => point.Value));
        var heights = ChartScale.Numbers(low, high);
        var (first, last) = (At(points[0].Time), At(points[^1].Time));
        List<string> parts = [];
        foreach (var (time, value) in points)
        {
            // A line leads from an answer to the next, and over nothing that was not answered.
            var corner = $"{X(At(time))},{Y(value)}";
            if (parts.Count > 0 && ValueBefore(time) is true)
            {
                parts[^1] += " " + corner;
            }
            else
            {
                parts.Add(corner);
            }
        }

        return new ChartPicture
        {
            Unit = question.Unit ?? "",
            Names = [],
            Lines = [string.Join(ChartPicture.Break, parts)],
            Points = [.. points.Select(point => new ChartPoint(X(At(point.Time)), [Y(point.Value)], Say.Day(point.Time.Day), point.Time.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), CheckInWords.Answer(question, point.Time.Given!.Texts[question.Id]), point.Time.Answer!.Entry, null))],
            Heights = [.. heights.Select(height => (Y(height), Say.Number(height.ToString("0.####", CultureInfo.InvariantCulture))))],
            Days = [.. ChartScale.Days(first, last).Select(day => (X(day.At), day.Said, AnchorOf(day.At)))],
        };

        bool ValueBefore(CheckInTime time) => Times.LastOrDefault(before => before.Number < time.Number)?.Given?.Texts.ContainsKey(question.Id) == true;

        string X(DateTime at) => ChartScale.Written(last == first ? (ChartPicture.Left + ChartPicture.Right) / 2 : ChartPicture.Left + 8 + ((ChartPicture.Right - ChartPicture.Left - 16) * ((at - first) / (last - first))));

        string Y(decimal value) => ChartScale.Written(ChartPicture.Bottom - ((ChartPicture.Bottom - ChartPicture.Top) * (double)((value - heights[0]) / (heights[^1] - heights[0]))));

        string AnchorOf(DateTime at) => last == first ? "middle" : ((at - first) / (last - first)) switch { < 0.15 => "start", > 0.85 => "end", _ => "middle" };
    }

    private static DateTime At(CheckInTime time) => time.Day.ToDateTime(TimeOnly.MinValue);

    private static decimal ValueOf(CheckInTime time, CheckInQuestion question) => decimal.Parse(time.Given!.Texts[question.Id], CultureInfo.InvariantCulture);
}
