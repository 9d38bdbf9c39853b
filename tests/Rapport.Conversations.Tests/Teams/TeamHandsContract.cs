using Rapport.Data;
using Rapport.People;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Teams;

/// <summary>What is in the hands of who is away is in those of who stands in, or all of the team's: nothing is lost, and it goes back or stays as they chose.</summary>
public abstract class TeamHandsContract(TestDatabase test) : TeamContract(test)
{
    private DateOnly Today => DateOnly.FromDateTime(Test.Clock.GetUtcNow().UtcDateTime);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_and_what_is_handed_to_who_is_away_is_with_who_stands_in_until_they_are_back_and_then_as_they_chose(bool isKept)
    {
        var (before, other) = (await _house.AskAsync("before"), await _house.AskAsync("of somebody else"));
        await HandAsync(before, _house.Lee);
        await HandAsync(other, _house.Ida);
        Assert.Equal((_house.Lee.Id, "Dr Lee", null), await HandsAsync(before));
        Assert.Equal(AbsenceStatus.Set, await AwayAsync(_house.Lee, 1, 3, _house.Ruiz, isKept));
        Assert.Equal((_house.Lee.Id, "Dr Lee", null), await HandsAsync(before));
        Test.Clock.Advance(TimeSpan.FromDays(1));
        var during = await _house.AskAsync("during");
        await HandAsync(during, _house.Lee);
        Assert.Equal((_house.Ruiz.Id, "Nurse Ruiz", "Dr Lee"), await HandsAsync(before));
        Assert.Equal((_house.Ruiz.Id, "Nurse Ruiz", "Dr Lee"), await HandsAsync(during));
        Assert.Equal((_house.Ida.Id, "Ida Berg", null), await HandsAsync(other));

        Test.Clock.Advance(TimeSpan.FromDays(3));
        var (since, expected) = (await _house.AskAsync("since"), isKept ? (_house.Ruiz.Id, "Nurse Ruiz", (string?)"Dr Lee") : (_house.Lee.Id, "Dr Lee", null));
        await HandAsync(since, _house.Lee);
        Assert.Equal(expected, await HandsAsync(before));
        Assert.Equal(expected, await HandsAsync(during));
        Assert.Equal((_house.Lee.Id, "Dr Lee", null), await HandsAsync(since));
        await HandAsync(before, _house.Lee);
        Assert.Equal((_house.Lee.Id, "Dr Lee", null), await HandsAsync(before));
    }

    [Fact]
    public async Task Where_who_stands_in_is_away_too_or_left_it_is_all_of_the_teams()
    {
        var id = await _house.AskAsync("hello");
        await HandAsync(id, _house.Lee);
        await AwayAsync(_house.Lee, 0, 9, _house.Ruiz);
        Assert.Equal((_house.Ruiz.Id, "Nurse Ruiz", "Dr Lee"), await HandsAsync(id));
        await AwayAsync(_house.Ruiz, 0, 1, _house.Ida);
        Assert.Equal((null, null, "Dr Lee"), await HandsAsync(id));
        Assert.True(await _house.Other.Absences.EndAsync(_house.Team.Id, _house.Ruiz.Id, Cancel));
        Assert.Equal((_house.Ruiz.Id, "Nurse Ruiz", "Dr Lee"), await HandsAsync(id));
        await _house.People.CareTeams.SetMemberAsync(_house.Team.Id, _house.Ruiz.Id, false, Cancel);
        Assert.Equal((null, null, "Dr Lee"), await HandsAsync(id));
        await _house.People.CareTeams.SetMemberAsync(_house.Team.Id, _house.Lee.Id, false, Cancel);
        Assert.Equal((null, null, null), await HandsAsync(id));
    }

    [Fact]
    public async Task Many_who_say_it_at_once_lose_nothing_and_what_they_say_anew_takes_its_place()
    {
        var people = new List<Person> { _house.Lee, _house.Ruiz, _house.Ida };
        await Task.WhenAll(people.Select((person, i) => Task.Run(() => (i % 2 == 0 ? _house.Desk : _house.Other).Absences.SetAsync(_house.Team.Id, Of(person, 1, 2, null, false), Cancel), Cancel)));
        Assert.Equal(people.Select(static person => person.Id).Order(), (await _house.Desk.Absences.FindAsync(_house.Team.Id, Cancel)).All.Select(static absence => absence.Person).Order());
        await AwayAsync(_house.Lee, 3, 4, null);
        Assert.Equal(Today.AddDays(3), Assert.Single((await _house.Other.Absences.FindAsync(_house.Team.Id, Cancel)).All, absence => absence.Person == _house.Lee.Id).From);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(-3, -1)]
    [InlineData(0, 366)]
    [InlineData(400, 401)]
    public async Task Days_that_are_none_are_refused(int from, int until)
    {
        Assert.Equal(AbsenceStatus.WrongDays, await AwayAsync(_house.Lee, from, until, null));
        Assert.Empty((await _house.Desk.Absences.FindAsync(_house.Team.Id, Cancel)).All);
    }

    [Fact]
    public async Task What_is_late_becomes_nobodys_who_is_away()
    {
        await _house.PromiseAsync(1, told: _house.Lee, next: _house.Ruiz);
        await AwayAsync(_house.Lee, 0, 9, _house.Ida);
        Assert.Equal(_house.Ruiz.Id, await LateAsync());
        await AwayAsync(_house.Ruiz, 0, 9, null);
        Assert.Equal(_house.Ida.Id, await LateAsync());
        await AwayAsync(_house.Ida, 0, 9, null);
        Assert.Null(await LateAsync());
    }

    private async Task<PersonId?> LateAsync()
    {
        var id = await _house.AskAsync("Well?");
        Test.Clock.Advance(TimeSpan.FromDays(1));
        await _house.Desk.Late.TellAsync(Cancel);
        return Assert.IsType<OverdueLine>((await _house.LinesAsync(id))[^1]).Hands;
    }

    private Absence Of(Person person, int from, int until, Person? standIn, bool isKept) =>
        new(person.Id, person.DisplayName, Today.AddDays(from), Today.AddDays(until), standIn?.Id, standIn?.DisplayName, isKept);

    private Task<AbsenceStatus> AwayAsync(Person person, int from, int until, Person? standIn, bool isKept = false) =>
        _house.Desk.Absences.SetAsync(_house.Team.Id, Of(person, from, until, standIn, isKept), Cancel);

    private async Task HandAsync(ConversationId id, Person to)
    {
        var ida = await _house.TalkerAsync(_house.Ida);
        Assert.True(await _house.Desk.TakeAsync(ida, (await _house.Desk.FindAsync(ida, id, Cancel))!, to.Id, to.DisplayName, Cancel));
    }

    private async Task<(PersonId?, string?, string?)> HandsAsync(ConversationId id) =>
        (await _house.Other.Hands.OfAsync((await _house.ViewAsync(_house.Other, _house.Maya, id))!.State, Cancel)).Of(_house.TeamReference) is var hands ? (hands.Person, hands.Name, hands.Instead?.Name) : default;
}

public sealed class TeamHandsOnSqlite(SqliteTestDatabase test) : TeamHandsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class TeamHandsOnPostgres(PostgresTestDatabase test) : TeamHandsContract(test), IClassFixture<PostgresTestDatabase>;
