using Rapport.Data;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Talks;

/// <summary>What is new for many members.</summary>
public abstract class NewsTableContract(TestDatabase test) : IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private NewsTable News => new(test.Database, test.Keyring);

    public async ValueTask InitializeAsync() => await test.MigrateAsync(typeof(RecordsModule), typeof(StoryShelf));

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_newest_is_asked_for_of_as_many_members_as_a_node_may_have_listening()
    {
        var member = $"Patient/{PatientId.New()}";
        await TellAsync(member, 1);
        await TellAsync(member, 2);
        var newest = await News.NewestAsync([member, .. Enumerable.Range(0, 40_000).Select(static i => $"RelatedPerson/{i}")], Cancel);
        Assert.Equal((member, 2L), (Assert.Single(newest).Key, newest[member]));
    }

    private Task TellAsync(string member, long seq) => test.Database.WriteAsync(
        t => News.TellAsync(t, [member], new News(ConversationId.New(), seq), test.Clock.GetUtcNow()), Cancel);
}

public sealed class NewsTableOnSqlite(SqliteTestDatabase test) : NewsTableContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class NewsTableOnPostgres(PostgresTestDatabase test) : NewsTableContract(test), IClassFixture<PostgresTestDatabase>;
