using System.Globalization;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.CheckIns;
using Rapport.Server.Talks;

namespace Rapport.Server.Demo;

/// <summary>A check-in that a team has asked maya for each week, and that she answered but for one time: so there is something to see over time, and one to answer.</summary>
/// <param name="modules">Everything, by the clock that this sets.</param>
/// <param name="clock">That clock.</param>
internal sealed class DemoCheckIns(Modules modules, DemoClock clock)
{
    private const string Subject = "My blood pressure at home", Offered = "blood-pressure", Missed = "";

    /// <summary>What she measured, week by week: both numbers, the pulse, whether the medicine was taken, and whether she was dizzy.</summary>
    private static readonly string[] Weeks =
    [
        "148 92 78 Yes false", "146 90 76 Yes false", "149 91 80 No false", "141 88 74 Yes false", Missed,
        "138 86 72 Yes true", "135 85 74 Yes false", "136 84 71 Yes false", "132 82 70 Yes false",
    ];

    private readonly ConversationDesk _desk = modules.Conversations;
    private readonly TalkDoor _door = new(modules.Conversations, modules.People, modules.Records);

    /// <summary>Asks and answers, unless that was done; what was cut short is gone on with, what somebody ended stays ended.</summary>
    public async Task AnswerAsync(Person maya, Person specialist, CancellationToken cancel)
    {
        var teams = specialist.Organisations.SelectMany(static membership => membership.Teams).Select(static known => known.Reference).ToList();
        var (patient, asker) = (await TalkerAsync(maya, cancel), await TalkerAsync(specialist, cancel));
        if (teams.Count == 0 || (await FindAsync(patient, cancel) ?? await BeginAsync(maya, patient, teams[0], cancel)) is not { } id)
        {
            return;
        }

        clock.At -= TimeSpan.FromHours(1);
        await SayAsync(patient, id, "I measure my blood pressure at home each week now. Shall I send you the values?", cancel);
        clock.At += TimeSpan.FromHours(1);
        await SayAsync(asker, id, "Yes, please. I ask you for them each week: it takes a minute, and we look at them together at your next visit.", cancel);
        if (await AskAsync(asker, id, cancel) is not { } asked)
        {
            return;
        }

        foreach (var (week, measured) in Weeks.Index().Where(static one => one.Item != Missed))
        {
            clock.At = asked.Times.BeginningOf(week).AddHours(18);
            if (await _desk.FindAsync(patient, id, cancel) is { } view && await _desk.CheckIns.FindAsync(view, asked.Seq, cancel) is { } checkIn)
            {
                await AnswerAsync(maya, patient, view, checkIn, week, measured.Split(' '), cancel);
            }
        }

        foreach (var talker in new[] { patient, asker })
        {
            if (await _desk.FindAsync(talker, id, cancel) is { } view)
            {
                await _desk.MarkReadAsync(talker, view, long.MaxValue, cancel);
            }
        }
    }

    private async Task AnswerAsync(Person maya, Talker patient, TalkView view, CheckIn checkIn, int week, string[] measured, CancellationToken cancel)
    {
        var (answers, wrong) = CheckInAnswers.Read(checkIn.Form, question => measured[checkIn.Form.Questions.Index().First(one => one.Item.Id == question).Index]);
        if (wrong.Count > 0)
        {
            throw new InvalidOperationException($"the demo answers nothing to `{wrong.Keys.First()}`");
        }

        var own = await Patients.OpenAsync(modules, maya, maya.Record!.Value, cancel);
        await _desk.CheckIns.AnswerAsync(
            patient, view, checkIn, answers, new Answering(own, own.Actor, Say.Fill(CheckInText.SourceName, checkIn.Form.Title)), $"demo-{week.ToString(CultureInfo.InvariantCulture)}", cancel);
    }

    private async Task<RunningCheckIn?> AskAsync(Talker asker, ConversationId id, CancellationToken cancel)
    {
        if (await _desk.FindAsync(asker, id, cancel) is { State.CheckIns: null or [], State.IsEnded: false } view)
        {
            var day = DateOnly.FromDateTime(clock.At.UtcDateTime);
            var form = OfferedCheckIns.All.First(static known => known is { Name: Offered, Language: "en" }).Form;
            await _desk.CheckIns.AskAsync(asker, view, CheckInQuestionnaire.Write(form), new CheckInTimes(CheckInEvery.Week, day, day.AddDays(180), TimeZoneInfo.Utc.Id), "demo", cancel);
        }

        return await _desk.FindAsync(asker, id, cancel) is { State.CheckIns: [var asked, ..] } ? asked : null;
    }

    private async Task<ConversationId?> FindAsync(Talker patient, CancellationToken cancel) => (await _desk.ListAsync(patient, cancel)).FirstOrDefault(static view => view.State.Subject == Subject)?.Id;

    private async Task<ConversationId?> BeginAsync(Person maya, Talker patient, string team, CancellationToken cancel)
    {
        var about = maya.Record!.Value;
        return await _door.MembersAsync(patient, Patients.ActorOf(maya), about, Topic.Medicines, [team], isPrivate: false, cancel) is { } members
            ? (await _desk.BeginAsync(patient, new NewConversation(about, Subject, Topic.Medicines, members), cancel))?.View?.Id : null;
    }

    private async Task SayAsync(Talker talker, ConversationId id, string text, CancellationToken cancel)
    {
        if (await _desk.FindAsync(talker, id, cancel) is { State.IsEnded: false } view)
        {
            await _desk.SayAsync(talker, view, new NewMessage(text, text, []), null, cancel);
        }
    }

    private Task<Talker> TalkerAsync(Person person, CancellationToken cancel) => Talker.OfAsync(person, Patients.ActorOf(person), modules.Records, cancel);
}
