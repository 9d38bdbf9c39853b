using Dapper;
using Rapport.Conversations.Tests.Teams;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Talks;

/// <summary>A row that was changed at rest takes nothing else down, and the operator is told.</summary>
public abstract class DamageContract(TestDatabase test) : TeamContract(test)
{
    private static readonly byte[] Garbage = new byte[64];

    private readonly List<Exception> _found = [];

    [Fact]
    public async Task Of_a_teams_list_what_is_damaged_is_left_out_until_somebody_writes_there_again()
    {
        var ids = new[] { await _house.AskAsync("one"), await _house.AskAsync("two") };
        await BreakAsync("UPDATE team_talk SET body = @Garbage WHERE place = @place", place: Test.Keyring.LookupHash("team-talk", $"{_house.TeamReference}\n{ids[0]}"));
        var lee = await _house.TalkerAsync(_house.Lee);
        Assert.Equal(ids[1], Assert.Single(await _house.Other.Inbox.ReadAsync(lee, Cancel)).Conversation);
        Assert.NotEmpty(_found);
        foreach (var id in ids)
        {
            await _house.SayAsync(_house.Other, _house.Maya, id, "more");
        }

        Assert.Equal(ids.Order(), (await _house.Other.Inbox.ReadAsync(lee, Cancel)).Select(static item => item.Conversation).Order());
    }

    [Fact]
    public async Task How_far_a_team_has_read_is_unread_where_it_is_damaged()
    {
        var id = await _house.AskAsync("one");
        var lee = await _house.TalkerAsync(_house.Lee);
        await _house.Desk.MarkReadAsync(lee, (await _house.ViewAsync(_house.Desk, _house.Lee, id))!, 2, Cancel);
        await BreakAsync("UPDATE team_reading SET body = @Garbage");
        Assert.Single(await _house.Other.Inbox.ReadAsync(lee, Cancel));
        Assert.NotEmpty(_found);
    }

    [Fact]
    public async Task A_damaged_mark_takes_no_other_conversation_along()
    {
        var ids = new[] { await _house.AskAsync("one"), await _house.AskAsync("two") };
        var (maya, lee) = (await _house.TalkerAsync(_house.Maya), await _house.TalkerAsync(_house.Lee));
        foreach (var id in ids)
        {
            await _house.Desk.MarkReadAsync(maya, (await _house.ViewAsync(_house.Desk, _house.Maya, id))!, 2, Cancel);
        }

        await BreakAsync("UPDATE conversation_mark SET body = @Garbage WHERE conversation_id = @id", ids[0].ToString());
        Assert.Equal(ids[1], Assert.Single(await _house.Other.ListAsync(maya, Cancel)).Id);
        Assert.Null(await _house.Other.FindAsync(maya, ids[0], Cancel));
        Assert.NotEmpty(_found);

        // Whoever has a sound mark reads on.
        var view = (await _house.Other.FindAsync(lee, ids[0], Cancel))!;
        Assert.Empty(await _house.Other.MarksAsync(view, Cancel));
    }

    [Fact]
    public async Task Of_what_is_new_what_is_damaged_is_left_out()
    {
        await _house.AskAsync("one");
        var all = await ReadAsync();
        await BreakAsync("UPDATE conversation_news SET body = @Garbage WHERE seq = 1");
        Assert.Equal(all.Where(static one => one != 1), await ReadAsync());
        Assert.NotEmpty(_found);

        async Task<IReadOnlyList<long>> ReadAsync()
        {
            var news = new NewsTable(Test.Database, Test.Keyring, new DamageWatch { Found = _found.Add });
            return [.. (await news.ReadAsync(_house.TeamReference, 0, Cancel)).Select(static one => one.Seq)];
        }
    }

    private async Task BreakAsync(string sql, string? id = null, byte[]? place = null)
    {
        _house.Other.FindsDamage = _found.Add;
        await Test.Database.WriteAsync(t => t.Connection!.ExecuteAsync(sql, new { Garbage, id, place }, t), Cancel);
    }
}

public sealed class DamageOnSqlite(SqliteTestDatabase test) : DamageContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class DamageOnPostgres(PostgresTestDatabase test) : DamageContract(test), IClassFixture<PostgresTestDatabase>;
