using Dapper;
using Rapport.Data;

namespace Rapport.Conversations.Tests;

/// <summary>A table into which nothing can be written as long as this lives, as where the disk is full.</summary>
internal sealed class BrokenTable : IAsyncDisposable
{
    private readonly Database _database;
    private readonly string _drop;

    private BrokenTable(Database database, string drop) => (_database, _drop) = (database, drop);

    /// <summary>Breaks one.</summary>
    public static async Task<BrokenTable> BreakAsync(Database database, string table)
    {
        var (make, drop) = database.Dialect == Dialect.Sqlite
            ? ($"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END", "DROP TRIGGER broken")
            : ($"""
                CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken' USING ERRCODE = '53100'; END $$;
                CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION broken()
                """,
               "DROP FUNCTION broken CASCADE");
        await database.WriteAsync(t => t.Connection!.ExecuteAsync(make, transaction: t), TestContext.Current.CancellationToken);
        return new BrokenTable(database, drop);
    }

    public async ValueTask DisposeAsync() => await _database.WriteAsync(t => t.Connection!.ExecuteAsync(_drop, transaction: t), CancellationToken.None);
}
