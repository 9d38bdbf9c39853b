using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Teams;

/// <summary>A team's figures follow from what happened in its conversations.</summary>
public abstract class TeamFiguresContract(TestDatabase test) : TeamContract(test)
{
    /// <summary>Monday noon.</summary>
    protected override DateTime? Begins(DateTimeOffset now) => now.Date.AddDays(8 - (int)now.DayOfWeek).AddHours(12);

    [Fact]
    public async Task They_tell_by_week_how_many_came_how_many_were_answered_in_time_and_how_long_that_took()
    {
        // Open from 8 to 12 and from 14 to 17: what comes at noon is promised for the next day at nine.
        await _house.PromiseAsync(4);
        var monday = DateOnly.FromDateTime(Test.Clock.GetUtcNow().UtcDateTime);
        var first = await _house.AskAsync("one");
        var second = await _house.AskAsync("two");
        var third = await _house.AskAsync("three");
        var ended = await _house.AskAsync("no matter");
        Test.Clock.Advance(TimeSpan.FromHours(2));
        await _house.SayAsync(_house.Desk, _house.Lee, first, "Yes.");
        var lee = await _house.TalkerAsync(_house.Lee);
        Test.Clock.Advance(TimeSpan.FromHours(24));
        Assert.True(await _house.Other.CloseAsync(lee, (await _house.Other.FindAsync(lee, second, Cancel))!, null, Cancel));
        var now = await FiguresAsync();
        Assert.Equal((TeamFigures.WeeksTold, monday), (now.Weeks.Count, now.Weeks[^1].Monday));
        Assert.Equal(new FiguresOf(4, 2, 4, 1, TimeSpan.FromHours(2), TimeSpan.FromHours(26)), now.Weeks[^1].Figures);
        Assert.Equal((2, 2), (now.OpenNow, now.LateNow));
        Assert.Empty(now.Topics);

        // Of the next week: what comes again in the same conversation is another question.
        Test.Clock.Advance(TimeSpan.FromDays(6));
        await _house.SayAsync(_house.Other, _house.Ida, third, "Sorry, yes.");
        await _house.SayAsync(_house.Desk, _house.Maya, first, "And swim?");
        now = await FiguresAsync();
        Assert.Equal(new FiguresOf(1, 0, 0, 0, null, null), now.Weeks[^1].Figures);
        Assert.Equal((4, 3, 1), (now.Weeks[^2].Figures.Came, now.Weeks[^2].Figures.Answered, now.Weeks[^2].Figures.Kept));
        Assert.Equal((2, 1), (now.OpenNow, now.LateNow));
        Assert.All(now.Weeks.SkipLast(2), static week => Assert.Equal(0, week.Figures.Came));
        Assert.NotEqual(default, ended);
    }

    [Fact]
    public async Task Matters_are_told_apart_where_eleven_or_more_came()
    {
        await _house.PromiseAsync(4);
        for (var i = 0; i < 10; i++)
        {
            await _house.AskAsync($"result {i}", Topic.Results);
            await _house.AskAsync($"paper {i}", Topic.Papers);
        }

        Assert.Empty((await FiguresAsync()).Topics);
        await _house.AskAsync("one more", Topic.Results);
        Assert.Equal((Topic.Results, 11), Assert.Single((await FiguresAsync()).Topics) is var of ? (of.Topic, of.Figures.Came) : default);
    }

    private async Task<TeamFigures> FiguresAsync()
    {
        var told = await _house.Desk.Inbox.FiguresAsync(_house.Team.Id, Cancel);
        var other = await _house.Other.Inbox.FiguresAsync(_house.Team.Id, Cancel);
        Assert.Equal(told.Weeks, other.Weeks);
        return told;
    }
}

public sealed class TeamFiguresOnSqlite(SqliteTestDatabase test) : TeamFiguresContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class TeamFiguresOnPostgres(PostgresTestDatabase test) : TeamFiguresContract(test), IClassFixture<PostgresTestDatabase>;
