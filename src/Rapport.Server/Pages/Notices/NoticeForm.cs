using System.Globalization;
using Rapport.People;

namespace Rapport.Server.Pages.Notices;

/// <summary>What somebody is told of and when, as a form has it.</summary>
public sealed record NoticeForm
{
    private const string OfDay = "HH:mm";

    private static readonly QuietHours Proposed = new(22 * 60, 7 * 60);

    /// <summary>How soon, of each topic by each way.</summary>
    public required IReadOnlyDictionary<(NoticeTopic Topic, NoticeWay Way), NoticeTempo> Tempos { get; init; }

    /// <summary>Whether they want quiet hours.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>From when on.</summary>
    public required string From { get; init; }

    /// <summary>Until when.</summary>
    public required string To { get; init; }

    /// <summary>When they are told what is told once a day.</summary>
    public required string DailyAt { get; init; }

    /// <summary>The name of their time zone.</summary>
    public required string Zone { get; init; }

    /// <summary>How the form calls a topic by a way.</summary>
    public static string NameOf(NoticeTopic topic, NoticeWay way) => $"{way}-{topic}".ToLowerInvariant();

    /// <summary>How soon one can be told of a topic: an emergency does not wait for the evening.</summary>
    public static IReadOnlyList<NoticeTempo> TemposOf(NoticeTopic topic) =>
        topic == NoticeTopic.Emergency ? [NoticeTempo.Never, NoticeTempo.AtOnce] : [NoticeTempo.Never, NoticeTempo.AtOnce, NoticeTempo.Daily];

    /// <summary>What somebody chose. Quiet hours and the clock are proposed to who has none.</summary>
    public static NoticeForm Of(NoticeChoices choices) => new()
    {
        Tempos = All.ToDictionary(static cell => cell, cell => choices.TempoOf(cell.Topic, cell.Way)),
        IsQuiet = choices.Quiet is not null,
        From = Clock((choices.Quiet ?? Proposed).From),
        To = Clock((choices.Quiet ?? Proposed).To),
        DailyAt = Clock(choices.DailyAt),
        Zone = choices.Rules.Count == 0 ? TimeZones.Current.Id : choices.Zone,
    };

    /// <summary>What a form sent. Of a way that it does not show, what was chosen stays.</summary>
    public static NoticeForm Read(IFormCollection form, NoticeChoices choices) => new()
    {
        Tempos = All.ToDictionary(
            static cell => cell,
            cell => Enum.TryParse<NoticeTempo>(form[NameOf(cell.Topic, cell.Way)].ToString(), out var tempo) && TemposOf(cell.Topic).Contains(tempo) ? tempo : choices.TempoOf(cell.Topic, cell.Way)),
        IsQuiet = form["quiet"] == "on",
        From = form["from"].ToString(),
        To = form["to"].ToString(),
        DailyAt = form["daily"].ToString(),
        Zone = form["zone"].ToString(),
    };

    /// <summary>The choices with what the form says; null with what is wrong with it, by field.</summary>
    public Func<NoticeChoices, NoticeChoices>? ToChange(out Dictionary<string, string> problems)
    {
        problems = [];
        var quiet = Minute(From) is { } from && Minute(To) is { } to ? new QuietHours(from, to) : null;
        if (IsQuiet && quiet is not { IsSound: true })
        {
            problems["quiet"] = NoticePagesText.TimesWrong;
        }

        var daily = Minute(DailyAt);
        if (daily is null)
        {
            problems["daily"] = NoticePagesText.DailyWrong;
        }

        if (TimeZones.Find(Zone) is null)
        {
            problems["zone"] = NoticePagesText.ZoneUnknown;
        }

        return problems.Count > 0 ? null : known => known with
        {
            Rules = [.. Tempos.Where(static cell => cell.Value != NoticeTempo.Never).Select(static cell => new NoticeRule(cell.Key.Topic, cell.Key.Way, cell.Value))],
            Quiet = IsQuiet ? quiet : null,
            DailyAt = daily!.Value,
            Zone = Zone,
            Language = Languages.Current.Code,
        };
    }

    /// <summary>The same by the clock and in the language of whoever is at work, for whom nothing is chosen yet.</summary>
    public static NoticeChoices ByWhoAsks(NoticeChoices choices) => choices with { Zone = choices.Rules.Count == 0 ? TimeZones.Current.Id : choices.Zone, Language = Languages.Current.Code };

    /// <summary>The same with what most people want of a way that is new to them, and can change.</summary>
    public static NoticeChoices WithUsual(NoticeChoices choices, NoticeWay way) => choices.Rules.Any(rule => rule.Way == way) ? choices : choices with
    {
        Rules =
        [
            .. choices.Rules,
            .. Enum.GetValues<NoticeTopic>().Select(topic => new NoticeRule(topic, way, way == NoticeWay.Push || topic == NoticeTopic.Emergency ? NoticeTempo.AtOnce : NoticeTempo.Daily)),
        ],
    };

    private static IEnumerable<(NoticeTopic Topic, NoticeWay Way)> All => from topic in Enum.GetValues<NoticeTopic>() from way in Enum.GetValues<NoticeWay>() select (topic, way);

    private static string Clock(int minute) => TimeOnly.MinValue.AddMinutes(minute).ToString(OfDay, CultureInfo.InvariantCulture);

    private static int? Minute(string text) => TimeOnly.TryParseExact(text, OfDay, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? (time.Hour * 60) + time.Minute : null;
}
