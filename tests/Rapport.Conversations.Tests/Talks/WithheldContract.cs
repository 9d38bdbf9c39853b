using Rapport.Conversations.Tests.Teams;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Talks;

/// <summary>What somebody says whom a reader blocks does not reach the reader, on any node, in conversations that go on; all others read it, and who is blocked is told nothing.</summary>
public abstract class WithheldContract(TestDatabase test)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Who blocked somebody and let their conversations go on could still be written to in them.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_blocked_person_says_alone_or_as_their_team_does_not_reach_who_blocks_them(bool asTeam)
    {
        await using var house = await TeamHouse.MoveInAsync(test);
        var id = asTeam ? await house.AskAsync("question") : await AloneAsync(house);
        await house.SayAsync(house.Desk, house.Lee, id, "before");
        test.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await house.People.Blocks.AddAsync(house.Maya, house.Lee, Cancel)).Problem);
        var doctor = await house.TalkerAsync(house.Lee);
        Assert.True(await house.Desk.CorrectAsync(doctor, (await house.ViewAsync(house.Desk, house.Lee, id))!, 3, "put right", Cancel));
        await MarkAsync(house, id);
        await house.SayAsync(house.Other, house.Lee, id, "after");
        foreach (var desk in new[] { house.Desk, house.Other })
        {
            var view = (await house.ViewAsync(desk, house.Maya, id))!;
            Assert.Equal(["question", "before"], Said(await desk.LinesAsync(view, 1, 500, Cancel)));
            Assert.Equal([house.Lee.Id, house.Lee.Id], (await desk.LinesAsync(view, 1, 500, Cancel)).Select(static line => line.Line).OfType<WithheldLine>().Select(static line => line.By.Person));
            Assert.Empty(await desk.CorrectionsAsync(view, 1, 500, Cancel));
            Assert.False(view.IsUnread);
            Assert.False(Assert.Single(await desk.ListAsync(await house.TalkerAsync(house.Maya), Cancel)).IsUnread);
            var theirs = (await house.ViewAsync(desk, house.Lee, id))!;
            Assert.Equal(["question", "before", "after"], Said(await desk.LinesAsync(theirs, 1, 500, Cancel)));
            Assert.Single(await desk.CorrectionsAsync(theirs, 1, 500, Cancel));
        }

        if (asTeam)
        {
            // A colleague's words reach the patient, and make it unread.
            await house.SayAsync(house.Desk, house.Ruiz, id, "from Ruiz");
            var view = (await house.ViewAsync(house.Other, house.Maya, id))!;
            Assert.True(view.IsUnread);
            Assert.Equal(["question", "before", "from Ruiz"], Said(await house.Other.LinesAsync(view, 1, 500, Cancel)));
            Assert.Equal(["question", "before", "after", "from Ruiz"], Said(await house.Other.LinesAsync((await house.ViewAsync(house.Other, house.Ruiz, id))!, 1, 500, Cancel)));
        }

        // Taken back, it is all there.
        Assert.True(await house.People.Blocks.RemoveAsync(house.Maya.Id, house.Lee.Id, Cancel));
        Assert.Contains("after", Said(await house.Desk.LinesAsync((await house.ViewAsync(house.Desk, house.Maya, id))!, 1, 500, Cancel)));
    }

    /// <summary>What a patient says to a team reaches whoever is there as the team: it may be theirs to answer.</summary>
    [Fact]
    public async Task Who_reads_as_one_of_a_team_reads_what_is_said_to_the_team_whomever_they_block()
    {
        await using var house = await TeamHouse.MoveInAsync(test);
        var id = await house.AskAsync("question");
        Assert.Null((await house.People.Blocks.AddAsync(house.Lee, house.Maya, Cancel)).Problem);
        await house.SayAsync(house.Desk, house.Maya, id, "after");
        var view = (await house.ViewAsync(house.Desk, house.Lee, id))!;
        Assert.True(view.IsUnread);
        Assert.Equal(["question", "after"], Said(await house.Desk.LinesAsync(view, 1, 500, Cancel)));
    }

    private static async Task<ConversationId> AloneAsync(TeamHouse house)
    {
        var record = house.Maya.Record!.Value;
        var view = (await house.Desk.BeginAsync(
            await house.TalkerAsync(house.Maya), new NewConversation(record, "My knee", Topic.General, [new Member($"Patient/{record}", house.Maya.DisplayName, "patient"), new Member($"Practitioner/{house.Lee.Id}", "Dr Lee", "physician")]), Cancel))!.View!;
        await house.SayAsync(house.Desk, house.Maya, view.Id, "question");
        return view.Id;
    }

    private static async Task MarkAsync(TeamHouse house, ConversationId id)
    {
        var view = (await house.ViewAsync(house.Desk, house.Maya, id))!;
        await house.Desk.MarkReadAsync(await house.TalkerAsync(house.Maya), view, view.State.Size, Cancel);
    }

    private static IEnumerable<string> Said(IEnumerable<TalkLine> lines) => lines.Select(static line => line.Line).OfType<SaidLine>().Select(static said => said.Text);
}

public sealed class WithheldOnSqlite(SqliteTestDatabase test) : WithheldContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class WithheldOnPostgres(PostgresTestDatabase test) : WithheldContract(test), IClassFixture<PostgresTestDatabase>;
