using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Demo;

/// <summary>
/// What a care team of two promises, and what maya wrote to it: a question that was answered and closed with a summary, one that is late and became the specialist's, one that the nurse has in hand and drafts an answer
/// to, and one that nobody has taken. Nothing is attached, so nothing is shared.
/// </summary>
/// <param name="modules">Everything.</param>
/// <param name="earlier">Everything, by the clock that this sets.</param>
/// <param name="clock">That clock.</param>
internal sealed class DemoTeam(Modules modules, Modules earlier, DemoClock clock)
{
    private static readonly IReadOnlyList<Template> Templates =
    [
        new("We look at it", "Hello {name}, thank you for writing. We look at it and answer you here. We read messages {hours}.\n{me}"),
        new("A visit instead", "Hello {name}, this is easier to see than to read. Please call us for a visit this week.\n{me}"),
    ];

    private readonly DemoTalks _now = new(modules), _then = new(earlier);

    /// <summary>Lets them work, unless they did; what was cut short is gone on with.</summary>
    /// <param name="maya">The patient.</param>
    /// <param name="specialist">Who is told of what is late.</param>
    /// <param name="nurse">The other one of the team.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task WorkAsync(Person maya, Person specialist, Person nurse, CancellationToken cancel)
    {
        if (specialist.Organisations.SelectMany(static membership => membership.Teams).Select(static known => (CareTeamId?)known).FirstOrDefault() is not { } team)
        {
            return;
        }

        var now = modules.Clock.GetUtcNow();
        await PromiseAsync(team, specialist, nurse, cancel);
        await modules.Conversations.Templates.SetAsync(team, Templates, ifVersion: 0, cancel);
        clock.At = now.AddDays(-20);
        await CloseAsync(maya, nurse, team.Reference, cancel);
        clock.At = now.AddDays(-6);
        await BeLateAsync(maya, team.Reference, cancel);
        clock.At = now.AddDays(-1);
        await TakeAsync(maya, nurse, team.Reference, cancel);

        var results = await _now.BeginAsync(maya, "My long-term sugar value", Topic.Results, [team.Reference], cancel);
        await _now.SayAsync(maya, results, after: 1, "My last value is higher than the one before. Is that a reason to change something before we meet?", cancel);
    }

    private async Task PromiseAsync(CareTeamId team, Person told, Person next, CancellationToken cancel)
    {
        DayOfWeek[] days = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];
        await modules.Conversations.Promises.SetAsync(
            team,
            new TeamPromise
            {
                Hours = new TeamHours(TimeZoneInfo.Utc, [.. days.Select(static day => new OpenTime(day, 8 * 60, 16 * 60))], []),
                Usual = new AnswerTime(2, AnswerUnit.OpenDays),
                ByTopic = new Dictionary<Topic, AnswerTime> { [Topic.Results] = new(1, AnswerUnit.OpenDays) },
                ToldOfOverdue = told.Id,
                ToldOfOverdueName = told.DisplayName,
                ToldNext = next.Id,
                ToldNextName = next.DisplayName,
                Notice = "This is a team of the demo: nobody reads it.",
            },
            ifVersion: 0,
            cancel);
    }

    private async Task CloseAsync(Person maya, Person nurse, string team, CancellationToken cancel)
    {
        var shoes = await _then.BeginAsync(maya, "New shoes", Topic.General, [team], cancel);
        await _then.SayAsync(maya, shoes, after: 1, "My new shoes rub a little at the heel. Is there something I should look out for?", cancel);
        clock.At += TimeSpan.FromHours(3);
        await _then.SayAsync(nurse, shoes, after: 2, "Good that you ask. Look at both feet every evening, at the soles with a mirror. If skin is open or stays red for two days, write to us or come by.", cancel);
        const string agreed = "Look at both feet every evening. Open skin, or red for two days: write to us or come by. We look at your feet at the next visit.";
        await _then.DoAsync(nurse, shoes, after: 3, (talker, view) => _then.Desk.CloseAsync(talker, view, agreed, cancel), cancel);
        await _then.DoAsync(maya, shoes, after: 4, static (_, _) => Task.CompletedTask, cancel);
    }

    private async Task BeLateAsync(Person maya, string team, CancellationToken cancel)
    {
        var letter = await _then.BeginAsync(maya, "A letter for my insurance", Topic.Papers, [team], cancel);
        await _then.SayAsync(maya, letter, after: 1, "My insurance asks for a letter that says why I need the test strips. Can you write one?", cancel);
        await _then.DoAsync(maya, letter, after: 2, async (_, view) => await PassOnAsync(view), cancel);

        // As the server would have done it, had it run then.
        async Task PassOnAsync(TalkView view)
        {
            if (view.State.Waits?.Promise.By is { } by)
            {
                clock.At = by + TimeSpan.FromMinutes(1);
                await _then.Desk.Late.TellAsync(cancel);
            }
        }
    }

    private async Task TakeAsync(Person maya, Person nurse, string team, CancellationToken cancel)
    {
        var tablets = await _then.BeginAsync(maya, "Two tablets a day", Topic.Medicines, [team], cancel);
        await _then.SayAsync(maya, tablets, after: 1, "Since last week I take two metformin tablets a day, and my stomach is uneasy after breakfast. Is it better to take them in the evening?", cancel);
        await _then.DoAsync(nurse, tablets, after: 2, (talker, view) => _then.Desk.TakeAsync(talker, view, nurse.Id, nurse.DisplayName, cancel), cancel);
        await _then.DoAsync(maya, tablets, after: 3, static (_, _) => Task.CompletedTask, cancel);
        const string drafted = "Thank you for telling us, Maya. Do you take them before you eat, or with it? I ask Dr Osei about the evening, and";
        await _then.DoAsync(nurse, tablets, after: 3, (talker, view) => _then.Desk.Drafts.WriteAsync(talker, view, drafted, ifVersion: 0, cancel), cancel);
    }
}
