using Dapper;
using Rapport.TestKit;

namespace Rapport.Data.Tests;

/// <summary>Questions about many values at once have the same answers on both databases, however many they are.</summary>
public abstract class ManyAtOnceContract(TestDatabase test) : IAsyncLifetime
{
    private static readonly byte[][] Bodies = [[0, 255], [1], []];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await test.MigrateAsync(typeof(MigratorContract));
        await test.Database.WriteAsync(
            t =>
            {
                var (sql, values) = ManyAtOnce.Insert("gadget (id, body)", Bodies.Select(static (body, i) => new object[] { (long)i, body }));
                return t.Connection!.ExecuteAsync($"{sql} ON CONFLICT (id) DO NOTHING", values, t);
            },
            Cancel);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40_000)]
    public async Task A_column_is_one_of_some_hashes_ids_or_numbers(int others)
    {
        var more = Enumerable.Range(1_000_000, others).ToList();
        Assert.Equal([0, 2], await AskAsync("SELECT id FROM gadget WHERE body", [Bodies[0], Bodies[2], .. more.Select(BitConverter.GetBytes)], "ORDER BY id"));
        Assert.Equal([1], await test.Database.ReadAsync(
            async c => (await c.QueryAmongAsync<long>(test.Database.Dialect, "SELECT id FROM gadget WHERE CAST(id AS TEXT)", ["1", "x", .. more.Select(static number => $"{number}")])).ToList(), Cancel));
        Assert.Equal([2], await test.Database.ReadAsync(
            async c => (await c.QueryAmongAsync<long>(test.Database.Dialect, "SELECT id FROM gadget WHERE CAST(id AS TEXT) = @id AND id", "2", [1, 2, .. more.Select(static number => (long)number)])).ToList(), Cancel));
    }

    [Fact]
    public async Task Of_no_values_none_is_found_and_a_question_may_go_on()
    {
        Assert.Empty(await AskAsync("SELECT id FROM gadget WHERE body", []));
        Assert.Equal([2, 0], await AskAsync("SELECT id FROM gadget WHERE body", [Bodies[0], Bodies[2]], "ORDER BY id DESC"));
    }

    [Fact]
    public async Task Several_questions_are_answered_in_their_order()
    {
        var questions = new ManyQuestions(test.Database.Dialect);
        questions.Among("SELECT id FROM gadget WHERE id", [0L]);
        questions.Add("SELECT COUNT(*) FROM gadget WHERE id < @below", ("below", 2L));
        questions.Among("SELECT id FROM gadget WHERE body", [Bodies[1]]);
        Assert.Equal((0, 2, 1), await test.Database.ReadAsync(
            async c =>
            {
                using var answers = await questions.AskAsync(c);
                var (first, second) = (await answers.ReadSingleAsync<long>(), await answers.ReadSingleAsync<long>());
                return (first, second, await answers.ReadSingleAsync<long>());
            },
            Cancel));
    }

    private Task<List<long>> AskAsync(string question, IReadOnlyCollection<byte[]> hashes, string end = "") =>
        test.Database.ReadAsync(async c => (await c.QueryAmongAsync<long>(test.Database.Dialect, question, hashes, end)).ToList(), Cancel);
}

public sealed class ManyAtOnceOnSqlite(SqliteTestDatabase test) : ManyAtOnceContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class ManyAtOnceOnPostgres(PostgresTestDatabase test) : ManyAtOnceContract(test), IClassFixture<PostgresTestDatabase>;
