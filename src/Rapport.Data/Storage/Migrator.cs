using System.Data.Common;
using System.Reflection;
using Dapper;

namespace Rapport.Data;

/// <summary>
/// Brings a database to the schema of this version. Each module embeds its numbered files as <c>Migrations/NNN_name.sql</c>, or
/// <c>NNN_name.sqlite.sql</c> and <c>NNN_name.postgresql.sql</c> where the two databases really differ. A file that was applied never
/// runs again and never changes. What SQL cannot do is a <see cref="KeyedMigration"/>.
/// </summary>
public static class Migrator
{
    /// <summary>The time limit of the commands of migrations, in seconds: none. A large database takes as long as it takes, and a node that waits for the one that does it waits as long.</summary>
    public const int NoTimeLimit = 0;

    /// <summary>The advisory lock of PostgreSQL under which nodes make the first table: "rapport" in ASCII.</summary>
    private const long MakingTable = 0x72_61_70_70_6f_72_74;

    /// <summary>Applies what is missing of modules that need no key for it, in one transaction a file. Several nodes may do this at the same time.</summary>
    /// <exception cref="StorageException">The database failed, or was made by a newer version, in which case nothing was changed.</exception>
    public static Task<bool> ApplyAsync(Database database, TimeProvider clock, CancellationToken cancel, params Assembly[] modules) => ApplyAsync(database, null, clock, cancel, modules);

    /// <summary>Applies what is missing, in one transaction a file. Several nodes may do this at the same time.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="keyring">That of the database; null where no module needs it.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="modules">The modules beside the data layer, in this order.</param>
    /// <returns>Whether something was missing.</returns>
    /// <exception cref="StorageException">The database failed, or was made by a newer version, in which case nothing was changed.</exception>
    public static async Task<bool> ApplyAsync(Database database, Keyring? keyring, TimeProvider clock, CancellationToken cancel, params Assembly[] modules)
    {
        var all = modules.Prepend(typeof(Migrator).Assembly).Distinct().ToList();
        await RefuseNewerAsync(database, all, cancel);
        var wasMissing = false;
        foreach (var module in all)
        {
            var keyed = KeyedOf(module);
            foreach (var (number, resource) in Files(module, database.Dialect))
            {
                var withKey = keyed.GetValueOrDefault(number);
                wasMissing |= await database.WriteAsync(transaction => ApplyOneAsync(transaction, database.Dialect, module, number, resource, t => ApplyKeyedAsync(t, withKey, keyring), clock), cancel);
            }
        }

        return wasMissing;
    }

    private static Dictionary<int, KeyedMigration> KeyedOf(Assembly module) => module.GetTypes().Where(static type => type.IsSubclassOf(typeof(KeyedMigration)))
        .Select(static type => (KeyedMigration)Activator.CreateInstance(type)!).ToDictionary(static migration => migration.Number);

    private static Task ApplyKeyedAsync(DbTransaction transaction, KeyedMigration? migration, Keyring? keyring) => migration is null
        ? Task.CompletedTask
        : migration.ApplyAsync(transaction, keyring ?? throw new InvalidOperationException($"migration {migration.Number} of {migration.GetType().Assembly.GetName().Name} needs the key of the database"));

    private static async Task<bool> ApplyOneAsync(
        DbTransaction transaction, Dialect dialect, Assembly module, int number, string resource, Func<DbTransaction, Task> andThen, TimeProvider clock)
    {
        var name = module.GetName().Name!;
        var connection = transaction.Connection!;
        if (dialect == Dialect.PostgreSql)
        {
            await connection.ExecuteAsync("LOCK TABLE migration IN ACCESS EXCLUSIVE MODE", transaction: transaction, commandTimeout: NoTimeLimit);
        }

        var applied = await connection.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM migration WHERE module = @name AND number = @number", new { name, number }, transaction, NoTimeLimit);
        if (applied > 0)
        {
            return false;
        }

        using var reader = new StreamReader(module.GetManifestResourceStream(resource)!);
        await connection.ExecuteAsync(await reader.ReadToEndAsync(), transaction: transaction, commandTimeout: NoTimeLimit);
        await andThen(transaction);
        await connection.ExecuteAsync(
            "INSERT INTO migration (module, number, applied_at) VALUES (@name, @number, @now)",
            new { name, number, now = clock.GetUtcNow().ToUnixTimeMilliseconds() },
            transaction,
            NoTimeLimit);
        return true;
    }

    /// <exception cref="StorageException">The database was made by a newer version of one of the modules, or it failed.</exception>
    internal static async Task RefuseNewerAsync(Database database, IEnumerable<Assembly> modules, CancellationToken cancel)
    {
        await MakeTableAsync(database, cancel);
        foreach (var module in modules)
        {
            await RefuseNewerAsync(database, module, cancel);
        }
    }

    private static async Task RefuseNewerAsync(Database database, Assembly module, CancellationToken cancel)
    {
        var applied = await database.ReadAsync(
            c => c.ExecuteScalarAsync<long?>("SELECT MAX(number) FROM migration WHERE module = @name", new { name = module.GetName().Name! }, commandTimeout: NoTimeLimit), cancel);
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
                await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@MakingTable)", new { MakingTable }, transaction, NoTimeLimit);
            }

            await connection.ExecuteAsync(
                "CREATE TABLE IF NOT EXISTS migration (module TEXT NOT NULL, number BIGINT NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (module, number))",
                transaction: transaction,
                commandTimeout: NoTimeLimit);
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
