using Dapper;
using Rapport.Conversations.Tests.Teams;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Talks;

/// <summary>What puts right what somebody said is found however much was said since, without opening that.</summary>
public abstract class CorrectionsContract(TestDatabase test) : TeamContract(test)
{
    [Fact]
    public async Task Whatever_part_is_asked_for_on_either_node_its_corrections_are_those_that_going_through_all_lines_finds()
    {
        var random = new Random(11);
        var id = await _house.AskAsync("message 0");
        List<long> said = [2];
        for (var i = 1; i <= 130; i++)
        {
            var desk = i % 2 == 0 ? _house.Desk : _house.Other;
            if (i % 5 == 0)
            {
                await _house.SayAsync(desk, _house.Maya, id, $"message {i}");
                said.Add((await _house.ViewAsync(desk, _house.Maya, id))!.State.Size);
            }
            else
            {
                Assert.True(await desk.CorrectAsync(await _house.TalkerAsync(_house.Maya), (await _house.ViewAsync(desk, _house.Maya, id))!, said[random.Next(said.Count)], $"correction {i}", Cancel));
            }
        }

        var view = (await _house.ViewAsync(_house.Other, _house.Maya, id))!;
        var all = (await _house.LinesAsync(id)).OfType<CorrectedLine>().ToList();
        Assert.Equal(104, all.Count);
        foreach (var desk in new[] { _house.Desk, _house.Other })
        {
            for (var i = 0; i < 40; i++)
            {
                var from = random.Next(1, (int)view.State.Size);
                var to = random.Next(from, (int)view.State.Size + 1);
                var expected = all.Where(one => one.Seq >= from && one.Seq <= to).Select(static one => one.Text);
                Assert.Equal(expected, (await desk.CorrectionsAsync(view, from, to, Cancel)).Select(static one => one.Text));
            }
        }

        // Of one that was begun before it was noted which lines put right which, the same is found.
        var store = new ConversationStore(Test.Database, Test.Keyring, null!);
        var unnoted = view.Stored with { State = view.State with { Corrections = null } };
        Assert.Equal(all.Where(static one => one.Seq <= 20).Select(static one => one.Text), (await store.CorrectionsAsync(unnoted, 1, 20, Cancel)).Select(static one => ((CorrectedLine)one.Line).Text));
    }

    [Fact]
    public async Task What_was_said_since_is_not_opened_for_it()
    {
        var id = await _house.AskAsync("the left knee");
        var maya = await _house.TalkerAsync(_house.Maya);
        foreach (var text in new[] { "the right knee", "both knees" })
        {
            Assert.True(await _house.Desk.CorrectAsync(maya, (await _house.ViewAsync(_house.Desk, _house.Maya, id))!, 2, text, Cancel));
            await _house.SayAsync(_house.Desk, _house.Maya, id, "more");
        }

        await Test.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync("UPDATE conversation_line SET body = @garbage WHERE conversation_id = @id AND seq IN (1, 2, 4, 6)", new { garbage = new byte[60], id = id.ToString() }, t), Cancel);
        var view = (await _house.ViewAsync(_house.Other, _house.Maya, id))!;
        await Assert.ThrowsAsync<SealBrokenException>(() => _house.Other.LinesAsync(view, 4, 1, Cancel));
        Assert.Equal(["the right knee", "both knees"], (await _house.Other.CorrectionsAsync(view, 2, 2, Cancel)).Select(static one => one.Text));
    }
}

public sealed class CorrectionsOnSqlite(SqliteTestDatabase test) : CorrectionsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class CorrectionsOnPostgres(PostgresTestDatabase test) : CorrectionsContract(test), IClassFixture<PostgresTestDatabase>;
