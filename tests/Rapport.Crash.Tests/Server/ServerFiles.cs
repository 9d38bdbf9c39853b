using Rapport.TestKit;

namespace Rapport.Crash.Tests;

/// <summary>A data folder for the servers of one test class, over SQLite or a PostgreSQL database of its own.</summary>
public abstract class ServerFiles : IAsyncLifetime
{
    private readonly List<string> _folders = [];

    /// <summary>A new, empty folder that goes with the class.</summary>
    public string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("rapport-crash-").FullName;
        _folders.Add(folder);
        return folder;
    }

    /// <summary>The PostgreSQL connection, null for SQLite; a test is skipped where there is none.</summary>
    public abstract string? Postgres { get; }

    public abstract ValueTask InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await RemoveAsync();
        _folders.ForEach(static folder => Directory.Delete(folder, recursive: true));
        GC.SuppressFinalize(this);
    }

    protected abstract ValueTask RemoveAsync();
}

/// <summary>A SQLite file in the data folder.</summary>
public sealed class SqliteFiles : ServerFiles
{
    public override string? Postgres => null;

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    protected override ValueTask RemoveAsync() => ValueTask.CompletedTask;
}

/// <summary>A PostgreSQL database.</summary>
public sealed class PostgresFiles : ServerFiles
{
    private readonly PostgresTestDatabase _database = new();

    public override string? Postgres => _database.ConnectionString;

    public override ValueTask InitializeAsync() => _database.InitializeAsync();

    protected override ValueTask RemoveAsync() => _database.DisposeAsync();
}
