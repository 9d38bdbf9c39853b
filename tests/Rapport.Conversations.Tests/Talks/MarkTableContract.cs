using Rapport.Data;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Talks;

/// <summary>How far somebody has read in many conversations.</summary>
public abstract class MarkTableContract(TestDatabase test) : IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => test.Clock.GetUtcNow();

    public async ValueTask InitializeAsync() => await test.MigrateAsync(typeof(RecordsModule), typeof(StoryShelf));

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task How_far_one_has_read_is_asked_for_in_as_many_conversations_as_they_are_in()
    {
        var marks = MarksOf(test.Database);
        using var key = new Sealer(new byte[32]);
        var all = Enumerable.Range(0, 20_000).Select(_ => new StoredConversation(ConversationId.New(), null!, key)).ToList();
        var (reader, other) = (PersonId.New(), PersonId.New());
        await marks.WriteAsync(all[0], new ReadMark(reader, 3, Now), null, Cancel);
        await marks.WriteAsync(all[^1], new ReadMark(reader, 7, Now), null, Cancel);
        await marks.WriteAsync(all[^1], new ReadMark(other, 9, Now), null, Cancel);
        await marks.WriteAsync(all[5], new ReadMark(other, 9, Now), null, Cancel);
        var read = await marks.ReadAsync(reader, all, Cancel);
        Assert.Equal([(all[0].Id, 3L), (all[^1].Id, 7L)], read.Select(static mark => (mark.Key, mark.Value!.Seq)).OrderBy(static mark => mark.Seq));
        Assert.Empty(await marks.ReadAsync(reader, [], Cancel));
    }

    [Fact]
    public async Task Of_the_first_two_marks_of_a_reader_at_the_same_moment_on_two_nodes_neither_is_lost()
    {
        MarkTable[] nodes = [.. new[] { test.Database, test.OpenAnother() }.Select(MarksOf)];
        using var key = new Sealer(new byte[32]);
        for (var round = 0; round < 60; round++)
        {
            var (known, reader) = (new StoredConversation(ConversationId.New(), null!, key), PersonId.New());
            await Task.WhenAll(nodes[0].WriteAsync(known, new ReadMark(reader, 3, Now), null, Cancel), nodes[1].WriteAsync(known, new ReadMark(reader, 2, Now, 2), null, Cancel));
            var mark = Assert.Single(await nodes[0].ReadAsync(known, Cancel));
            Assert.Equal((3, 2), (mark.Seq, mark.Cleared));
        }
    }

    private MarkTable MarksOf(Database database) => new(database, test.Keyring, new NewsTable(database, test.Keyring, new DamageWatch()), new DamageWatch());
}

public sealed class MarkTableOnSqlite(SqliteTestDatabase test) : MarkTableContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class MarkTableOnPostgres(PostgresTestDatabase test) : MarkTableContract(test), IClassFixture<PostgresTestDatabase>;
