using System.Data.Common;
using System.Reflection;
using Dapper;

namespace Rapport.Data;

/// <summary>
/// Brings a database to the schema of this version. Each module embeds its numbered files as <c>Migrations/NNN_name.sql</c>, or
/// <c>NNN_name.sqlite.sql</c> and <c>NNN_name.postgresql.sql</c> where the two databases really differ. A file that was applied never
/// runs again and never changes.
/// </summary>
public static class Migrator
{
    /// <summary>The advisory lock of PostgreSQL under which nodes make the first table: "rapport" in ASCII.</summary>
    private const long MakingTable = 0x72_61_70_70_6f_72_74;

    /// <summary>Applies what is missing, in one transaction a file. Several nodes may do this at the same time.</summary>
    /// <exception cref="StorageException">The database failed, or was made by a newer version, in which case nothing was changed.</exception>
    public static async Task ApplyAsync(Database database, TimeProvider clock, CancellationToken cancel, params Assembly[] modules)
    {
        await MakeTableAsync(database, cancel);
        var all = modules.Prepend(typeof(Migrator).Assembly).Distinct().ToList();
        foreach (var module in all)
        {
            await RefuseNewerAsync(database, module, cancel);
        }

        foreach (var module in all)
        {
            var name = module.GetName().Name!;
            foreach (var (number, resource) in Files(module, database.Dialect))
            {
                await database.WriteAsync(transaction => ApplyOneAsync(transaction, database.Dialect, module, name, number, resource, clock), cancel);
            }
        }
    }

    private static async Task ApplyOneAsync(
        DbTransaction transaction, Dialect dialect, Assembly module, string name, int number, string resource, TimeProvider clock)
    {
        var connection = transaction.Connection!;
        if (dialect == Dialect.PostgreSql)
        {
            await connection.ExecuteAsync("LOCK TABLE migration IN ACCESS EXCLUSIVE MODE", transaction: transaction);
        }

        var applied = await connection.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM migration WHERE module = @name AND number = @number", new { name, number }, transaction);
        if (applied > 0)
        {
            return;
        }

        using var reader = new StreamReader(module.GetManifestResourceStream(resource)!);
        await connection.ExecuteAsync(await reader.ReadToEndAsync(), transaction: transaction);
        await connection.ExecuteAsync(
            "INSERT INTO migration (module, number, applied_at) VALUES (@name, @number, @now)",
            new { name, number, now = clock.GetUtcNow().ToUnixTimeMilliseconds() },
            transaction);
    }

    private static async Task RefuseNewerAsync(Database database, Assembly module, CancellationToken cancel)
    {
        var applied = await database.ReadAsync(
            c => c.ExecuteScalarAsync<long?>("SELECT MAX(number) FROM migration WHERE module = @name", new { name = module.GetName().Name! }), cancel);
        if (applied > Files(module, database.Dialect).Select(static f => f.Number).DefaultIfEmpty().Max())
        {
            throw new StorageException(StorageFailure.TooNew);
        }
    }

    private static Task MakeTableAsync(Database database, CancellationToken cancel) => database.WriteAsync(
        async transaction =>
        {
            var connection = transaction.Connection!;
            if (database.Dialect == Dialect.PostgreSql)
            {
                // There is no table to lock yet, and `IF NOT EXISTS` does not wait for a node that is making it: it fails, in one of several ways.
                await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@MakingTable)", new { MakingTable }, transaction);
            }

            await connection.ExecuteAsync(
                "CREATE TABLE IF NOT EXISTS migration (module TEXT NOT NULL, number BIGINT NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (module, number))",
                transaction: transaction);
        },
        cancel);

    private static IEnumerable<(int Number, string Resource)> Files(Assembly module, Dialect dialect)
    {
        var suffix = dialect == Dialect.Sqlite ? ".sqlite.sql" : ".postgresql.sql";
        foreach (var resource in module.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            var at = resource.IndexOf(".Migrations.", StringComparison.Ordinal);
            if (at < 0 || !resource.EndsWith(".sql", StringComparison.Ordinal))
            {
                continue;
            }

            var file = resource[(at + ".Migrations.".Length)..];
            var shared = !file.EndsWith(".sqlite.sql", StringComparison.Ordinal) && !file.EndsWith(".postgresql.sql", StringComparison.Ordinal);
            if (shared || file.EndsWith(suffix, StringComparison.Ordinal))
            {
                yield return (int.Parse(file.AsSpan(0, 3)), resource);
            }
        }
    }
}
