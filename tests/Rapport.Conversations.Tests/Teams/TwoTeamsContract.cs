using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.People;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Teams;

/// <summary>In a room with two care teams each promises, answers, hands over and is late for itself.</summary>
public abstract class TwoTeamsContract(TestDatabase test) : TeamContract(test)
{
    private CareTeam _physio = null!;
    private Person _karl = null!;

    /// <summary>Nine in the morning of a day of its own: the first team reads until noon.</summary>
    protected override DateTime? Begins(DateTimeOffset now) => now.Date.AddDays(1).AddHours(9);

    [Fact]
    public async Task Whoever_writes_is_promised_something_by_each_and_each_answers_for_itself()
    {
        var id = await BeginAsync();
        var view = (await _house.ViewAsync(_house.Desk, _house.Maya, id))!;
        Assert.Equal([(_house.TeamReference, 2), (_physio.Reference, 24)], (await _house.Desk.PromisesAsync(view, Cancel)).Select(promise => (promise.Who, (promise.By!.Value - _house.Now).TotalHours)));
        await _house.SayAsync(_house.Desk, _house.Maya, id, "May I run?");
        Assert.Equal([_house.TeamReference, _physio.Reference], Assert.IsType<SaidLine>((await _house.LinesAsync(id))[1]).Promises.Select(static promise => promise.Who));
        Assert.Equal((2, 2), ((await ItemAsync(_house.Lee)).Waits!.Seq, (await ItemAsync(_karl)).Waits!.Seq));

        await _house.SayAsync(_house.Other, _house.Ruiz, id, "Yes.");
        Assert.Null((await ItemAsync(_house.Lee)).Waits);
        Assert.Equal(2, (await ItemAsync(_karl)).Waits!.Seq);
        Assert.Equal([(_house.TeamReference, PromiseEnd.Answered), (_physio.Reference, PromiseEnd.Waits)], await KeptAsync(id, 2));

        // An answer asks no other team.
        Assert.Empty(Assert.IsType<SaidLine>((await _house.LinesAsync(id))[2]).Promises);
        await _house.SayAsync(_house.Desk, _karl, id, "Slowly.");
        Assert.Equal([(_house.TeamReference, PromiseEnd.Answered), (_physio.Reference, PromiseEnd.Answered)], await KeptAsync(id, 2));
        Assert.Empty((await _house.ViewAsync(_house.Desk, _house.Maya, id))!.State.AllWaiting);
    }

    [Fact]
    public async Task Each_is_late_for_itself_and_what_one_has_in_hand_is_not_taken_from_the_other()
    {
        var id = await BeginAsync();
        await _house.SayAsync(_house.Desk, _house.Maya, id, "May I run?");
        await HandAsync(id, _karl);
        Test.Clock.Advance(TimeSpan.FromHours(3));
        await _house.Other.Late.TellAsync(Cancel);
        var late = Assert.Single((await _house.LinesAsync(id)).OfType<OverdueLine>());
        Assert.Equal((_house.TeamReference, _house.Lee.Id), (late.By.As, late.Hands!.Value));
        Assert.True(await ItemAsync(_house.Lee) is { IsToldOf: true, IsLate: true, IsMine: true });
        Assert.True(await ItemAsync(_karl) is { IsToldOf: false, IsLate: false, IsMine: true });
        Assert.Equal((_house.Lee.Id, _karl.Id), await HandsAsync(id));

        Test.Clock.Advance(TimeSpan.FromHours(22));
        await _house.Desk.Late.TellAsync(Cancel);
        Assert.Equal([_house.TeamReference, _physio.Reference], (await _house.LinesAsync(id)).OfType<OverdueLine>().Select(static line => line.By.As));
        Assert.True(await ItemAsync(_karl) is { IsToldOf: true, IsLate: true });
        Assert.True(await ItemAsync(_house.Lee) is { IsToldOf: true, IsLate: true });
        Assert.Equal((_house.Lee.Id, _karl.Id), await HandsAsync(id));
    }

    [Fact]
    public async Task A_team_closes_for_itself_and_the_conversation_is_closed_when_nothing_waits_for_the_other()
    {
        var id = await BeginAsync();
        await _house.SayAsync(_house.Desk, _house.Maya, id, "May I run?");
        await CloseAsync(id, _karl);
        Assert.Equal([(_house.TeamReference, PromiseEnd.Waits), (_physio.Reference, PromiseEnd.Closed)], await KeptAsync(id, 2));
        Assert.False((await _house.ViewAsync(_house.Desk, _house.Maya, id))!.State.IsClosed);
        Assert.Null((await ItemAsync(_karl)).Waits);
        await CloseAsync(id, _house.Ruiz);
        Assert.True((await _house.ViewAsync(_house.Desk, _house.Maya, id))!.State.IsClosed);
        await _house.SayAsync(_house.Desk, _house.Maya, id, "And swim?");
        Assert.Equal((5, 5), ((await ItemAsync(_house.Lee)).Waits!.Seq, (await ItemAsync(_karl)).Waits!.Seq));

        var karl = await _house.TalkerAsync(_karl);
        Assert.True(await _house.Desk.LeaveAsync(karl, (await _house.Desk.FindAsync(karl, id, Cancel))!, TeamHouse.ActorOf(_karl), Cancel));
        Assert.Equal([(_house.TeamReference, PromiseEnd.Waits), (_physio.Reference, PromiseEnd.Gone)], await KeptAsync(id, 5));
    }

    /// <summary>How a conversation stood was noted once for all teams.</summary>
    [Fact]
    public async Task What_was_written_before_it_was_noted_for_each_is_read_as_it_was()
    {
        await _house.PromiseAsync(2);
        var id = await _house.AskAsync("May I run?");
        var state = (await _house.ViewAsync(_house.Desk, _house.Maya, id))!.State;
        var json = JsonSerializer.SerializeToNode(state, SealedTalk.Json.Conversation)!.AsObject();
        var standing = json["Teams"]![0]!;
        json.Remove("Teams");
        (json["Waits"], json["Hands"], json["HandsName"], json["HandsSince"]) = (standing["Waits"]!.DeepClone(), _house.Ruiz.Id.ToString(), "Nurse Ruiz", JsonValue.Create(_house.Now));
        var before = JsonSerializer.Deserialize(json, SealedTalk.Json.Conversation)!;
        Assert.Equal((2, _house.Ruiz.Id, "Nurse Ruiz"), (before.Waits!.Seq, before.Of(_house.TeamReference).Hands!.Value, before.Of(_house.TeamReference).HandsName));
        var by = new Speaker(_house.Ruiz.Id, _house.TeamReference, "Nurse Ruiz", "nurse");
        var answered = before.After(new SaidLine(_house.Now, by, "Yes.", null));
        Assert.Null(answered.Waits);
        Assert.Equal(_house.Ruiz.Id, answered.Of(_house.TeamReference).Hands);
        Assert.Null(answered.After(new TakenLine(_house.Now, by, null, null)).Of(_house.TeamReference).Hands);
    }

    private async Task<ConversationId> BeginAsync()
    {
        await _house.PromiseAsync(2, told: _house.Lee);
        _physio = (await _house.People.CareTeams.AddAsync(_house.Team.Id.Organisation, "Physio team", Cancel)).Value!;
        var karl = await _house.StrangerAsync();
        await _house.People.Directory.AddMemberAsync(_physio.Id.Organisation, karl.Id, "physiotherapist", null, Cancel);
        await _house.People.CareTeams.SetMemberAsync(_physio.Id, karl.Id, true, Cancel);
        _karl = (await _house.People.Accounts.FindAsync(karl.Id, Cancel))!;
        await _house.Desk.Promises.SetAsync(
            _physio.Id,
            new TeamPromise
            {
                Hours = new TeamHours(TimeZoneInfo.Utc, [.. Enum.GetValues<DayOfWeek>().Select(static day => new OpenTime(day, 0, 1440))], []),
                Usual = new AnswerTime(24, AnswerUnit.OpenHours),
                ToldOfOverdue = karl.Id,
                ToldOfOverdueName = karl.DisplayName,
            },
            0,
            Cancel);
        var members = new[] { new Member($"Patient/{_house.Maya.Record}", _house.Maya.DisplayName, "patient"), new Member(_house.TeamReference, "Heart team", "Hill"), new Member(_physio.Reference, "Physio team", "Hill") };
        return (await _house.Desk.BeginAsync(await _house.TalkerAsync(_house.Maya), new NewConversation(_house.Maya.Record!.Value, "My knee", Topic.General, members), Cancel))!.View!.Id;
    }

    private async Task<TeamItem> ItemAsync(Person person) => Assert.Single(await _house.Other.Inbox.ReadAsync(await _house.TalkerAsync(person), Cancel));

    private async Task HandAsync(ConversationId id, Person to)
    {
        var talker = await _house.TalkerAsync(to);
        Assert.True(await _house.Desk.TakeAsync(talker, (await _house.Desk.FindAsync(talker, id, Cancel))!, to.Id, to.DisplayName, Cancel));
    }

    private async Task CloseAsync(ConversationId id, Person by)
    {
        var talker = await _house.TalkerAsync(by);
        Assert.True(await _house.Desk.CloseAsync(talker, (await _house.Desk.FindAsync(talker, id, Cancel))!, null, Cancel));
    }

    private async Task<(PersonId?, PersonId?)> HandsAsync(ConversationId id)
    {
        var hands = await _house.Other.Hands.OfAsync((await _house.ViewAsync(_house.Other, _house.Maya, id))!.State, Cancel);
        return (hands.Of(_house.TeamReference).Person, hands.Of(_physio.Reference).Person);
    }

    private async Task<IReadOnlyList<(string, PromiseEnd)>> KeptAsync(ConversationId id, long seq)
    {
        var view = (await _house.ViewAsync(_house.Desk, _house.Maya, id))!;
        var all = await _house.Desk.States.PromisesAsync(await _house.TalkerAsync(_house.Maya), view, await _house.Desk.LinesAsync(view, 1, 500, Cancel), Cancel);
        return [.. all[seq].Select(static kept => (kept.Promise.Who, kept.End)).OrderBy(kept => kept.Who != _house.TeamReference)];
    }
}

public sealed class TwoTeamsOnSqlite(SqliteTestDatabase test) : TwoTeamsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class TwoTeamsOnPostgres(PostgresTestDatabase test) : TwoTeamsContract(test), IClassFixture<PostgresTestDatabase>;
