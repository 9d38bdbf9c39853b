using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Rapport.TestKit;

namespace Rapport.Data.Tests;

public abstract class DatabaseContract(TestDatabase test) : IAsyncLifetime
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await test.MigrateAsync(typeof(MigratorContract));

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_written_is_read_by_another_node()
    {
        await InsertAsync(test.Database, 1, "body"u8.ToArray());
        Assert.Equal("body"u8.ToArray(), await test.OpenAnother().ReadAsync(
            c => c.QuerySingleAsync<byte[]>("SELECT body FROM gadget WHERE id = 1"), Cancel));
    }

    [Fact]
    public async Task Nothing_is_read_or_written_once_it_is_closed()
    {
        var closed = test.OpenAnother();
        Assert.Equal(1, await closed.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT 1"), Cancel));
        await closed.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => closed.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT 1"), Cancel));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => closed.WriteAsync(t => t.Connection!.ExecuteAsync("DELETE FROM gadget", transaction: t), Cancel));
    }

    [Fact]
    public async Task A_transaction_that_throws_leaves_nothing_and_its_exception_comes_out_as_it_is()
    {
        var bug = new InvalidOperationException("a bug");
        Assert.Same(bug, await Assert.ThrowsAsync<InvalidOperationException>(() => test.Database.WriteAsync<int>(
            async t =>
            {
                await t.Connection!.ExecuteAsync("INSERT INTO gadget (id, body) VALUES (2, @body)", new { body = Array.Empty<byte>() }, t);
                throw bug;
            },
            Cancel)));
        Assert.Equal(0, await CountAsync(2));
    }

    [Fact]
    public async Task A_broken_rule_of_a_table_is_a_bug_and_not_a_failure_of_the_storage()
    {
        await InsertAsync(test.Database, 3, []);
        await Assert.ThrowsAnyAsync<DbException>(() => InsertAsync(test.Database, 3, []));
        await InsertAsync(test.Database, 4, []);
    }

    [Fact]
    public async Task Writers_on_two_nodes_lose_nothing()
    {
        await test.Database.WriteAsync(t => t.Connection!.ExecuteAsync("INSERT INTO gadget_early (id) VALUES (0)", transaction: t), Cancel);
        Database[] nodes = [test.Database, test.OpenAnother()];
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => nodes[i % 2].WriteAsync(
            t => t.Connection!.ExecuteAsync("UPDATE gadget_early SET id = id + 1", transaction: t), Cancel)));
        Assert.Equal(60, await test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT id FROM gadget_early"), Cancel));
    }

    [Fact]
    public async Task Those_that_share_a_commit_are_each_written_or_not_by_themselves()
    {
        var bug = new InvalidOperationException("a bug");
        Database[] nodes = [test.Database, test.OpenAnother()];
        var writes = Enumerable.Range(0, 300).Select(i => (Id: 1000 + i, Fails: i % 7 == 3, Task: nodes[i % 2].WriteTogetherAsync(
            async t =>
            {
                var before = await t.Connection!.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM gadget WHERE id = @id", new { id = 1000 + i }, t);
                await t.Connection!.ExecuteAsync("INSERT INTO gadget (id, body) VALUES (@id, @body)", new { id = 1000 + i, body = Array.Empty<byte>() }, t);
                return i % 7 == 3 ? throw bug : before + i;
            },
            Cancel))).ToList();
        foreach (var (id, fails, task) in writes)
        {
            if (fails)
            {
                Assert.Same(bug, await Assert.ThrowsAsync<InvalidOperationException>(() => task));
            }
            else
            {
                Assert.Equal(id - 1000, await task);
            }

            Assert.Equal(fails ? 0 : 1, await CountAsync(id));
        }
    }

    [Fact]
    public async Task Those_that_write_much_share_a_commit_with_few_so_that_nobody_else_waits_long()
    {
        var held = await test.HoldWriterAsync();
        var commits = new System.Collections.Concurrent.ConcurrentDictionary<DbTransaction, int>();
        var writes = Enumerable.Range(3000, 20).Select(id => test.Database.WriteTogetherAsync(
            t =>
            {
                commits.AddOrUpdate(t, 1, static (_, jobs) => jobs + 1);
                return t.Connection!.ExecuteAsync("INSERT INTO gadget (id, body) VALUES (@id, @body)", new { id, body = Array.Empty<byte>() }, t);
            },
            rows: id == 3005 ? 1000 : 100,
            Cancel)).ToList();
        await held.DisposeAsync();
        Assert.All(await Task.WhenAll(writes), static written => Assert.Equal(1, written));
        Assert.Equal(20, commits.Values.Sum());
        Assert.InRange(commits.Values.Max(), 1, 2);
    }

    [Fact]
    public async Task Who_gives_up_before_a_shared_commit_begins_writes_nothing_and_the_others_do()
    {
        using var gone = new CancellationTokenSource();
        var held = await test.HoldWriterAsync();
        var isSqlite = test.Database.Dialect == Dialect.Sqlite;
        var leaves = Together(2000, isSqlite ? gone.Token : Cancel);
        var stays = Together(2001, Cancel);
        if (isSqlite)
        {
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        }

        await held.DisposeAsync();
        Assert.Equal(1, await stays);
        Assert.True(isSqlite || await leaves == 1);
        Assert.Equal(isSqlite ? 0 : 1, await CountAsync(2000));
        Assert.Equal(1, await CountAsync(2001));
        Assert.Equal(1, await Together(2002, Cancel));

        Task<int> Together(int id, CancellationToken cancel) => test.Database.WriteTogetherAsync(
            t => t.Connection!.ExecuteAsync("INSERT INTO gadget (id, body) VALUES (@id, @body)", new { id, body = Array.Empty<byte>() }, t), cancel);
    }

    [Fact]
    public async Task A_caller_that_has_gone_writes_nothing()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync("INSERT INTO gadget (id, body) VALUES (6, @body)", new { body = Array.Empty<byte>() }, t), gone.Token));
        Assert.Equal(0, await CountAsync(6));
    }

    [Fact]
    public async Task A_caller_that_goes_while_the_work_is_done_still_commits()
    {
        using var going = new CancellationTokenSource();
        await test.Database.WriteAsync(
            async t =>
            {
                int inserted = await t.Connection!.ExecuteAsync("INSERT INTO gadget (id, body) VALUES (7, @body)", new { body = Array.Empty<byte>() }, t);
                await going.CancelAsync();
                return inserted;
            },
            going.Token);
        Assert.Equal(1, await CountAsync(7));
    }

    [Fact]
    public async Task A_writer_of_its_own_sees_what_others_wrote()
    {
        await InsertAsync(test.Database, 8, []);
        (DbConnection connection, SemaphoreSlim? oneWriter) = test.Database.OpenWriter();
        await using DbConnection opened = connection;
        Assert.Equal(test.Database.Dialect == Dialect.Sqlite, oneWriter is not null);
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM gadget WHERE id = 8"));
    }

    protected static Task<int> InsertAsync(Database database, long id, byte[] body) => database.WriteAsync(
        t => t.Connection!.ExecuteAsync("INSERT INTO gadget (id, body) VALUES (@id, @body)", new { id, body }, t), Cancel);

    protected Task<long> CountAsync(long id) =>
        test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM gadget WHERE id = @id", new { id }), Cancel);
}

public sealed class DatabaseOnSqlite(SqliteTestDatabase test) : DatabaseContract(test), IClassFixture<SqliteTestDatabase>
{
    [Fact]
    public async Task A_commit_is_on_disk_before_it_is_acknowledged()
    {
        // 2 is FULL: with a write-ahead log that is a sync for each commit (SQLite documentation, PRAGMA synchronous).
        Assert.Equal(2, await test.Database.WriteAsync(t => t.Connection!.ExecuteScalarAsync<long>("PRAGMA synchronous", transaction: t), Cancel));
        Assert.Equal("wal", await test.Database.ReadAsync(c => c.ExecuteScalarAsync<string>("PRAGMA journal_mode"), Cancel));
    }

    /// <summary>What SQLite is told once of a connection holds for each that it opens, and each time that it is taken from the pool: also after what others did with it.</summary>
    [Fact]
    public async Task Each_connection_is_durable_deletes_for_good_and_trusts_no_schema()
    {
        string[] told = ["synchronous", "secure_delete", "trusted_schema", "foreign_keys"];
        for (var turn = 0; turn < 2; turn++)
        {
            var (all, here) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
            var settings = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => test.Database.ReadAsync(
                async c =>
                {
                    // All five are open at the same moment: none is another's.
                    if (Interlocked.Increment(ref here) == 5)
                    {
                        all.SetResult();
                    }

                    await all.Task;
                    List<long> values = [];
                    foreach (var name in told)
                    {
                        values.Add(await c.ExecuteScalarAsync<long>($"PRAGMA {name}"));
                    }

                    return string.Join(' ', values);
                },
                Cancel)));
            Assert.All(settings, static one => Assert.Equal("2 1 0 0", one));
        }
    }

    [Fact]
    public async Task A_full_database_says_so_and_nothing_is_written()
    {
        StorageException full = await Assert.ThrowsAsync<StorageException>(() => test.Database.WriteAsync(
            async t =>
            {
                await t.Connection!.ExecuteAsync("PRAGMA max_page_count = 1", transaction: t);
                return await t.Connection!.ExecuteAsync("INSERT INTO gadget (id, body) VALUES (10, zeroblob(1000000))", transaction: t);
            },
            Cancel));
        Assert.Equal((StorageFailure.Full, "the disk is full: nothing was written, free some space and try again"), (full.Failure, full.Message));
        Assert.Equal(0, await CountAsync(10));

        // The limit belongs to the pooled connection: a new one has none.
        SqliteConnection.ClearAllPools();
        await InsertAsync(test.Database, 10, new byte[1_000_000]);
    }

    [Fact]
    public void A_file_that_is_no_database_is_told_from_one_that_cannot_be_opened()
    {
        string path = Path.Combine(test.Folder, "letter.db");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("this is a letter and no database. ", 100)));
        Assert.Equal(StorageFailure.Broken, Assert.Throws<StorageException>(() => Database.OpenSqlite(path)).Failure);
        Assert.StartsWith("this is a letter", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal(
            StorageFailure.Unavailable, Assert.Throws<StorageException>(() => Database.OpenSqlite(Path.Combine(test.Folder, "no such folder", "x.db"))).Failure);
        Assert.Equal(StorageFailure.Unavailable, Assert.Throws<StorageException>(() => Database.OpenSqlite(test.Folder)).Failure);
    }

    [Fact]
    public async Task Damage_is_found_when_it_is_read()
    {
        string path = Path.Combine(test.Folder, "damaged.db");
        await using (Database database = Database.OpenSqlite(path))
        {
            await Migrator.ApplyAsync(database, test.Clock, Cancel, typeof(MigratorContract).Assembly);
            await InsertAsync(database, 1, new byte[100_000]);
        }

        byte[] file = await File.ReadAllBytesAsync(path, Cancel);
        file.AsSpan(4096).Fill(0x55);
        await File.WriteAllBytesAsync(path, file, Cancel);
        await using Database damaged = Database.OpenSqlite(path);
        StorageException broken = await Assert.ThrowsAsync<StorageException>(() => damaged.ReadAsync(c => c.QueryAsync("SELECT * FROM gadget"), Cancel));
        Assert.Equal(StorageFailure.Broken, broken.Failure);
    }
}
