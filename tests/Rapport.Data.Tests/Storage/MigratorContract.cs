using System.Data.Common;
using Dapper;
using Rapport.TestKit;

namespace Rapport.Data.Tests;

public abstract class MigratorContract(TestDatabase test)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_file_is_applied_once_in_order_and_in_the_right_dialect()
    {
        DateTimeOffset first = test.Clock.GetUtcNow();
        await MigrateAsync(test.Database);
        test.Clock.Advance(TimeSpan.FromDays(1));
        await MigrateAsync(test.OpenAnother());
        Assert.Equal(
            [("Rapport.Data", 1L, first.ToUnixTimeMilliseconds()), .. new[] { 1L, 2, 3 }.Select(n => ("Rapport.Data.Tests", n, first.ToUnixTimeMilliseconds()))],
            await test.Database.ReadAsync(
                c => c.QueryAsync<(string, long, long)>("SELECT module, number, applied_at FROM migration ORDER BY module, number"), Cancel));
        Assert.Equal(
            [test.Database.Dialect.ToString()], await test.Database.ReadAsync(c => c.QueryAsync<string>("SELECT name FROM gadget_dialect"), Cancel));
    }

    private static Task MigrateAsync(Database database, TimeProvider? clock = null) =>
        Migrator.ApplyAsync(database, clock ?? TimeProvider.System, Cancel, typeof(MigratorContract).Assembly);

    private Task MigrateAsync(Database database) => MigrateAsync(database, test.Clock);
}

public sealed class MigratorOnSqlite(SqliteTestDatabase test) : MigratorContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class MigratorOnPostgres(PostgresTestDatabase test) : MigratorContract(test), IClassFixture<PostgresTestDatabase>;

/// <summary>Nodes that start at the same moment on an empty database.</summary>
public abstract class ConcurrentMigrationContract(TestDatabase test)
{
    [Fact]
    public async Task Many_nodes_may_migrate_an_empty_database_at_the_same_moment()
    {
        Database[] nodes = [.. Enumerable.Range(0, 6).Select(_ => test.OpenAnother())];
        await MigrateTogetherAsync(nodes);
        Assert.Equal(4, await CountAsync());
    }

    protected async Task MigrateTogetherAsync(Database[] nodes)
    {
        using var start = new Barrier(nodes.Length);
        await Task.WhenAll(nodes.Select(node => Task.Factory.StartNew(
            async () =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                await Migrator.ApplyAsync(node, test.Clock, TestContext.Current.CancellationToken, typeof(MigratorContract).Assembly);
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));
    }

    protected Task<long> CountAsync() =>
        test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM migration"), TestContext.Current.CancellationToken);
}

public sealed class ConcurrentMigrationOnSqlite(SqliteTestDatabase test) : ConcurrentMigrationContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class ConcurrentMigrationOnPostgres(PostgresTestDatabase test) : ConcurrentMigrationContract(test), IClassFixture<PostgresTestDatabase>
{
    /// <summary>On a large database that takes longer than a command may otherwise: for whoever looks first what was applied, and for whoever is past that and wants to apply something.</summary>
    [Theory]
    [InlineData("ACCESS EXCLUSIVE")]
    [InlineData("ACCESS SHARE")]
    public async Task A_node_waits_as_long_as_another_one_migrates(string mode)
    {
        var cancel = TestContext.Current.CancellationToken;
        await Migrator.ApplyAsync(test.Database, test.Clock, cancel);
        await using var node = Database.OpenPostgreSql(test.ConnectionString + ";Command Timeout=1");
        Task? waiting = null;
        await test.Database.WriteAsync(
            async t =>
            {
                await t.Connection!.ExecuteAsync($"LOCK TABLE migration IN {mode} MODE", transaction: t);
                waiting = Migrator.ApplyAsync(node, test.Clock, cancel, typeof(MigratorContract).Assembly);
                await WaitUntilItWaitsAsync(waiting, cancel);
            },
            cancel);
        await waiting!;
        Assert.Equal(4, await CountAsync());
    }

    /// <summary>Until a node has waited for a lock longer than one of its commands may take; the database looks twenty times a second.</summary>
    private async Task WaitUntilItWaitsAsync(Task node, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience.Limit);
        const string waited =
            "SELECT COUNT(*) FROM pg_stat_activity, pg_sleep(0.05) WHERE datname = current_database() AND wait_event_type = 'Lock' AND clock_timestamp() - query_start > INTERVAL '1500 ms'";
        while (!node.IsCompleted && await test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>(new CommandDefinition(waited, cancellationToken: limit.Token)), limit.Token) == 0)
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>PostgreSQL refuses who makes a table that another makes at that moment, in more than one way: <c>IF NOT EXISTS</c> asks only what is there.</summary>
    [Fact]
    public async Task Nodes_never_trip_over_each_other_however_often_they_begin_together()
    {
        Database[] nodes = [.. Enumerable.Range(0, 6).Select(_ => test.OpenAnother())];
        for (var round = 0; round < 40; round++)
        {
            await test.Database.WriteAsync(t => t.Connection!.ExecuteAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public", transaction: t), TestContext.Current.CancellationToken);
            await MigrateTogetherAsync(nodes);
            Assert.Equal(4, await CountAsync());
        }
    }
}

/// <summary>A database on which each command of a migration takes longer than one of a node may otherwise, because so much is in it.</summary>
public sealed class SlowMigrationOnPostgres(PostgresTestDatabase test) : IClassFixture<PostgresTestDatabase>
{
    [Fact]
    public async Task A_migration_takes_as_long_as_it_takes()
    {
        var cancel = TestContext.Current.CancellationToken;
        await Migrator.ApplyAsync(test.Database, test.Clock, cancel);

        // Slow are: whatever reads which were applied, the index of the first file, and noting that the last is applied.
        await test.Database.WriteAsync(
            static t => t.Connection!.ExecuteAsync(
                """
                ALTER TABLE migration RENAME TO migration_rows;
                CREATE VIEW migration AS SELECT module, number, applied_at FROM migration_rows WHERE (SELECT pg_sleep(1.2)) IS NOT NULL;
                CREATE FUNCTION index_slowly() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1.2); END $$;
                CREATE EVENT TRIGGER index_slowly ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION index_slowly();
                CREATE FUNCTION note_slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1.2); RETURN NEW; END $$;
                CREATE TRIGGER note_slowly BEFORE INSERT ON migration_rows FOR EACH ROW WHEN (NEW.number = 3) EXECUTE FUNCTION note_slowly()
                """,
                transaction: t),
            cancel);
        await using var node = Database.OpenPostgreSql(test.ConnectionString + ";Command Timeout=1");
        Assert.True(await Migrator.ApplyAsync(node, test.Clock, cancel, typeof(MigratorContract).Assembly));
        Assert.Equal(4, await test.Database.ReadAsync(static c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM migration_rows"), cancel));
    }
}

/// <summary>A fresh database for each test.</summary>
public abstract class FailedMigrationContract<TDatabase> : IAsyncLifetime
    where TDatabase : TestDatabase, new()
{
    private readonly TDatabase _test = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _test.InitializeAsync();
        await _test.MigrateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_file_that_fails_leaves_nothing_behind_and_is_applied_when_the_reason_is_gone()
    {
        await ExecuteAsync("CREATE TABLE gadget_late (in_the_way TEXT)");
        await Assert.ThrowsAnyAsync<DbException>(() => _test.MigrateAsync(typeof(MigratorContract)));
        Assert.Equal([1L, 2], await AppliedAsync());
        await ExecuteAsync("DROP TABLE gadget_late");
        await _test.MigrateAsync(typeof(MigratorContract));
        Assert.Equal([1L, 2, 3], await AppliedAsync());
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_and_left_alone()
    {
        await ExecuteAsync("INSERT INTO migration (module, number, applied_at) VALUES ('Rapport.Data.Tests', 4, 0)");
        StorageException refused = await Assert.ThrowsAsync<StorageException>(() => _test.MigrateAsync(typeof(MigratorContract)));
        Assert.Equal(StorageFailure.TooNew, refused.Failure);
        Assert.Equal([4L], await AppliedAsync());
    }

    private Task<IEnumerable<long>> AppliedAsync() =>
        _test.Database.ReadAsync(c => c.QueryAsync<long>("SELECT number FROM migration WHERE module = 'Rapport.Data.Tests' ORDER BY number"), Cancel);

    private Task<int> ExecuteAsync(string sql) => _test.Database.WriteAsync(t => t.Connection!.ExecuteAsync(sql, transaction: t), Cancel);
}

public sealed class FailedMigrationOnSqlite : FailedMigrationContract<SqliteTestDatabase>;

public sealed class FailedMigrationOnPostgres : FailedMigrationContract<PostgresTestDatabase>;
