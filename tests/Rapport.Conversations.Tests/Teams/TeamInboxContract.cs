using Rapport.Data;
using Rapport.People;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Teams;

/// <summary>A team's list tells on each node what the conversations themselves tell, whatever happens in them meanwhile.</summary>
public abstract class TeamInboxContract(TestDatabase test) : TeamContract(test)
{
    [Fact]
    public async Task After_whatever_happens_on_either_node_both_tell_what_the_conversations_tell()
    {
        await _house.PromiseAsync(4, told: _house.Lee);
        var random = new Random(5);
        List<ConversationId> ids = [await _house.AskAsync("first")];
        Person[] members = [_house.Lee, _house.Ruiz, _house.Ida];
        for (var step = 0; step < 60; step++)
        {
            var (desk, id, member) = (step % 2 == 0 ? _house.Desk : _house.Other, ids[random.Next(ids.Count)], members[random.Next(3)]);
            var talker = await _house.TalkerAsync(member);
            var view = await desk.FindAsync(talker, id, Cancel);
            switch (random.Next(9))
            {
                case 0:
                    ids.Add(await _house.AskAsync($"question {step}"));
                    break;
                case 1 when view is not null:
                    await _house.SayAsync(desk, _house.Maya, id, "more");
                    break;
                case 2 when view is not null:
                    await _house.SayAsync(desk, member, id, "answer");
                    break;
                case 3 when view is not null:
                    await desk.TakeAsync(talker, view, member.Id, member.DisplayName, Cancel);
                    break;
                case 4 when view is not null:
                    await desk.CloseAsync(talker, view, "done", Cancel);
                    break;
                case 5 or 6 when view is not null:
                    await desk.MarkReadAsync(talker, view, view.State.Size, Cancel);
                    break;
                case 7:
                    Test.Clock.Advance(TimeSpan.FromHours(random.Next(1, 20)));
                    await desk.Late.TellAsync(Cancel);
                    break;
                case 8 when view is not null && step % 3 == 0:
                    await desk.LeaveAsync(talker, view, TeamHouse.ActorOf(member), Cancel);
                    break;
            }

            foreach (var reader in members)
            {
                var expected = await ExpectedAsync(reader);
                Assert.Equal(expected, await ToldAsync(_house.Desk, reader));
                Assert.Equal(expected, await ToldAsync(_house.Other, reader));
            }
        }
    }

    [Fact]
    public async Task What_may_be_urgent_comes_first_then_what_is_late_then_what_is_promised_soonest()
    {
        await _house.PromiseAsync(4);

        // In the morning, when the team begins to read: an hour later, another time is promised.
        Test.Clock.Advance(Test.Clock.GetUtcNow().Date.AddDays(1).AddHours(8) - Test.Clock.GetUtcNow().UtcDateTime);
        var late = await _house.AskAsync("late");
        Test.Clock.Advance(TimeSpan.FromDays(2));
        var sooner = await _house.AskAsync("sooner");
        Test.Clock.Advance(TimeSpan.FromHours(1));
        var later = await _house.AskAsync("later");
        var urgent = await _house.AskAsync("urgent");
        var answered = await _house.AskAsync("answered");
        await _house.SayAsync(_house.Desk, _house.Lee, answered, "Yes.");
        var maya = await _house.TalkerAsync(_house.Maya);
        await _house.Desk.SayAsync(maya, (await _house.Desk.FindAsync(maya, urgent, Cancel))!, new NewMessage("it hurts", "k", []) { IsUrgent = true }, null, Cancel);
        var items = await _house.Other.Inbox.ReadAsync(await _house.TalkerAsync(_house.Ida), Cancel);
        Assert.Equal([urgent, late, sooner, later, answered], TeamItem.Ordered(items).Select(static item => item.Conversation));
    }

    [Fact]
    public async Task Whoever_is_reminded_is_told_of_it_unless_another_has_it_in_hand_and_who_left_the_team_finds_nothing()
    {
        await _house.PromiseAsync(4, told: _house.Lee);
        var (now, noon) = (Test.Clock.GetUtcNow(), Test.Clock.GetUtcNow().Date.AddDays(1).AddHours(12));
        Test.Clock.Advance(noon - now.UtcDateTime);
        var id = await _house.AskAsync("May I run?");
        Assert.DoesNotContain(await _house.Desk.Inbox.ReadAsync(await _house.TalkerAsync(_house.Lee), Cancel), static item => item.IsToldOf);
        Test.Clock.Advance(TimeSpan.FromHours(20));
        await _house.Other.Late.TellAsync(Cancel);
        Assert.True(Assert.Single(await _house.Desk.Inbox.ReadAsync(await _house.TalkerAsync(_house.Lee), Cancel)).IsToldOf);
        Assert.True(Assert.Single(await _house.Desk.Inbox.ReadAsync(await _house.TalkerAsync(_house.Ruiz), Cancel)).IsToldOf);
        var lee = await _house.TalkerAsync(_house.Lee);
        Assert.True(await _house.Desk.TakeAsync(lee, (await _house.Desk.FindAsync(lee, id, Cancel))!, lee.Person.Id, lee.Person.DisplayName, Cancel));
        Assert.True(Assert.Single(await _house.Desk.Inbox.ReadAsync(lee, Cancel)).IsToldOf);
        Assert.False(Assert.Single(await _house.Desk.Inbox.ReadAsync(await _house.TalkerAsync(_house.Ruiz), Cancel)).IsToldOf);
        await _house.People.CareTeams.SetMemberAsync(_house.Team.Id, _house.Lee.Id, false, Cancel);
        Assert.Empty(await _house.Desk.Inbox.ReadAsync(await _house.TalkerAsync(_house.Lee), Cancel));
        Assert.Empty(await _house.Desk.Inbox.ReadAsync(await _house.TalkerAsync(_house.Maya), Cancel));
    }

    private async Task<List<string>> ToldAsync(ConversationDesk desk, Person reader) =>
        [.. (await desk.Inbox.ReadAsync(await _house.TalkerAsync(reader), Cancel)).Select(static item => $"{item.Conversation} {item.IsUnread} {item.IsMine} {item.IsLate} {item.IsClosed} {item.Waits?.Seq} {item.LastAt:O}").Order(StringComparer.Ordinal)];

    private async Task<List<string>> ExpectedAsync(Person reader)
    {
        var now = Test.Clock.GetUtcNow();
        List<string> told = [];
        foreach (var view in await _house.Desk.ListAsync(await _house.TalkerAsync(reader), Cancel))
        {
            var isMine = (await _house.Desk.Hands.OfAsync(view.State, Cancel)).For(view).Person == reader.Id;
            told.Add($"{view.Id} {view.IsUnread} {isMine} {view.State.Waits?.Promise.By <= now} {view.State.IsClosed} {view.State.Waits?.Seq} {view.State.LastAt:O}");
        }

        return [.. told.Order(StringComparer.Ordinal)];
    }
}

public sealed class TeamInboxOnSqlite(SqliteTestDatabase test) : TeamInboxContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class TeamInboxOnPostgres(PostgresTestDatabase test) : TeamInboxContract(test), IClassFixture<PostgresTestDatabase>;
