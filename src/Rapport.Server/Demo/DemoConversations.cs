using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;

namespace Rapport.Server.Demo;

/// <summary>Two invented conversations of maya's: with a team that promises to answer, about a result; and a room with those who look after her. Nothing is attached, so nothing is shared.</summary>
internal sealed class DemoConversations(Modules modules)
{
    private const string Results = "My long-term sugar value", Visits = "Who comes along on Thursday?";

    private readonly ConversationDesk _desk = modules.Conversations;
    private readonly TalkDoor _door = new(modules.Conversations, modules.People, modules.Records);

    /// <summary>Lets them talk, unless they did; what was cut short is gone on with.</summary>
    public async Task TalkAsync(IReadOnlyDictionary<string, Person> people, CancellationToken cancel)
    {
        var (maya, specialist) = (people[DemoPerson.Maya], await modules.People.Accounts.FindAsync(people["dr-osei"].Id, cancel) ?? people["dr-osei"]);
        if (specialist.Organisations.SelectMany(static membership => membership.Teams).Select(static known => (CareTeamId?)known).FirstOrDefault() is not { } team)
        {
            return;
        }

        await PromiseAsync(team, specialist, cancel);
        await TalkAsync(maya, Visits, Topic.Appointments, [people["sam"].Reference, people[DemoPerson.Sofia].Reference], cancel,
            (maya, "My visit at the hospital is on Thursday at ten. Can one of you come along?"),
            (people["sam"], "I can. I pick you up at half past nine."),
            (people[DemoPerson.Sofia], "Good. Ask them about the new tablets: https://leaflets.example.org/metformin"));
        await TalkAsync(maya, Results, Topic.Results, [team.Reference], cancel, (maya, "My last value is higher than the one before. Is that a reason to change something before we meet?"));
    }

    private async Task PromiseAsync(CareTeamId team, Person told, CancellationToken cancel)
    {
        DayOfWeek[] days = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];
        await _desk.Promises.SetAsync(
            team,
            new TeamPromise
            {
                Hours = new TeamHours(TimeZoneInfo.Utc, [.. days.Select(static day => new OpenTime(day, 8 * 60, 16 * 60))], []),
                Usual = new AnswerTime(2, AnswerUnit.OpenDays),
                ByTopic = new Dictionary<Topic, AnswerTime> { [Topic.Results] = new(1, AnswerUnit.OpenDays) },
                ToldOfOverdue = told.Id,
                ToldOfOverdueName = told.DisplayName,
                Notice = "This is a team of the demo: nobody reads it.",
            },
            ifVersion: 0,
            cancel);
    }

    private Task<Talker> TalkerAsync(Person person, CancellationToken cancel) => Talker.OfAsync(person, Patients.ActorOf(person), modules.Records, cancel);

    /// <summary>What was said before is not said again: each has a key of its own.</summary>
    private async Task TalkAsync(Person maya, string subject, Topic topic, IReadOnlyList<string> with, CancellationToken cancel, params (Person By, string Text)[] said)
    {
        var (talker, about) = (await TalkerAsync(maya, cancel), maya.Record!.Value);
        var known = (await _desk.ListAsync(talker, cancel)).FirstOrDefault(view => view.State.Subject == subject);
        if (known is null)
        {
            var members = await _door.MembersAsync(talker, Patients.ActorOf(maya), about, topic, with, isPrivate: false, cancel) ?? throw new InvalidOperationException("the people of the demo do not know each other");
            known = (await _desk.BeginAsync(talker, new NewConversation(about, subject, topic, members), cancel))!.View!;
        }

        foreach (var (by, text) in said)
        {
            // Whoever tried the demo may have taken somebody out of it.
            var speaker = await TalkerAsync(by, cancel);
            if (await _desk.FindAsync(speaker, known.Id, cancel) is { } view)
            {
                await _desk.SayAsync(speaker, view, new NewMessage(text, text, []), null, cancel);
                await _desk.MarkReadAsync(speaker, await _desk.FindAsync(speaker, known.Id, cancel) ?? view, long.MaxValue, cancel);
            }
        }
    }
}
