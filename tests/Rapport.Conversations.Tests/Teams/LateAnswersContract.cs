using System.Data.Common;
using Dapper;
using Rapport.Data;
using Rapport.People;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Teams;

/// <summary>What a team does not answer in time reaches somebody: once, whichever node sees to it, and whatever is cut short.</summary>
public abstract class LateAnswersContract(TestDatabase test) : TeamContract(test)
{
    private ConversationId _last;

    /// <summary>Noon of a day of its own.</summary>
    protected override DateTime? Begins(DateTimeOffset now) => now.Date.AddDays(1).AddHours(12);

    [Fact]
    public async Task When_a_quarter_is_left_the_team_is_reminded_and_when_the_time_has_passed_it_is_somebodys_for_all_to_see_once()
    {
        // At noon the team goes until two: four hours end the next day at nine, and an hour of opening before that is eight.
        await _house.PromiseAsync(4, told: _house.Lee);
        var id = await _house.AskAsync("May I run?");
        Test.Clock.Advance(TimeSpan.FromHours(20) - TimeSpan.FromMinutes(1));
        await TellEverywhereAsync();
        Assert.Empty(await RemindedAsync(_house.Lee));

        Test.Clock.Advance(TimeSpan.FromMinutes(1));
        await TellEverywhereAsync();
        foreach (var member in new[] { _house.Lee, _house.Ruiz, _house.Ida })
        {
            var reminded = Assert.Single(await RemindedAsync(member));
            Assert.Equal((id, 2, true), (reminded.Conversation, reminded.Seq, reminded.IsReminder));
        }

        Assert.Equal(2, (await _house.LinesAsync(id)).Count);

        // That more is written changes nothing of it.
        await _house.SayAsync(_house.Other, _house.Maya, id, "Are you there?");
        await TellEverywhereAsync();
        Assert.Single(await RemindedAsync(_house.Lee));
        Test.Clock.Advance(TimeSpan.FromHours(1));
        await TellEverywhereAsync();
        Assert.Single(await RemindedAsync(_house.Lee));
        var late = Assert.IsType<OverdueLine>((await _house.LinesAsync(id))[^1]);
        Assert.Equal((2, _house.Lee.Id, "Dr Lee", "physician"), (late.Seq, late.Hands, late.Name, late.Role));
        Assert.Equal((_house.Lee.Id, true), (await _house.ViewAsync(_house.Other, _house.Maya, id))!.State is var state ? (state.Of(_house.TeamReference).Hands!.Value, state.Waits!.IsPassedOn) : default);

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
    public async Task Who_has_it_in_hand_is_reminded_alone_and_who_stands_in_for_them()
    {
        await _house.PromiseAsync(4, told: _house.Lee);
        await HandAsync(await _house.AskAsync("mine"), _house.Ruiz);
        Test.Clock.Advance(TimeSpan.FromHours(20));
        await TellEverywhereAsync();
        Assert.Equal((0, 1, 0), await RemindedCountsAsync());

        var (today, away) = (DateOnly.FromDateTime(Test.Clock.GetUtcNow().UtcDateTime), _house.Ruiz);
        await HandAsync(await _house.AskAsync("of who is away"), away);
        await _house.Desk.Absences.SetAsync(_house.Team.Id, new Absence(away.Id, away.DisplayName, today, today.AddDays(9), _house.Ida.Id, _house.Ida.DisplayName, false), Cancel);
        Test.Clock.Advance(TimeSpan.FromHours(3));
        await TellEverywhereAsync();
        Assert.Equal((0, 1, 1), await RemindedCountsAsync());

        // Where nobody has it, all who are there are.
        await _house.AskAsync("nobody's");
        Test.Clock.Advance(TimeSpan.FromHours(5));
        await TellEverywhereAsync();
        Assert.Equal((1, 1, 2), await RemindedCountsAsync());
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
        foreach (var (ahead, told) in new[] { (TimeSpan.FromHours(20), (1, 0)), (TimeSpan.FromHours(1), (1, 1)) })
        {
            Test.Clock.Advance(ahead);

            // The last that its transaction writes cannot be written: nothing of it is there.
            var before = await _house.LinesAsync(id);
            await RenameAsync("conversation_news", "conversation_news_away");
            try
            {
                await Assert.ThrowsAnyAsync<DbException>(() => _house.Desk.Late.TellAsync(Cancel));
            }
            finally
            {
                await RenameAsync("conversation_news_away", "conversation_news");
            }

            Assert.Equal(before.Count, (await _house.LinesAsync(id)).Count);
            await TellEverywhereAsync();
            Assert.Equal(told, ((await RemindedAsync(_house.Lee)).Count, (await _house.LinesAsync(id)).OfType<OverdueLine>().Count()));
        }
    }

    [Fact]
    public async Task Nobody_is_told_of_what_was_answered_closed_ended_or_left()
    {
        await _house.PromiseAsync(1, told: _house.Lee);
        var (answered, closed, left) = (await _house.AskAsync("a"), await _house.AskAsync("b"), await _house.AskAsync("c"));
        await _house.SayAsync(_house.Desk, _house.Ruiz, answered, "Yes.");
        var lee = await _house.TalkerAsync(_house.Lee);
        Assert.True(await _house.Desk.CloseAsync(lee, (await _house.Desk.FindAsync(lee, closed, Cancel))!, null, Cancel));
        Assert.True(await _house.Desk.LeaveAsync(lee, (await _house.Desk.FindAsync(lee, left, Cancel))!, TeamHouse.ActorOf(_house.Lee), Cancel));
        Test.Clock.Advance(TimeSpan.FromDays(2));
        await TellEverywhereAsync();
        Assert.Equal((0, 0, 0), await RemindedCountsAsync());
        foreach (var id in new[] { answered, closed, left })
        {
            Assert.Empty((await _house.LinesAsync(id)).OfType<OverdueLine>());
        }
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

    private Task RenameAsync(string table, string name) => Test.Database.WriteAsync(t => t.Connection!.ExecuteAsync($"ALTER TABLE {table} RENAME TO {name}", transaction: t), Cancel);

    private async Task HandAsync(ConversationId id, Person to)
    {
        var ida = await _house.TalkerAsync(_house.Ida);
        Assert.True(await _house.Desk.TakeAsync(ida, (await _house.Desk.FindAsync(ida, id, Cancel))!, to.Id, to.DisplayName, Cancel));
    }

    /// <summary>Of what somebody was reminded.</summary>
    private async Task<IReadOnlyList<News>> RemindedAsync(Person person) =>
        [.. (await _house.Other.News.AfterAsync($"RelatedPerson/{person.Id}", 0, Cancel)).Select(static one => one.News).Where(static news => news.IsReminder)];

    private async Task<(int Lee, int Ruiz, int Ida)> RemindedCountsAsync() =>
        ((await RemindedAsync(_house.Lee)).Count, (await RemindedAsync(_house.Ruiz)).Count, (await RemindedAsync(_house.Ida)).Count);

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
