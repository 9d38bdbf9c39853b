using System.Data.Common;
using System.Globalization;
using Dapper;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>Several questions to the database in one: one way there and back, answered in their order. What one answers was committed no earlier than what those before it do.</summary>
internal sealed class ManyQuestions(Database database)
{
    private readonly List<string> _sql = [];

    internal DynamicParameters Values { get; } = new();

    internal string Sql => string.Join(";\n", _sql);

    internal Task<SqlMapper.GridReader> AskAsync(DbConnection connection) => connection.QueryMultipleAsync(Sql, Values);

    /// <summary>Any question, whose values have names that no other has.</summary>
    internal void Add(string sql, params IReadOnlyList<(string Name, object Value)> values)
    {
        _sql.Add(sql);
        foreach (var (name, value) in values)
        {
            Values.Add(name, value);
        }
    }

    /// <summary>Rows of which a column is one of these hashes.</summary>
    internal void Among(string select, string column, IReadOnlyCollection<byte[]> hashes)
    {
        var name = NewName();
        if (database.Dialect == Dialect.PostgreSql)
        {
            Add($"{select} WHERE {column} = ANY(@{name})", (name, hashes.ToArray()));
        }
        else
        {
            Add($"{select} WHERE {column} IN (SELECT unhex(value) FROM json_each(@{name}))", (name, JsonOf(hashes.Select(Convert.ToHexString))));
        }
    }

    /// <summary>Rows of which a column is one of these ids, which have letters and digits alone.</summary>
    internal void Among(string select, string column, IReadOnlyCollection<string> ids)
    {
        var name = NewName();
        if (database.Dialect == Dialect.PostgreSql)
        {
            Add($"{select} WHERE {column} = ANY(@{name})", (name, ids.ToArray()));
        }
        else
        {
            Add($"{select} WHERE {column} IN (SELECT value FROM json_each(@{name}))", (name, JsonOf(ids)));
        }
    }

    /// <summary>What a table has for each of some pairs, by the two columns of its key: as many looks as there are pairs.</summary>
    /// <param name="columns">What is asked for.</param>
    /// <param name="table">The table.</param>
    /// <param name="key">The columns: of an id, which has letters and digits alone, or of a hash; and of a hash.</param>
    /// <param name="pairs">Ids, or hashes in hexadecimal digits; and hashes.</param>
    internal void Pairs(string columns, string table, (string First, bool IsHash, string Second) key, IReadOnlyCollection<(string First, byte[] Second)> pairs)
    {
        if (database.Dialect == Dialect.PostgreSql)
        {
            object firsts = key.IsHash ? pairs.Select(static pair => Convert.FromHexString(pair.First)).ToArray() : pairs.Select(static pair => pair.First).ToArray();
            AddPairs(columns, table, (key.First, key.Second), firsts, pairs.Select(static pair => pair.Second).ToArray());
        }
        else
        {
            AddPairs(columns, table, (key.First, key.Second), key.IsHash ? "unhex(value ->> 0)" : "value ->> 0", "unhex(value ->> 1)", pairs.Select(static pair => $"[\"{pair.First}\",\"{Convert.ToHexString(pair.Second)}\"]"));
        }
    }

    /// <summary>The same for pairs of an id, which has letters and digits alone, and a number.</summary>
    internal void Pairs(string columns, string table, (string First, string Second) key, IReadOnlyCollection<(string First, long Second)> pairs)
    {
        if (database.Dialect == Dialect.PostgreSql)
        {
            AddPairs(columns, table, key, pairs.Select(static pair => pair.First).ToArray(), pairs.Select(static pair => pair.Second).ToArray());
        }
        else
        {
            AddPairs(columns, table, key, "value ->> 0", "value ->> 1", pairs.Select(static pair => string.Create(CultureInfo.InvariantCulture, $"[\"{pair.First}\",{pair.Second}]")));
        }
    }

    private void AddPairs(string columns, string table, (string First, string Second) key, object firsts, object seconds)
    {
        var name = NewName();
        Add($"SELECT {columns} FROM unnest(@{name}a, @{name}b) AS w (first, second) JOIN {table} t ON t.{key.First} = w.first AND t.{key.Second} = w.second", ($"{name}a", firsts), ($"{name}b", seconds));
    }

    private void AddPairs(string columns, string table, (string First, string Second) key, string first, string second, IEnumerable<string> pairs)
    {
        var name = NewName();
        Add(
            $"SELECT {columns} FROM (SELECT {first} AS first, {second} AS second FROM json_each(@{name})) w CROSS JOIN {table} t ON t.{key.First} = w.first AND t.{key.Second} = w.second",
            (name, $"[{string.Join(',', pairs)}]"));
    }

    private string NewName() => string.Create(CultureInfo.InvariantCulture, $"q{_sql.Count}");

    private static string JsonOf(IEnumerable<string> values) => $"[{string.Join(',', values.Select(static value => $"\"{value}\""))}]";
}
