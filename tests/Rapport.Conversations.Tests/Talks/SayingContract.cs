using Rapport.Conversations.Tests.Teams;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Talks;

/// <summary>What goes with a message goes with it or not at all, also where the database fails in between.</summary>
public abstract class SayingContract(TestDatabase test) : TeamContract(test)
{
    [Fact]
    public async Task What_was_to_go_with_a_message_that_could_not_be_stored_is_shared_with_nobody_until_it_is_sent_again()
    {
        var id = await _house.AskAsync("hello");
        var maya = await _house.TalkerAsync(_house.Maya);
        var message = new NewMessage("look at this", "once", [$"Observation/{_house.Maya.Record}.0000000000000000000000000a"]);
        await using (await BrokenTable.BreakAsync(Test.Database, "conversation_line"))
        {
            await Assert.ThrowsAnyAsync<Exception>(async () => await SendAsync());
        }

        Assert.Equal(0, await SharedAsync());
        Assert.Equal(SaidStatus.Said, (await SendAsync()).Status);
        Assert.Equal(1, await SharedAsync());
        Assert.Equal(SaidStatus.Said, (await SendAsync()).Status);
        Assert.Equal(1, await SharedAsync());

        async Task<SaidAnswer> SendAsync() => await _house.Desk.SayAsync(maya, (await _house.ViewAsync(_house.Desk, _house.Maya, id))!, message, (await _house.OwnAsync()).Attached, Cancel);
    }

    private async Task<int> SharedAsync() => (await (await _house.OwnAsync()).ConsentsAsync(static consent => consent is { Attached: not null, Status: "active" }, Cancel)).Count;
}

public sealed class SayingOnSqlite(SqliteTestDatabase test) : SayingContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class SayingOnPostgres(PostgresTestDatabase test) : SayingContract(test), IClassFixture<PostgresTestDatabase>;
