using Npgsql;
using Rapport.Data;

namespace Rapport.TestKit;

/// <summary>
/// A database of its own on the PostgreSQL server that the environment variable <c>RAPPORT_TEST_POSTGRES</c> names (an Npgsql connection string of a
/// user who may create databases; <c>tools/with-postgres</c> sets it). Without it, tests that ask for the database are skipped.
/// </summary>
public sealed class PostgresTestDatabase : TestDatabase
{
    private static readonly string? s_server = Environment.GetEnvironmentVariable("RAPPORT_TEST_POSTGRES");
    private readonly string _name = "rapport_test_" + Guid.CreateVersion7().ToString("N");

    /// <summary>Whether there is a server to test against.</summary>
    public static bool IsAvailable => !string.IsNullOrEmpty(s_server);

    /// <summary>How to connect to the database of this class.</summary>
    public string ConnectionString
    {
        get
        {
            SkipIfMissing();
            return new NpgsqlConnectionStringBuilder(s_server) { Database = _name }.ToString();
        }
    }

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        if (IsAvailable)
        {
            await OnServerAsync($"CREATE DATABASE {_name}");
        }
    }

    /// <inheritdoc/>
    protected override Database Open() => Database.OpenPostgreSql(ConnectionString);

    /// <inheritdoc/>
    protected override void SkipIfMissing() =>
        Assert.SkipUnless(IsAvailable, "no PostgreSQL to test against: set RAPPORT_TEST_POSTGRES, or run under tools/with-postgres");

    /// <inheritdoc/>
    protected override async ValueTask RemoveAsync()
    {
        if (IsAvailable)
        {
            await OnServerAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        }
    }

    private static async Task OnServerAsync(string sql)
    {
        // Not pooled: a connection that lingers on the server's own database would keep others from using it as a template.
        var builder = new NpgsqlConnectionStringBuilder(s_server) { Pooling = false };
        await using var connection = new NpgsqlConnection(builder.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
