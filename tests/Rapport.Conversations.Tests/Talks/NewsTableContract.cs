using Dapper;
using Rapport.Data;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Talks;

/// <summary>What is new for many members.</summary>
public abstract class NewsTableContract(TestDatabase test) : IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private NewsTable News => new(test.Database, test.Keyring, new DamageWatch());

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

    [Fact]
    public async Task What_is_new_for_long_is_kept_no_longer_and_the_numbers_go_on()
    {
        var (member, gone, now) = ($"Patient/{PatientId.New()}", $"Patient/{PatientId.New()}", test.Clock.GetUtcNow());
        for (var i = 1; i <= 230; i++)
        {
            await TellAsync(member, i, now.AddDays(-31));
        }

        await TellAsync(gone, 1, now.AddDays(-31));
        await TellAsync(member, 231, now.AddDays(-29));
        await News.ForgetAsync(now.AddDays(-30), Cancel);
        Assert.Equal(231, Assert.Single(await News.ReadAsync(member, 0, Cancel)).Seq);
        Assert.Empty(await News.ReadAsync(gone, 0, Cancel));
        await TellAsync(gone, 2);
        Assert.Equal((2L, 2L), Assert.Single(await News.ReadAsync(gone, 0, Cancel)) is var (number, told) ? (number, told.Seq) : default);
    }

    [Fact]
    public async Task What_is_told_to_somebody_does_not_open_where_it_is_told_to_another()
    {
        var (one, other) = ($"Patient/{PatientId.New()}", $"Patient/{PatientId.New()}");
        await TellAsync(one, 1);
        await TellAsync(other, 2);
        await test.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync(
                "UPDATE conversation_news SET body = (SELECT body FROM conversation_news WHERE holder = @from) WHERE holder = @to", new { from = News.HolderOf(one), to = News.HolderOf(other) }, t),
            Cancel);
        List<Exception> found = [];
        Assert.Empty(await new NewsTable(test.Database, test.Keyring, new DamageWatch { Found = found.Add }).ReadAsync(other, 0, Cancel));
        Assert.IsType<SealBrokenException>(Assert.Single(found));
    }

    private Task TellAsync(string member, long seq, DateTimeOffset? at = null) => test.Database.WriteAsync(
        async t => await NewsTable.TellAsync(t, News.Seal([member], new News(ConversationId.New(), seq), at ?? test.Clock.GetUtcNow())), Cancel);
}

public sealed class NewsTableOnSqlite(SqliteTestDatabase test) : NewsTableContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class NewsTableOnPostgres(PostgresTestDatabase test) : NewsTableContract(test), IClassFixture<PostgresTestDatabase>;
