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
        var marks = new MarkTable(test.Database, test.Keyring);
        using var key = new Sealer(new byte[32]);
        var all = Enumerable.Range(0, 20_000).Select(_ => new StoredConversation(ConversationId.New(), null!, key)).ToList();
        var (reader, other) = (PersonId.New(), PersonId.New());
        await marks.WriteAsync(all[0], new ReadMark(reader, 3, Now), null, Cancel);
        await marks.WriteAsync(all[^1], new ReadMark(reader, 7, Now), null, Cancel);
        await marks.WriteAsync(all[^1], new ReadMark(other, 9, Now), null, Cancel);
        await marks.WriteAsync(all[5], new ReadMark(other, 9, Now), null, Cancel);
        var read = await marks.ReadAsync(reader, all, Cancel);
        Assert.Equal([(all[0].Id, 3L), (all[^1].Id, 7L)], read.Select(static mark => (mark.Key, mark.Value.Seq)).OrderBy(static mark => mark.Seq));
        Assert.Empty(await marks.ReadAsync(reader, [], Cancel));
    }
}

public sealed class MarkTableOnSqlite(SqliteTestDatabase test) : MarkTableContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class MarkTableOnPostgres(PostgresTestDatabase test) : MarkTableContract(test), IClassFixture<PostgresTestDatabase>;
