using System.Diagnostics.CodeAnalysis;
using Rapport.Data;

namespace Rapport.TestKit;

/// <summary>
/// A fresh database for one test class, gone afterwards. A contract suite is an abstract class that takes this; each database adds a class of
/// a line: <c>public sealed class AccountsOnSqlite(SqliteTestDatabase database) : AccountsContract(database), IClassFixture&lt;SqliteTestDatabase&gt;;</c>
/// </summary>
public abstract class TestDatabase : IAsyncLifetime
{
    private readonly List<Database> _opened = [];
    private Database? _database;

    /// <summary>A random master key, for the life of the class.</summary>
    public Keyring Keyring { get; } = new(MasterKey.New());

    /// <summary>The clock of the class.</summary>
    public ManualClock Clock { get; } = new();

    /// <summary>The database. Where it is not available, the test that asks is skipped.</summary>
    public Database Database
    {
        get
        {
            SkipIfMissing();
            return _database ??= OpenAnother();
        }
    }

    /// <summary>The same database as another node sees it: with a pool, and on SQLite a write lock, of its own. Disposed with the class.</summary>
    public Database OpenAnother()
    {
        SkipIfMissing();
        var database = Open();
        lock (_opened)
        {
            _opened.Add(database);
        }

        return database;
    }

    /// <summary>Keeps the database's writer busy, so that on SQLite whoever writes meanwhile waits their turn, until it is let go.</summary>
    public Task<HeldWriter> HoldWriterAsync() => HeldWriter.BeginAsync(Database);

    /// <summary>Applies the migrations of the data layer and of the modules that these types belong to.</summary>
    public async Task<Database> MigrateAsync(params Type[] modules)
    {
        await Migrator.ApplyAsync(Database, Keyring, Clock, TestContext.Current.CancellationToken, [.. modules.Select(static m => m.Assembly).Distinct()]);
        return Database;
    }

    /// <inheritdoc/>
    public abstract ValueTask InitializeAsync();

    /// <inheritdoc/>
    [SuppressMessage("Usage", "CA1816", Justification = "nothing here has a finalizer")]
    public async ValueTask DisposeAsync()
    {
        foreach (var database in _opened)
        {
            await database.DisposeAsync();
        }

        Keyring.Dispose();
        await RemoveAsync();
    }

    /// <summary>Opens the database anew.</summary>
    protected abstract Database Open();

    /// <summary>Skips the running test where there is no such database.</summary>
    protected abstract void SkipIfMissing();

    /// <summary>Removes the database; everything of it is closed.</summary>
    protected abstract ValueTask RemoveAsync();
}
