using System.Data.Common;
using Dapper;

namespace Rapport.Data;

/// <summary>Asks for many rows in one question, however many they are, as <see cref="ManyQuestions"/> does, and writes many by one statement.</summary>
public static class ManyAtOnce
{
    /// <summary>Rows of which a column is one of these hashes.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="dialect">Which database it is.</param>
    /// <param name="question">The question up to and with that column.</param>
    /// <param name="hashes">The hashes.</param>
    /// <param name="end">What follows in the question.</param>
    public static Task<IEnumerable<T>> QueryAmongAsync<T>(this DbConnection connection, Dialect dialect, string question, IReadOnlyCollection<byte[]> hashes, string end = "")
    {
        var one = new ManyQuestions(dialect);
        one.Among(question, hashes, end);
        return connection.QueryAsync<T>(one.Sql, one.Values);
    }

    /// <summary>Rows of which a column is one of these ids.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="dialect">Which database it is.</param>
    /// <param name="question">The question up to and with that column.</param>
    /// <param name="ids">The ids, which have letters and digits alone.</param>
    public static Task<IEnumerable<T>> QueryAmongAsync<T>(this DbConnection connection, Dialect dialect, string question, IReadOnlyCollection<string> ids)
    {
        var one = new ManyQuestions(dialect);
        one.Among(question, ids);
        return connection.QueryAsync<T>(one.Sql, one.Values);
    }

    /// <summary>Rows of which a column is one of these numbers.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="dialect">Which database it is.</param>
    /// <param name="question">The question up to and with that column, which may speak of <c>@id</c>.</param>
    /// <param name="id">An id.</param>
    /// <param name="numbers">The numbers.</param>
    public static Task<IEnumerable<T>> QueryAmongAsync<T>(this DbConnection connection, Dialect dialect, string question, string id, IReadOnlyCollection<long> numbers)
    {
        var one = new ManyQuestions(dialect);
        one.Among(question, numbers);
        one.Values.Add("id", id);
        return connection.QueryAsync<T>(one.Sql, one.Values);
    }

    /// <summary>What a table has for each of some pairs, by the two columns of its key: as many looks as there are pairs.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="dialect">Which database it is.</param>
    /// <param name="columns">What is asked for.</param>
    /// <param name="table">The table.</param>
    /// <param name="key">The columns: of an id, which has letters and digits alone, or of a hash; and of a hash.</param>
    /// <param name="pairs">Ids, or hashes in hexadecimal digits; and hashes.</param>
    public static Task<IEnumerable<T>> QueryPairsAsync<T>(
        this DbConnection connection, Dialect dialect, string columns, string table, (string First, bool IsHash, string Second) key, IReadOnlyCollection<(string First, byte[] Second)> pairs)
    {
        var one = new ManyQuestions(dialect);
        one.Pairs(columns, table, key, pairs);
        return connection.QueryAsync<T>(one.Sql, one.Values);
    }

    /// <summary>Inserts some rows by one statement: at most some hundreds.</summary>
    /// <param name="table">The table and its columns.</param>
    /// <param name="rows">The values of each, as many as there are columns.</param>
    public static (string Sql, DynamicParameters Values) Insert(string table, IEnumerable<object[]> rows)
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
