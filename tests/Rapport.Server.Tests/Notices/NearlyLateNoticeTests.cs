using Rapport.Conversations;
using Rapport.People;
using Rapport.Server.Tests.Api.Conversations;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Notices;

/// <summary>A team is told before what it promised is late: each of it who can answer, by what they chose, once.</summary>
public sealed class NearlyLateNoticeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_an_answer_is_late_each_of_the_team_is_told_once_by_what_they_chose()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var (ada, nurse) = (world.People.Ada, world.People.Nurse);
        var (quiet, silent) = (await ColleagueAsync(world), await ColleagueAsync(world));
        await PromiseAsync(world, 4);
        var reader = await world.TurnOnAsync(nurse, "/nurse", Only(NoticeTopic.Overdue));
        await world.TurnOnAsync(ada, "/ada", Only(NoticeTopic.Overdue));

        // It is twelve; a quarter of four hours is left at three, and quiet hours end at half past three.
        await world.TurnOnAsync(quiet, "/quiet", choices => Only(NoticeTopic.Overdue)(choices) with { Quiet = new QuietHours((14 * 60) + 30, (15 * 60) + 30) });
        await world.TurnOnAsync(silent, "/silent", Only(NoticeTopic.OwnTeam));
        var talk = await TalkWorld.TalkAsync(ada, "", world.People.Team.Reference);
        await world.SayAsync(ada, "zqsecret", talk);
        await world.PassAsync();
        Assert.Equal(["/silent"], Paths(world));
        await world.PassAsync(TimeSpan.FromMinutes(170));
        await TellAsync(world);
        Assert.Equal(["/silent"], Paths(world));

        world.Clock.Advance(TimeSpan.FromMinutes(10));
        await TellAsync(world);
        Assert.Equal(["/nurse", "/silent"], Paths(world));
        Assert.Equal("Something waits for you in Rapport", reader.Read(world.Push.Got[^1].Body));
        await world.PassAsync(TimeSpan.FromMinutes(30));
        await TellAsync(world);
        Assert.Equal(["/nurse", "/quiet", "/silent"], Paths(world));

        // More of the same question is no reminder of its own.
        await world.SayAsync(ada, "still zqsecret", talk);
        await TellAsync(world);
        Assert.Equal(["/nurse", "/quiet", "/silent", "/silent"], Paths(world));
        Assert.DoesNotContain("zq", world.Logged);
    }

    [Fact]
    public async Task What_a_colleague_has_in_hand_and_what_was_answered_in_time_is_told_to_nobody_else()
    {
        await using var world = await NoticeWorld.BeginAsync();
        var (ada, nurse) = (world.People.Ada, world.People.Nurse);
        var colleague = await ColleagueAsync(world);
        await PromiseAsync(world, 4);
        await world.TurnOnAsync(nurse, "/nurse", Only(NoticeTopic.Overdue));
        await world.TurnOnAsync(colleague, "/colleague", choices => Only(NoticeTopic.Overdue)(choices) with { Quiet = new QuietHours(14 * 60, (15 * 60) + 30) });
        var (taken, answered) = (await TalkWorld.TalkAsync(ada, "", world.People.Team.Reference), await TalkWorld.TalkAsync(ada, "", world.People.Team.Reference));
        await world.SayAsync(ada, "one", taken);
        await world.SayAsync(ada, "two", answered);
        await TakeAsync(world, nurse, taken);
        world.Clock.Advance(TimeSpan.FromHours(3));
        await TellAsync(world);
        Assert.Equal(["/nurse"], Paths(world));

        // What was answered while it was quiet is not told any more.
        await world.SayAsync(nurse, "yes", answered);
        world.Clock.Advance(TimeSpan.FromMinutes(29));
        await TellAsync(world);
        Assert.Equal(["/nurse"], Paths(world));
    }

    private static string[] Paths(NoticeWorld world) => [.. world.Push.Got.Select(static got => got.Path).Order(StringComparer.Ordinal)];

    private static Func<NoticeChoices, NoticeChoices> Only(NoticeTopic topic) => choices => choices with { Rules = [new NoticeRule(topic, NoticeWay.Push, NoticeTempo.AtOnce)] };

    /// <summary>What the server does each minute.</summary>
    private static async Task TellAsync(NoticeWorld world)
    {
        await world.Server.Modules.Conversations.Late.TellAsync(Cancel);
        await world.PassAsync();
    }

    private static Task<bool> PromiseAsync(NoticeWorld world, int hours) => world.Server.Modules.Conversations.Promises.SetAsync(
        world.People.Team.Id,
        new TeamPromise
        {
            Hours = new TeamHours(TimeZoneInfo.Utc, [.. Enum.GetValues<DayOfWeek>().Select(static day => new OpenTime(day, 0, 1440))], []),
            Usual = new AnswerTime(hours, AnswerUnit.OpenHours),
        },
        0,
        Cancel);

    private static async Task<TestPerson> ColleagueAsync(NoticeWorld world)
    {
        var colleague = await world.Server.AddDoctorAsync();
        await world.Server.Modules.People.Directory.AddMemberAsync(world.People.Team.Id.Organisation, colleague.Person.Id, "nurse", null, Cancel);
        await world.Server.Modules.People.CareTeams.SetMemberAsync(world.People.Team.Id, colleague.Person.Id, true, Cancel);
        return colleague;
    }

    private static async Task TakeAsync(NoticeWorld world, TestPerson person, string talk)
    {
        var now = (await world.Server.Modules.People.Accounts.FindAsync(person.Person.Id, Cancel))!;
        var talker = await Talker.OfAsync(now, Pages.Household.ActorOf(now), world.Server.Modules.Records, Cancel);
        Assert.True(Data.ConversationId.TryParse(talk, out var id));
        Assert.True(await world.Server.Modules.Conversations.TakeAsync(talker, (await world.Server.Modules.Conversations.FindAsync(talker, id, Cancel))!, now.Id, now.DisplayName, Cancel));
    }
}
