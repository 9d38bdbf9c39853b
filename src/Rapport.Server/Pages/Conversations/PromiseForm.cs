using System.Globalization;
using Rapport.Conversations;
using Rapport.Data;

namespace Rapport.Server.Pages.Conversations;

/// <summary>From when until when, as a form has it: times of a day, or days.</summary>
public sealed record FormSpan(string From, string To)
{
    /// <summary>Whether nothing is filled in.</summary>
    public bool IsEmpty => From.Length == 0 && To.Length == 0;
}

/// <summary>An answer time as a form has it.</summary>
/// <param name="Amount">How many; empty for none of its own.</param>
/// <param name="Unit">Of what.</param>
public sealed record FormTime(string Amount, AnswerUnit Unit);

/// <summary>What a team promises, as a form has it.</summary>
public sealed record PromiseForm
{
    /// <summary>Times of a day that the form has room for.</summary>
    public const int TimesADay = 2;

    private const int EmptyRows = 3, MostRows = 60, MostDaysOfARow = 370;
    private const string OfDay = "HH:mm", OfYear = "yyyy-MM-dd";

    /// <summary>The days of the week, in the order of the form.</summary>
    public static IReadOnlyList<DayOfWeek> Days { get; } = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];

    /// <summary>The name of the team's time zone.</summary>
    public required string Zone { get; init; }

    /// <summary>The times of each day.</summary>
    public required IReadOnlyDictionary<DayOfWeek, IReadOnlyList<FormSpan>> Week { get; init; }

    /// <summary>Days on which it is away.</summary>
    public required IReadOnlyList<FormSpan> Away { get; init; }

    /// <summary>Its usual answer time.</summary>
    public required FormTime Usual { get; init; }

    /// <summary>That of each topic.</summary>
    public required IReadOnlyDictionary<Topic, FormTime> ByTopic { get; init; }

    /// <summary>Who is told of what is late; empty for nobody.</summary>
    public string Told { get; init; } = "";

    /// <summary>Who is told when that one is not there; empty for who was there last.</summary>
    public string ToldNext { get; init; } = "";

    /// <summary>What it says to whoever writes.</summary>
    public string Notice { get; init; } = "";

    /// <summary>The version that was looked at; 0 where there was none.</summary>
    public long Version { get; init; }

    /// <summary>What a team promises now; a week to begin from where it promised nothing yet.</summary>
    public static PromiseForm Of((TeamPromise Promise, long Version)? set, DateOnly today)
    {
        var promise = set?.Promise;
        IEnumerable<OpenTime> week = promise?.Hours.Week ?? Days.Take(5).Select(static day => new OpenTime(day, 9 * 60, 17 * 60));
        return new PromiseForm
        {
            Zone = (promise?.Hours.Zone ?? TimeZones.Current).Id,
            Week = Days.ToDictionary(static day => day, day => (IReadOnlyList<FormSpan>)[.. week.Where(time => time.Day == day).Select(static time => new FormSpan(Clock(time.From), Clock(time.To)))]),
            Away = SpansOf((promise?.Hours.Away ?? new HashSet<DateOnly>()).Where(day => day >= today.AddDays(-1)).Order()),
            Usual = promise is null ? new FormTime("2", AnswerUnit.OpenDays) : Of(promise.Usual),
            ByTopic = TalkWords.Topics.ToDictionary(static topic => topic, topic => promise?.ByTopic.TryGetValue(topic, out var time) == true ? Of(time) : new FormTime("", AnswerUnit.OpenDays)),
            Told = promise?.ToldOfOverdue?.ToString() ?? "",
            ToldNext = promise?.ToldNext?.ToString() ?? "",
            Notice = promise?.Notice ?? "",
            Version = set?.Version ?? 0,
        };
    }

    /// <summary>What a form sent.</summary>
    public static PromiseForm Read(IFormCollection form)
    {
        return new PromiseForm
        {
            Zone = form["zone"].ToString(),
            Week = Days.ToDictionary(static day => day, day => (IReadOnlyList<FormSpan>)[.. Enumerable.Range(0, TimesADay).Select(i => Span($"{NameOf(day, i)}-from", $"{NameOf(day, i)}-to")).Where(static span => !span.IsEmpty)]),
            Away = [.. Enumerable.Range(0, MostRows).Select(i => Span($"away-{i}-from", $"away-{i}-to")).Where(static span => !span.IsEmpty)],
            Usual = Time("usual"),
            ByTopic = TalkWords.Topics.ToDictionary(static topic => topic, topic => Time($"time-{topic}")),
            Told = form["told"].ToString(),
            ToldNext = form["told-next"].ToString(),
            Notice = MessageDraft.Lines(form["notice"].ToString()),
            Version = long.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0,
        };

        FormSpan Span(string from, string to) => new(Short(form[from].ToString()), Short(form[to].ToString()));
        FormTime Time(string name) => new(Short(form[name].ToString()), form[$"{name}-unit"] == "hours" ? AnswerUnit.OpenHours : AnswerUnit.OpenDays);
    }

    /// <summary>How the form calls a time of a day.</summary>
    public static string NameOf(DayOfWeek day, int i) => string.Create(CultureInfo.InvariantCulture, $"{day.ToString().ToLowerInvariant()}-{i}");

    /// <summary>The rows of days away that a form shows: some are empty.</summary>
    public IReadOnlyList<FormSpan> AwayRows => [.. Away, .. Enumerable.Repeat(new FormSpan("", ""), Math.Clamp(MostRows - Away.Count, 0, EmptyRows))];

    /// <summary>The promise; null with what is wrong with it, by field.</summary>
    /// <param name="team">Who can be told of what is late.</param>
    /// <param name="problems">What is wrong.</param>
    public TeamPromise? ToPromise(IReadOnlyList<(PersonId Id, string Name)> team, out Dictionary<string, string> problems)
    {
        problems = [];
        if (TimeZones.Find(Zone) is not { } zone)
        {
            problems["zone"] = ConversationText.ZoneUnknown;
            zone = TimeZoneInfo.Utc;
        }

        List<OpenTime> week = [];
        foreach (var (day, spans) in Week)
        {
            foreach (var span in spans)
            {
                if (Minute(span.From) is { } from && Minute(span.To) is { } to && (to == 0 ? 24 * 60 : to) is var end && end > from)
                {
                    week.Add(new OpenTime(day, from, end));
                }
                else
                {
                    problems["week"] = Say.Fill(ConversationText.TimesProblem, Say.Weekday(day));
                }
            }
        }

        HashSet<DateOnly> away = [];
        foreach (var span in Away)
        {
            if (Day(span.From) is not { } from || (span.To.Length == 0 ? from : Day(span.To)) is not { } to || to < from || to.DayNumber - from.DayNumber > MostDaysOfARow)
            {
                problems["away"] = ConversationText.AwayProblem;
                continue;
            }

            away.UnionWith(Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(from.AddDays));
        }

        if (away.Count > TeamHours.MostDaysAway)
        {
            problems["away"] = ConversationText.AwayProblem;
        }

        var usual = Time(Usual);
        var topics = ByTopic.Where(static known => known.Value.Amount.Length > 0).ToDictionary(static known => known.Key, static known => Time(known.Value));
        if (usual is null || topics.Values.Any(static time => time is null))
        {
            problems["times"] = Say.Fill(ConversationText.AmountProblem, Say.Number(AnswerTime.Most));
        }

        if (Notice.Length > TeamPromises.MostNotice)
        {
            problems["notice"] = Say.Fill(ConversationText.TextTooLong, Say.Number(TeamPromises.MostNotice));
        }

        var told = team.FirstOrDefault(known => known.Id.ToString() == Told);
        var next = team.FirstOrDefault(known => known.Id.ToString() == ToldNext);
        return problems.Count > 0 ? null : new TeamPromise
        {
            Hours = new TeamHours(zone, week, away),
            Usual = usual!.Value,
            ByTopic = topics.ToDictionary(static known => known.Key, static known => known.Value!.Value),
            ToldOfOverdue = told.Name is null ? null : told.Id,
            ToldOfOverdueName = told.Name,
            ToldNext = next.Name is null ? null : next.Id,
            ToldNextName = next.Name,
            Notice = Notice.Length == 0 ? null : Notice,
        };
    }

    private static FormTime Of(AnswerTime time) => new(time.Amount.ToString(CultureInfo.InvariantCulture), time.Unit);

    private static AnswerTime? Time(FormTime time) => int.TryParse(time.Amount, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) && amount is >= 1 and <= AnswerTime.Most ? new AnswerTime(amount, time.Unit) : null;

    /// <summary>The end of a day is written as its beginning: that is how a field for a time has it.</summary>
    private static string Clock(int minute) => TimeOnly.MinValue.AddMinutes(minute).ToString(OfDay, CultureInfo.InvariantCulture);

    private static int? Minute(string time) => TimeOnly.TryParseExact(time, OfDay, CultureInfo.InvariantCulture, DateTimeStyles.None, out var known) ? (known.Hour * 60) + known.Minute : null;

    private static DateOnly? Day(string day) => DateOnly.TryParseExact(day, OfYear, CultureInfo.InvariantCulture, DateTimeStyles.None, out var known) ? known : null;

    private static string Short(string text) => text.Trim() is { Length: <= 10 } known ? known : "?";

    private static List<FormSpan> SpansOf(IEnumerable<DateOnly> days)
    {
        List<(DateOnly From, DateOnly To)> spans = [];
        foreach (var day in days)
        {
            if (spans is [.., var last] && last.To.AddDays(1) == day)
            {
                spans[^1] = (last.From, day);
            }
            else
            {
                spans.Add((day, day));
            }
        }

        return [.. spans.Select(static span => new FormSpan(span.From.ToString(OfYear, CultureInfo.InvariantCulture), span.To.ToString(OfYear, CultureInfo.InvariantCulture)))];
    }
}
