using Dapper;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Teams;

/// <summary>What a team does not answer in time reaches somebody: once, whichever node sees to it, and whatever is cut short.</summary>
public abstract class LateAnswersContract(TestDatabase test) : TeamContract(test)
{
    private ConversationId _last;

    /// <summary>Noon of a day of its own.</summary>
    protected override DateTime? Begins(DateTimeOffset now) => now.Date.AddDays(1).AddHours(12);

    [Fact]
    public async Task An_hour_of_opening_before_somebody_is_reminded_and_when_the_time_has_passed_it_is_theirs_for_all_to_see_once()
    {
        // At noon the team goes until two: four hours end the next day at nine, and an hour of opening before that is eight.
        await _house.PromiseAsync(4, told: _house.Lee);
        var id = await _house.AskAsync("May I run?");
        List<LateNews> told = [];
        _house.Desk.TellsLate = _house.Other.TellsLate = (_, news) => AddAsync(told, news);
        Test.Clock.Advance(TimeSpan.FromHours(20) - TimeSpan.FromMinutes(1));
        await TellEverywhereAsync();
        Assert.Empty(told);

        Test.Clock.Advance(TimeSpan.FromMinutes(1));
        await TellEverywhereAsync();
        Assert.Equal((_house.TeamReference, id, false), Assert.Single(told) is var soon ? (soon.Team, soon.Conversation, soon.IsLate) : default);
        Assert.Equal([_house.Lee.Id], told[0].People);
        var reminded = Assert.Single(await _house.Other.News.AfterAsync($"RelatedPerson/{_house.Lee.Id}", 0, Cancel));
        Assert.Equal((id, 2, true), (reminded.News.Conversation, reminded.News.Seq, reminded.News.IsReminder));
        Assert.Equal(2, (await _house.LinesAsync(id)).Count);

        // That more is written changes nothing of it.
        await _house.SayAsync(_house.Other, _house.Maya, id, "Are you there?");
        await TellEverywhereAsync();
        Assert.Single(told);
        Test.Clock.Advance(TimeSpan.FromHours(1));
        await TellEverywhereAsync();
        Assert.Equal((2, true), (told.Count, told[1].IsLate));
        var late = Assert.IsType<OverdueLine>((await _house.LinesAsync(id))[^1]);
        Assert.Equal((2, _house.Lee.Id, "Dr Lee", "physician"), (late.Seq, late.Hands, late.Name, late.Role));
        Assert.Equal((_house.Lee.Id, true), (await _house.ViewAsync(_house.Other, _house.Maya, id))!.State is var state ? (state.Hands!.Value, state.Waits!.IsPassedOn) : default);

        Test.Clock.Advance(TimeSpan.FromDays(3));
        await TellEverywhereAsync();
        Assert.Equal(4, (await _house.LinesAsync(id)).Count);
        await _house.SayAsync(_house.Desk, _house.Ruiz, id, "Yes.");
        Assert.Null((await _house.ViewAsync(_house.Desk, _house.Maya, id))!.State.Waits);

        // What is asked next is a promise of its own.
        await _house.SayAsync(_house.Desk, _house.Maya, id, "And swim?");
        Test.Clock.Advance(TimeSpan.FromDays(2));
        await TellEverywhereAsync();
        Assert.Equal(2, (await _house.LinesAsync(id)).OfType<OverdueLine>().Count());
    }

    [Fact]
    public async Task Who_is_named_is_told_then_who_is_named_next_then_who_was_there_last_then_everybody()
    {
        var people = _house.People;
        await _house.PromiseAsync(1, told: _house.Lee, next: _house.Ruiz);
        Assert.Equal(_house.Lee.Id, await LateAsync(static _ => Task.CompletedTask));
        await people.CareTeams.SetMemberAsync(_house.Team.Id, _house.Lee.Id, false, Cancel);
        Assert.Equal(_house.Ruiz.Id, await LateAsync(static _ => Task.CompletedTask));
        await people.CareTeams.SetMemberAsync(_house.Team.Id, _house.Ruiz.Id, false, Cancel);
        var karl = await _house.JoinAsync("Karl Holm", "nurse");
        Assert.Equal(karl.Id, await LateAsync(async id =>
        {
            await _house.SayAsync(_house.Desk, _house.Ida, id, "one moment");
            await _house.SayAsync(_house.Desk, karl, id, "and another");
            await _house.SayAsync(_house.Desk, _house.Maya, id, "well?");
        }));
        Assert.Null(await LateAsync(static _ => Task.CompletedTask));
        var (_, last) = await LastAsync();
        Assert.Equal(new[] { _house.Ida.Id, karl.Id }.Order(), last.Told.Order());
    }

    /// <summary>Nobody was in the team when it fell due: as soon as somebody is, they are told.</summary>
    [Fact]
    public async Task What_falls_due_while_nobody_is_in_the_team_waits_for_somebody()
    {
        await _house.PromiseAsync(1);
        foreach (var member in new[] { _house.Lee, _house.Ruiz, _house.Ida })
        {
            await _house.People.CareTeams.SetMemberAsync(_house.Team.Id, member.Id, false, Cancel);
        }

        var id = await _house.AskAsync("Anybody?");
        Test.Clock.Advance(TimeSpan.FromDays(1));
        await TellEverywhereAsync();
        Assert.Equal(2, (await _house.LinesAsync(id)).Count);
        var karl = await _house.JoinAsync("Karl Holm", "nurse");
        Test.Clock.Advance(TimeSpan.FromHours(1));
        await TellEverywhereAsync();
        Assert.Equal([karl.Id], Assert.IsType<OverdueLine>((await _house.LinesAsync(id))[^1]).Told);
    }

    [Fact]
    public async Task Cut_short_in_the_middle_it_is_told_by_the_next_who_sees_to_it_and_not_twice()
    {
        await _house.PromiseAsync(4, told: _house.Lee);
        var id = await _house.AskAsync("May I run?");
        foreach (var (ahead, isLate) in new[] { (TimeSpan.FromHours(20), false), (TimeSpan.FromHours(1), true) })
        {
            Test.Clock.Advance(ahead);
            _house.Desk.TellsLate = (_, news) => news.Conversation == id ? throw new OperationCanceledException("killed before the end of the transaction") : Task.CompletedTask;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _house.Desk.Late.TellAsync(Cancel));
            List<LateNews> told = [];
            _house.Desk.TellsLate = _house.Other.TellsLate = (_, news) => AddAsync(told, news);
            await TellEverywhereAsync();
            Assert.Equal(isLate, Assert.Single(told).IsLate);
        }

        Assert.Single((await _house.LinesAsync(id)).OfType<OverdueLine>());
        Assert.Single(await _house.Desk.News.AfterAsync($"RelatedPerson/{_house.Lee.Id}", 0, Cancel));
    }

    [Fact]
    public async Task Nobody_is_told_of_what_was_answered_closed_ended_or_left()
    {
        await _house.PromiseAsync(1, told: _house.Lee);
        List<LateNews> told = [];
        _house.Desk.TellsLate = _house.Other.TellsLate = (_, news) => AddAsync(told, news);
        var (answered, closed, left) = (await _house.AskAsync("a"), await _house.AskAsync("b"), await _house.AskAsync("c"));
        await _house.SayAsync(_house.Desk, _house.Ruiz, answered, "Yes.");
        var lee = await _house.TalkerAsync(_house.Lee);
        Assert.True(await _house.Desk.CloseAsync(lee, (await _house.Desk.FindAsync(lee, closed, Cancel))!, null, Cancel));
        Assert.True(await _house.Desk.LeaveAsync(lee, (await _house.Desk.FindAsync(lee, left, Cancel))!, TeamHouse.ActorOf(_house.Lee), Cancel));
        Test.Clock.Advance(TimeSpan.FromDays(2));
        await TellEverywhereAsync();
        Assert.Empty(told);
    }

    [Fact]
    public async Task Rows_tell_neither_which_team_nor_which_conversation_nor_whose()
    {
        await _house.PromiseAsync(1, told: _house.Lee);
        var id = await _house.AskAsync("my secret");
        var rows = (await Test.Database.ReadAsync(c => c.QueryAsync<(byte[] Holder, byte[] Place, byte[] Body)>("SELECT holder, place, body FROM team_talk"), Cancel)).ToList();
        var places = (await Test.Database.ReadAsync(c => c.QueryAsync<(byte[] Holder, byte[] Place)>("SELECT holder, place FROM conversation_place"), Cancel)).SelectMany(static row => new[] { row.Holder, row.Place });
        Assert.NotEmpty(rows);
        foreach (var (holder, place, body) in rows)
        {
            Assert.DoesNotContain(places, known => known.SequenceEqual(holder) || known.SequenceEqual(place));
            var text = System.Text.Encoding.Latin1.GetString(body);
            Assert.DoesNotContain(new[] { id.ToString(), _house.Team.Id.ToString(), _house.Maya.Record.ToString()!, "secret" }, secret => text.Contains(secret, StringComparison.Ordinal));
        }
    }

    private Task AddAsync(List<LateNews> told, LateNews news)
    {
        lock (told)
        {
            told.AddRange(news.Team == _house.TeamReference ? [news] : []);
        }

        return Task.CompletedTask;
    }

    private async Task TellEverywhereAsync() => Assert.All(
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => (i % 2 == 0 ? _house.Desk : _house.Other).Late.TellAsync(Cancel), Cancel))), static failed => Assert.Equal(0, failed));

    /// <summary>Whose a question becomes that nobody answers.</summary>
    private async Task<PersonId?> LateAsync(Func<ConversationId, Task> meanwhile)
    {
        var id = await _house.AskAsync("Well?");
        await meanwhile(id);
        Test.Clock.Advance(TimeSpan.FromDays(1));
        await TellEverywhereAsync();
        _last = id;
        return (await LastAsync()).Line.Hands;
    }

    private async Task<(ConversationId Id, OverdueLine Line)> LastAsync() => (_last, Assert.IsType<OverdueLine>((await _house.LinesAsync(_last))[^1]));
}

public sealed class LateAnswersOnSqlite(SqliteTestDatabase test) : LateAnswersContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class LateAnswersOnPostgres(PostgresTestDatabase test) : LateAnswersContract(test), IClassFixture<PostgresTestDatabase>;
