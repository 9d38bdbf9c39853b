using Dapper;
using Rapport.Data;

namespace Rapport.Records.Tests;

/// <summary>Reaches around the module into its tables, as somebody with the database and without the key would.</summary>
internal static class Rows
{
    public static Task<int> ChangeAsync(Database database, string sql, object? parameters = null) =>
        database.WriteAsync(t => t.Connection!.ExecuteAsync(sql, parameters, t), TestContext.Current.CancellationToken);

    public static Task<IReadOnlyList<T>> ReadAsync<T>(Database database, string sql, object? parameters = null) =>
        database.ReadAsync(async c => (IReadOnlyList<T>)(await c.QueryAsync<T>(sql, parameters)).AsList(), TestContext.Current.CancellationToken);
}
