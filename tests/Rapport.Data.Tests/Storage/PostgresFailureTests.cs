using Dapper;
using Npgsql;
using Rapport.TestKit;

namespace Rapport.Data.Tests;

public sealed class DatabaseOnPostgres(PostgresTestDatabase test) : DatabaseContract(test), IClassFixture<PostgresTestDatabase>
{
    [Fact]
    public async Task A_commit_is_on_disk_before_it_is_acknowledged_whatever_the_server_has_as_default()
    {
        await test.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync($"ALTER DATABASE {new NpgsqlConnectionStringBuilder(test.ConnectionString).Database} SET synchronous_commit = off", transaction: t), Cancel);
        NpgsqlConnection.ClearAllPools();
        Assert.Equal("on", await test.OpenAnother().WriteAsync(t => t.Connection!.ExecuteScalarAsync<string>("SHOW synchronous_commit", transaction: t), Cancel));
        var withOptions = new NpgsqlConnectionStringBuilder(test.ConnectionString) { Options = "-c synchronous_commit=off -c statement_timeout=12345" };
        await using Database database = Database.OpenPostgreSql(withOptions.ToString());
        Assert.Equal("on", await database.ReadAsync(c => c.ExecuteScalarAsync<string>("SHOW synchronous_commit"), Cancel));
        Assert.Equal("12345ms", await database.ReadAsync(c => c.ExecuteScalarAsync<string>("SHOW statement_timeout"), Cancel));
    }

    [Fact]
    public async Task Of_two_in_a_deadlock_one_runs_again_and_both_are_done_once()
    {
        await InsertAsync(test.Database, 20, [0]);
        await InsertAsync(test.Database, 21, [0]);
        using var bothHoldOne = new Barrier(2);
        var attempts = 0;
        await Task.WhenAll(CrossAsync(20, 21), CrossAsync(21, 20));
        Assert.InRange(attempts, 3, 16);
        Assert.Equal([3, 3], await test.Database.ReadAsync(c => c.QueryAsync<int>("SELECT length(body) FROM gadget WHERE id IN (20, 21)"), Cancel));

        Task CrossAsync(long first, long second) => Task.Run(() => test.Database.WriteAsync(
            async t =>
            {
                int attempt = Interlocked.Increment(ref attempts);
                await t.Connection!.ExecuteAsync("UPDATE gadget SET body = body || '\\x00'::bytea WHERE id = @first", new { first }, t);
                if (attempt <= 2)
                {
                    bothHoldOne.SignalAndWait(Cancel);
                }

                return await t.Connection!.ExecuteAsync("UPDATE gadget SET body = body || '\\x00'::bytea WHERE id = @second", new { second }, t);
            },
            Cancel));
    }

    [Fact]
    public async Task A_transaction_that_lost_against_another_runs_again()
    {
        await InsertAsync(test.Database, 22, [0]);
        Database other = test.OpenAnother();
        var attempts = 0;
        await test.Database.WriteAsync(
            async t =>
            {
                await t.Connection!.ExecuteAsync("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", transaction: t);
                await t.Connection!.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM gadget", transaction: t);
                if (++attempts == 1)
                {
                    await other.WriteAsync(o => o.Connection!.ExecuteAsync("UPDATE gadget SET body = '\\x01' WHERE id = 22", transaction: o), Cancel);
                }

                return await t.Connection!.ExecuteAsync("UPDATE gadget SET body = body || '\\x02'::bytea WHERE id = 22", transaction: t);
            },
            Cancel);
        Assert.Equal(2, attempts);
        Assert.Equal([1, 2], await test.Database.ReadAsync(c => c.QuerySingleAsync<byte[]>("SELECT body FROM gadget WHERE id = 22"), Cancel));
    }

    [Theory]
    [InlineData("40001", StorageFailure.Unavailable, 8)]
    [InlineData("40P01", StorageFailure.Unavailable, 8)]
    [InlineData("53100", StorageFailure.Full, 1)]
    [InlineData("53300", StorageFailure.Unavailable, 1)]
    [InlineData("57P03", StorageFailure.Unavailable, 1)]
    [InlineData("08006", StorageFailure.Unavailable, 1)]
    [InlineData("55P03", StorageFailure.Unavailable, 1)]
    [InlineData("XX001", StorageFailure.Broken, 1)]
    [InlineData("58030", StorageFailure.Broken, 1)]
    [InlineData("28P01", StorageFailure.Refused, 1)]
    public async Task Errors_are_told_apart_by_their_code(string code, StorageFailure expected, int expectedAttempts)
    {
        var attempts = 0;
        StorageException failure = await Assert.ThrowsAsync<StorageException>(() => test.Database.WriteAsync(
            t =>
            {
                attempts++;
                return t.Connection!.ExecuteAsync($"DO $$ BEGIN RAISE EXCEPTION 'secret row of maya' USING ERRCODE = '{code}'; END $$", transaction: t);
            },
            Cancel));
        Assert.Equal((expected, expectedAttempts), (failure.Failure, attempts));
        Assert.DoesNotContain("maya", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_that_is_nobodys_but_ours_comes_out_as_it_is()
    {
        PostgresException error = await Assert.ThrowsAsync<PostgresException>(() => test.Database.ReadAsync(c => c.QueryAsync("SELECT no_such_column FROM gadget"), Cancel));
        Assert.Equal("42703", error.SqlState);
    }

    [Fact]
    public async Task A_connection_lost_in_the_work_means_that_nothing_was_written()
    {
        StorageException lost = await Assert.ThrowsAsync<StorageException>(() => test.Database.WriteAsync(
            async t =>
            {
                await t.Connection!.ExecuteAsync("INSERT INTO gadget (id, body) VALUES (30, '')", transaction: t);
                await EndConnectionAsync(t.Connection!);
                return await t.Connection!.ExecuteAsync("INSERT INTO gadget (id, body) VALUES (31, '')", transaction: t);
            },
            Cancel));
        Assert.Equal(StorageFailure.Unavailable, lost.Failure);
        Assert.Equal(0, await CountAsync(30));
    }

    [Fact]
    public async Task A_connection_lost_at_the_commit_leaves_the_outcome_unknown()
    {
        StorageException lost = await Assert.ThrowsAsync<StorageException>(() => test.Database.WriteAsync(
            async t =>
            {
                int inserted = await t.Connection!.ExecuteAsync("INSERT INTO gadget (id, body) VALUES (32, '')", transaction: t);
                await EndConnectionAsync(t.Connection!);
                return inserted;
            },
            Cancel));
        Assert.Equal(StorageFailure.OutcomeUnknown, lost.Failure);
        Assert.Equal("the database went away while saving: look whether the change is there before trying again", lost.Message);
    }

    [Fact]
    public async Task A_commit_that_the_server_refuses_is_certain()
    {
        await test.Database.WriteAsync(t => t.Connection!.ExecuteAsync("CREATE TABLE late_rule (id BIGINT UNIQUE DEFERRABLE INITIALLY DEFERRED)", transaction: t), Cancel);
        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() => test.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync("INSERT INTO late_rule (id) VALUES (1), (1)", transaction: t), Cancel));
        Assert.Equal("23505", refused.SqlState);
        Assert.Equal(0, await test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM late_rule"), Cancel));
    }

    [Fact]
    public async Task A_database_that_is_not_there_refuses()
    {
        var missing = new NpgsqlConnectionStringBuilder(test.ConnectionString) { Database = "rapport_no_such_database" };
        await using Database database = Database.OpenPostgreSql(missing.ToString());
        StorageException refused = await Assert.ThrowsAsync<StorageException>(() => database.ReadAsync(c => c.QueryAsync("SELECT 1"), Cancel));
        Assert.Equal(StorageFailure.Refused, refused.Failure);
        Assert.Equal("the database refuses the connection: check the user, the password and the name of the database", refused.Message);
    }

    /// <summary>Ends the server's side of a connection, and returns once it has ended.</summary>
    private async Task EndConnectionAsync(System.Data.Common.DbConnection connection)
    {
        int server = ((NpgsqlConnection)connection).ProcessID;
        Assert.True(await test.Database.ReadAsync(c => c.ExecuteScalarAsync<bool>("SELECT pg_terminate_backend(@server, 20000)", new { server }), Cancel));
    }
}

public sealed class UnreachablePostgresTests
{
    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable_and_its_address_is_not_told()
    {
        // Port 1 of this machine: nothing listens there.
        await using Database database = Database.OpenPostgreSql("postgresql://somebody:hunter2@127.0.0.1:1/records?connect_timeout=5");
        StorageException failure = await Assert.ThrowsAsync<StorageException>(
            () => database.ReadAsync(c => c.QueryAsync("SELECT 1"), TestContext.Current.CancellationToken));
        Assert.Equal(StorageFailure.Unavailable, failure.Failure);
        Assert.Equal("the database cannot be reached at the moment: nothing was written, try again", failure.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Host=a;Nonsense=hunter2")]
    [InlineData("Host=a;Port=hunter2")]
    [InlineData("hunter2")]
    [InlineData("postgresql://u:hunter2@h:99999/d")]
    [InlineData("postgresql://u:hunter2@a,b/d")]
    [InlineData("postgresql://u:hunter2@h/d?nonsense=1")]
    [InlineData("postgresql://u:hunter2@h/d?sslmode=nonsense")]
    [InlineData("postgresql://")]
    public async Task A_connection_that_cannot_be_read_is_refused_without_repeating_it(string connection)
    {
        FormatException refused = await Assert.ThrowsAsync<FormatException>(async () => await Database.OpenPostgreSql(connection).DisposeAsync());
        Assert.Null(refused.InnerException);
        Assert.StartsWith("the database connection cannot be read: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
    }
}
