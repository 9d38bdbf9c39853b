using Dapper;
using Rapport.TestKit;

namespace Rapport.Data.Tests;

public abstract class DatabaseContract(TestDatabase test)
{
    [Fact]
    public async Task What_is_written_is_read_by_another_node()
    {
        Database database = await test.MigrateAsync();
        await database.WriteAsync(
            t => t.Connection!.ExecuteAsync("INSERT INTO installation (name, value) VALUES ('a', @value)", new { value = "1"u8.ToArray() }, t),
            TestContext.Current.CancellationToken);
        byte[] value = await test.OpenAnother().ReadAsync(
            c => c.QuerySingleAsync<byte[]>("SELECT value FROM installation WHERE name = 'a'"), TestContext.Current.CancellationToken);
        Assert.Equal("1"u8.ToArray(), value);
    }
}

public sealed class DatabaseOnSqlite(SqliteTestDatabase test) : DatabaseContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class DatabaseOnPostgres(PostgresTestDatabase test) : DatabaseContract(test), IClassFixture<PostgresTestDatabase>;
