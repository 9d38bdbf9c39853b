using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations.Teams;

/// <summary>What goes into the holes of a template, and those that a team is offered.</summary>
internal static class TemplateWords
{
    /// <summary>A few good ones, in the reader's language.</summary>
    public static IReadOnlyList<Template> Offered =>
    [
        new(TeamText.OfferSeen, TeamText.OfferSeenText),
        new(TeamText.OfferResult, TeamText.OfferResultText),
        new(TeamText.OfferMore, TeamText.OfferMoreText),
        new(TeamText.OfferUrgent, TeamText.OfferUrgentText),
    ];

    /// <summary>The words of a template in a conversation.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<string> FillAsync(TalkDoor door, UrgentHelp help, Talker talker, TalkView view, string patientName, Template template, CancellationToken cancel)
    {
        var promise = CareTeamId.TryParseReference(view.Capacity.Reference, out var team) ? (await door.Desk.Promises.FindAsync(team, cancel))?.Promise : null;
        return TeamTemplates.Fill(template.Text, hole => hole switch
        {
            TemplateHole.Name => patientName.Split(' ')[0],
            TemplateHole.Hours => promise is null ? TeamText.HoursUnknown : Hours(promise.Hours),
            TemplateHole.Emergency => help.Number,
            _ => talker.Person.DisplayName,
        });
    }

    /// <summary>When a team reads, by days of the same times.</summary>
    public static string Hours(TeamHours hours)
    {
        List<(List<DayOfWeek> Days, string Times)> spans = [];
        foreach (var day in PromiseForm.Days)
        {
            var times = hours.Week.Where(time => time.Day == day).Select(static time => Say.Fill(TeamText.HoursSpan, Clock(time.From), Clock(time.To))).ToList();
            if (times.Count == 0)
            {
                continue;
            }

            var said = Say.List(times);
            if (spans is [.., var last] && last.Times == said)
            {
                last.Days.Add(day);
            }
            else
            {
                spans.Add(([day], said));
            }
        }

        return spans.Count == 0 ? TeamText.HoursUnknown : string.Join("; ", spans.Select(static span => Say.Fill(TeamText.HoursOn, DaysOf(span.Days), span.Times)));
    }

    /// <summary>Three and more that follow each other by the first and the last of them.</summary>
    private static string DaysOf(List<DayOfWeek> days)
    {
        List<string> said = [];
        for (var at = 0; at < days.Count;)
        {
            var last = at;
            while (last + 1 < days.Count && ((int)days[last] + 1) % 7 == (int)days[last + 1])
            {
                last++;
            }

            said.AddRange(last - at >= 2 ? [Say.Fill(TeamText.HoursDays, Say.Weekday(days[at]), Say.Weekday(days[last]))] : days[at..(last + 1)].Select(Say.Weekday));
            at = last + 1;
        }

        return Say.List(said);
    }

    private static string Clock(int minute) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{minute / 60}:{minute % 60:00}");
}
