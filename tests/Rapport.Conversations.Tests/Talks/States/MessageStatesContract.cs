using Rapport.Conversations.Tests.Teams;
using Rapport.Data;
using Rapport.People;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Talks.States;

/// <summary>What became of messages, as who sent them is told.</summary>
public abstract class MessageStatesContract(TestDatabase test) : TeamContract(test)
{
    /// <summary>Nine in the morning of a day of its own: the team reads until noon.</summary>
    protected override DateTime? Begins(DateTimeOffset now) => now.Date.AddDays(1).AddHours(9);

    [Fact]
    public async Task What_was_promised_waits_is_answered_in_time_or_later_and_is_told_however_much_was_said_since()
    {
        await _house.PromiseAsync(2);
        var id = await _house.AskAsync("May I run?");
        Assert.Equal([(PromiseEnd.Waits, null)], await EndsAsync(id, 2));
        await _house.SayAsync(_house.Desk, _house.Maya, id, "And swim?");
        Test.Clock.Advance(TimeSpan.FromHours(1));
        await _house.SayAsync(_house.Other, _house.Ruiz, id, "Yes.");
        Assert.Equal([(PromiseEnd.Answered, 4)], await EndsAsync(id, 2));
        Assert.Equal([(PromiseEnd.Answered, 4)], await EndsAsync(id, 3));
        Assert.Null(Assert.Single(await KeptAsync(id, 2)).LateBy(default));

        // Asked at ten, promised for noon, answered at half past two.
        await _house.SayAsync(_house.Desk, _house.Maya, id, "For how long?");
        Test.Clock.Advance(TimeSpan.FromHours(4.5));
        Assert.Equal(TimeSpan.FromHours(2.5), Assert.Single(await KeptAsync(id, 5)).LateBy(_house.Now));
        await _house.SayAsync(_house.Other, _house.Ruiz, id, "An hour.");
        var late = Assert.Single(await KeptAsync(id, 5));
        Assert.Equal((PromiseEnd.Answered, 6, _house.Ruiz.Id, TimeSpan.FromHours(2.5)), (late.End, late.Line!.Seq, late.Line.Line.By.Person, late.LateBy(default)!.Value));
        for (var i = 0; i < 4; i++)
        {
            await _house.SayAsync(_house.Desk, _house.Lee, id, "more");
        }

        Assert.Equal([(PromiseEnd.Answered, 6)], await EndsAsync(id, 5));
        Assert.Equal([(PromiseEnd.Answered, 4)], await EndsAsync(id, 2));
    }

    /// <summary>A team that said that it looks at it had answered by that.</summary>
    [Fact]
    public async Task What_a_team_says_that_is_not_its_answer_yet_leaves_open_what_it_promised()
    {
        await _house.PromiseAsync(2);
        var id = await _house.AskAsync("May I run?");
        Test.Clock.Advance(TimeSpan.FromHours(1));
        await _house.SayAsync(_house.Other, _house.Ruiz, id, "We look at it.", isNotYet: true);
        Assert.Equal([(PromiseEnd.Waits, null)], await EndsAsync(id, 2));
        Assert.Equal(2, (await _house.ViewAsync(_house.Desk, _house.Lee, id))!.State.Waits!.Seq);
        Test.Clock.Advance(TimeSpan.FromHours(1.5));
        Assert.Equal(TimeSpan.FromMinutes(30), Assert.Single(await KeptAsync(id, 2)).LateBy(_house.Now));

        // Of who is nobody of a team it says nothing, and what the team says next is its answer.
        await _house.SayAsync(_house.Desk, _house.Maya, id, "And swim?", isNotYet: true);
        Assert.False(((SaidLine)(await _house.LinesAsync(id))[^1]).IsNotYet);
        await _house.SayAsync(_house.Other, _house.Ruiz, id, "Yes.");
        Assert.Equal([(PromiseEnd.Answered, 5)], await EndsAsync(id, 2));
        Assert.Null((await _house.ViewAsync(_house.Desk, _house.Lee, id))!.State.Waits);
    }

    /// <summary>Whoever went back and said that it was not the answer yet was told that it was sent, while what was promised counted as answered.</summary>
    [Fact]
    public async Task What_is_sent_again_as_no_answer_yet_is_another_message_than_the_answer_that_was_sent()
    {
        await _house.PromiseAsync(2);
        var id = await _house.AskAsync("May I run?");
        var ruiz = await _house.TalkerAsync(_house.Ruiz);
        async Task<SaidStatus> SayAsync(bool isNotYet) =>
            (await _house.Desk.SayAsync(ruiz, (await _house.ViewAsync(_house.Desk, _house.Ruiz, id))!, new NewMessage("We look at it.", "k", []) { IsNotYet = isNotYet }, null, Cancel)).Status;
        Assert.Equal(SaidStatus.Said, await SayAsync(isNotYet: false));
        Assert.Equal(SaidStatus.KeyUsedBefore, await SayAsync(isNotYet: true));
        Assert.Equal(SaidStatus.Said, await SayAsync(isNotYet: false));
        Assert.Equal([(PromiseEnd.Answered, 3)], await EndsAsync(id, 2));
    }

    [Fact]
    public async Task What_was_closed_is_answered_by_that_and_what_was_ended_or_left_is_not()
    {
        await _house.PromiseAsync(2);
        var (closed, left, ended) = (await _house.AskAsync("a"), await _house.AskAsync("b"), await _house.AskAsync("c"));
        var lee = await _house.TalkerAsync(_house.Lee);
        Assert.True(await _house.Desk.CloseAsync(lee, (await _house.Desk.FindAsync(lee, closed, Cancel))!, null, Cancel));
        Assert.True(await _house.Desk.LeaveAsync(lee, (await _house.Desk.FindAsync(lee, left, Cancel))!, TeamHouse.ActorOf(_house.Lee), Cancel));
        var maya = await _house.TalkerAsync(_house.Maya);
        Assert.True(await _house.Desk.EndAsync(maya, (await _house.Desk.FindAsync(maya, ended, Cancel))!, (await _house.OwnAsync()).Attached, Cancel));
        Assert.Equal([(PromiseEnd.Closed, 3)], await EndsAsync(closed, 2));
        foreach (var id in new[] { left, ended })
        {
            Assert.Equal([(PromiseEnd.Gone, 3)], await EndsAsync(id, 2));
            Test.Clock.Advance(TimeSpan.FromDays(1));
            Assert.Null(Assert.Single(await KeptAsync(id, 2)).LateBy(_house.Now));
        }
    }

    /// <summary>Others' messages are theirs to be told of.</summary>
    [Fact]
    public async Task Who_did_not_send_a_message_is_told_nothing_of_what_was_promised_for_it()
    {
        await _house.PromiseAsync(2);
        var id = await _house.AskAsync("May I run?");
        var view = (await _house.ViewAsync(_house.Desk, _house.Lee, id))!;
        Assert.Empty(await _house.Desk.States.PromisesAsync(await _house.TalkerAsync(_house.Lee), view, await _house.Desk.LinesAsync(view, 1, 500, Cancel), Cancel));
    }

    [Fact]
    public async Task What_has_reached_somebody_is_noted_once_and_says_nothing_of_what_they_read()
    {
        var id = await _house.AskAsync("May I run?");
        Assert.Empty(await MarksAsync(id));
        await ReachAsync(_house.Desk, _house.Lee, id);
        var reached = Assert.Single(await MarksAsync(id));
        Assert.Equal((_house.Lee.Id, 0, 2, Test.Clock.GetUtcNow()), (reached.Reader, reached.Seq, reached.Reached, reached.ReachedAt!.Value));
        Assert.True((await _house.ViewAsync(_house.Other, _house.Lee, id))!.IsUnread);

        // Looked at again there is nothing to note; what is new is noted, and what was read stays read.
        Test.Clock.Advance(TimeSpan.FromMinutes(1));
        await ReachAsync(_house.Other, _house.Lee, id);
        Assert.Equal(reached, Assert.Single(await MarksAsync(id)));
        var lee = await _house.TalkerAsync(_house.Lee);
        await _house.Desk.MarkReadAsync(lee, (await _house.Desk.FindAsync(lee, id, Cancel))!, 2, Cancel);
        var readAt = Test.Clock.GetUtcNow();
        await _house.SayAsync(_house.Desk, _house.Maya, id, "And swim?");
        Test.Clock.Advance(TimeSpan.FromMinutes(1));
        await ReachAsync(_house.Desk, _house.Lee, id);
        Assert.Equal(new ReadMark(_house.Lee.Id, 2, readAt, 0, 3, Test.Clock.GetUtcNow()), Assert.Single(await MarksAsync(id)));

        // Who wrote it has it.
        await ReachAsync(_house.Desk, _house.Maya, id);
        Assert.Single(await MarksAsync(id));
    }

    private async Task ReachAsync(ConversationDesk desk, Person person, ConversationId id)
    {
        var talker = await _house.TalkerAsync(person);
        await desk.States.ReachedAsync(talker, [.. (await desk.ListAsync(talker, Cancel)).Where(view => view.Id == id).Select(static view => (view, view.State.Size))], Cancel);
    }

    private async Task<IReadOnlyList<ReadMark>> MarksAsync(ConversationId id) => await _house.Other.MarksAsync((await _house.ViewAsync(_house.Other, _house.Maya, id))!, Cancel);

    private async Task<IReadOnlyList<(PromiseEnd, long?)>> EndsAsync(ConversationId id, long seq) => [.. (await KeptAsync(id, seq)).Select(static kept => (kept.End, kept.Line?.Seq))];

    /// <summary>Of a message that is looked at alone.</summary>
    private async Task<IReadOnlyList<PromiseKept>> KeptAsync(ConversationId id, long seq)
    {
        var view = (await _house.ViewAsync(_house.Desk, _house.Maya, id))!;
        return [.. (await _house.Desk.States.PromisesAsync(await _house.TalkerAsync(_house.Maya), view, await _house.Desk.LinesAsync(view, seq, 1, Cancel), Cancel))[seq]];
    }
}

public sealed class MessageStatesOnSqlite(SqliteTestDatabase test) : MessageStatesContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class MessageStatesOnPostgres(PostgresTestDatabase test) : MessageStatesContract(test), IClassFixture<PostgresTestDatabase>;
