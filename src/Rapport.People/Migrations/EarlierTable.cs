using System.Data.Common;
using System.Globalization;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>A table as it was before a migration, which renamed it and made another in its place.</summary>
internal static class EarlierTable
{
    /// <summary>Rows that are in memory at once.</summary>
    private const int AtOnce = 1000;

    /// <summary>Takes the rows of before out of their table, some at a time in the order of its key, writes them as they are now, and drops the table.</summary>
    internal static async Task MoveAsync(DbTransaction transaction, string table, string key, string columns, Func<IDictionary<string, object?>, object?[]> move)
    {
        var connection = transaction.Connection!;
        var (names, keys) = (NamesOf(columns), NamesOf(key));
        var insert = $"INSERT INTO {table} ({columns}) VALUES ({string.Join(", ", names)})";
        var after = "";
        DynamicParameters? last = null;
        List<IDictionary<string, object?>> rows;
        do
        {
            // Not deleted as they are read: what is deleted in a transaction is passed over again by each later look for more.
            var read = await connection.QueryAsync($"SELECT * FROM earlier_{table}{after} ORDER BY {key} LIMIT {AtOnce}", last, transaction, commandTimeout: Migrator.NoTimeLimit);
            rows = [.. read.Cast<IDictionary<string, object?>>()];
            await connection.ExecuteAsync(insert, rows.ConvertAll(row => Parameters(names, move(row))), transaction, Migrator.NoTimeLimit);
            if (rows is [.., var end])
            {
                after = $" WHERE ({key}) > ({string.Join(", ", keys)})";
                last = Parameters(keys, [.. key.Split(", ").Select(column => end[column])]);
            }
        }
        while (rows.Count == AtOnce);
        await connection.ExecuteAsync($"DROP TABLE earlier_{table}", transaction: transaction, commandTimeout: Migrator.NoTimeLimit);
    }

    private static string[] NamesOf(string columns) => [.. columns.Split(", ").Select(static (_, i) => string.Create(CultureInfo.InvariantCulture, $"@v{i}"))];

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
