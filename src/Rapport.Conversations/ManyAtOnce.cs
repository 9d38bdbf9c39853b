using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>Asks for many rows in one question, however many they are: PostgreSQL takes lists, and SQLite, which takes no more than some thousands of parameters, one list as JSON.</summary>
internal static class ManyAtOnce
{
    /// <summary>Rows of which a column is one of these hashes.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="database">Whose it is.</param>
    /// <param name="select">The question up to its conditions.</param>
    /// <param name="column">The column.</param>
    /// <param name="hashes">The hashes.</param>
    internal static Task<IEnumerable<T>> QueryAmongAsync<T>(this DbConnection connection, Database database, string select, string column, IReadOnlyCollection<byte[]> hashes)
    {
        var question = new ManyQuestions(database);
        question.Among(select, column, hashes);
        return connection.QueryAsync<T>(question.Sql, question.Values);
    }

    /// <summary>Rows of which a column is one of these ids, which have letters and digits alone.</summary>
    /// <inheritdoc cref="QueryAmongAsync{T}(DbConnection, Database, string, string, IReadOnlyCollection{byte[]})"/>
    internal static Task<IEnumerable<T>> QueryAmongAsync<T>(this DbConnection connection, Database database, string select, string column, IReadOnlyCollection<string> ids)
    {
        var question = new ManyQuestions(database);
        question.Among(select, column, ids);
        return connection.QueryAsync<T>(question.Sql, question.Values);
    }

    /// <summary>Rows of which a column is one of these numbers.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="database">Whose it is.</param>
    /// <param name="select">The question up to its last condition, which may speak of <c>@id</c>.</param>
    /// <param name="column">The column.</param>
    /// <param name="id">An id.</param>
    /// <param name="numbers">The numbers.</param>
    internal static Task<IEnumerable<T>> QueryAmongAsync<T>(this DbConnection connection, Database database, string select, string column, string id, IReadOnlyCollection<long> numbers) =>
        database.Dialect == Dialect.PostgreSql
            ? connection.QueryAsync<T>($"{select} {column} = ANY(@numbers)", new { id, numbers = numbers.ToArray() })
            : connection.QueryAsync<T>($"{select} {column} IN (SELECT value FROM json_each(@numbers))", new { id, numbers = $"[{string.Join(',', numbers)}]" });

    /// <summary>What a table has for each of some pairs, by the two columns of its key: as many looks as there are pairs.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="database">Whose it is.</param>
    /// <param name="columns">What is asked for.</param>
    /// <param name="table">The table.</param>
    /// <param name="key">The columns: of an id, which has letters and digits alone, or of a hash; and of a hash.</param>
    /// <param name="pairs">Ids, or hashes in hexadecimal digits; and hashes.</param>
    internal static Task<IEnumerable<T>> QueryPairsAsync<T>(
        this DbConnection connection, Database database, string columns, string table, (string First, bool IsHash, string Second) key, IReadOnlyCollection<(string First, byte[] Second)> pairs)
    {
        var question = new ManyQuestions(database);
        question.Pairs(columns, table, key, pairs);
        return connection.QueryAsync<T>(question.Sql, question.Values);
    }

    /// <summary>Inserts some rows by one statement: at most some hundreds.</summary>
    /// <param name="table">The table and its columns.</param>
    /// <param name="rows">The values of each, as many as there are columns.</param>
    internal static (string Sql, DynamicParameters Values) Insert(string table, IEnumerable<object[]> rows)
    {
        var values = new DynamicParameters();
        List<string> lines = [];
        foreach (var row in rows)
        {
            var names = row.Select((_, i) => $"@v{lines.Count}_{i}").ToList();
            for (var i = 0; i < row.Length; i++)
            {
                values.Add(names[i], row[i]);
            }

            lines.Add($"({string.Join(", ", names)})");
        }

        return ($"INSERT INTO {table} VALUES {string.Join(", ", lines)}", values);
    }
}
