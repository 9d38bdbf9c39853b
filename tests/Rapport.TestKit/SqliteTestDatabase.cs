using Rapport.Data;

namespace Rapport.TestKit;

/// <summary>A SQLite file in a folder of its own.</summary>
public sealed class SqliteTestDatabase : TestDatabase
{
    /// <summary>The folder, for what a test wants beside the file. Removed with the class.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("rapport-test-").FullName;

    /// <summary>The database file.</summary>
    public string DataFile => Path.Combine(Folder, "rapport.db");

    /// <inheritdoc/>
    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected override Database Open() => Database.OpenSqlite(DataFile);

    /// <inheritdoc/>
    protected override void SkipIfMissing()
    {
    }

    /// <inheritdoc/>
    protected override ValueTask RemoveAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
