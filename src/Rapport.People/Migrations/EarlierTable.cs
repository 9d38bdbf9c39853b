using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Rapport.People;

/// <summary>A table as it was before a migration, which renamed it and made another in its place.</summary>
internal static class EarlierTable
{
    /// <summary>Rows that are in memory at once.</summary>
    private const int AtOnce = 1000;

    /// <summary>Takes the rows of before out of their table, some at a time, writes them as they are now, and drops the table.</summary>
    internal static async Task MoveAsync(DbTransaction transaction, string table, string key, string columns, Func<IDictionary<string, object?>, object?[]> move)
    {
        var connection = transaction.Connection!;
        var names = columns.Split(", ").Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"@v{i}")).ToArray();
        var insert = $"INSERT INTO {table} ({columns}) VALUES ({string.Join(", ", names)})";
        List<IDictionary<string, object?>> rows;
        do
        {
            var taken = await connection.QueryAsync($"DELETE FROM earlier_{table} WHERE ({key}) IN (SELECT {key} FROM earlier_{table} LIMIT {AtOnce}) RETURNING *", transaction: transaction);
            rows = [.. taken.Cast<IDictionary<string, object?>>()];
            await connection.ExecuteAsync(insert, rows.ConvertAll(row => Parameters(names, move(row))), transaction);
        }
        while (rows.Count == AtOnce);
        await connection.ExecuteAsync($"DROP TABLE earlier_{table}", transaction: transaction);
    }

    private static DynamicParameters Parameters(string[] names, object?[] values)
    {
        var parameters = new DynamicParameters();
        foreach (var (name, value) in names.Zip(values))
        {
            parameters.Add(name, value);
        }

        return parameters;
    }

    /// <summary>A value that is an id.</summary>
    internal static string Text(object? value) => (string)value!;
}
