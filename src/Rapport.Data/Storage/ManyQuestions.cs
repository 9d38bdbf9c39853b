using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Rapport.Data;

/// <summary>
/// Several questions to the database in one: one way there and back, answered in their order. What one answers was committed no earlier than what those before it do. Each may be about many values:
/// PostgreSQL takes lists, and SQLite, which takes no more than some thousands of parameters, one list as JSON. Not thread safe.
/// </summary>
/// <param name="dialect">Whom it asks.</param>
public sealed class ManyQuestions(Dialect dialect)
{
    private readonly List<string> _sql = [];

    /// <summary>The values of all parameters.</summary>
    public DynamicParameters Values { get; } = new();

    /// <summary>All questions, one after the other.</summary>
    public string Sql => string.Join(";\n", _sql);

    /// <summary>Asks all of them.</summary>
    public Task<SqlMapper.GridReader> AskAsync(DbConnection connection) => connection.QueryMultipleAsync(Sql, Values);

    /// <summary>Any question, whose values have names that no other has.</summary>
    public void Add(string sql, params IReadOnlyList<(string Name, object Value)> values)
    {
        _sql.Add(sql);
        foreach (var (name, value) in values)
        {
            Values.Add(name, value);
        }
    }

    /// <summary>Rows of which a column is one of these hashes.</summary>
    /// <param name="question">The question up to and with that column.</param>
    /// <param name="hashes">The hashes.</param>
    /// <param name="end">What follows in the question.</param>
    public void Among(string question, IReadOnlyCollection<byte[]> hashes, string end = "") =>
        Among(question, end, hashes, "unhex(value)", static hash => $"\"{Convert.ToHexString(hash)}\"");

    /// <summary>Rows of which a column is one of these ids.</summary>
    /// <param name="question">The question up to and with that column.</param>
    /// <param name="ids">The ids, which have letters and digits alone.</param>
    /// <param name="end">What follows in the question.</param>
    public void Among(string question, IReadOnlyCollection<string> ids, string end = "") => Among(question, end, ids, "value", static id => $"\"{id}\"");

    /// <summary>Rows of which a column is one of these numbers.</summary>
    /// <param name="question">The question up to and with that column.</param>
    /// <param name="numbers">The numbers.</param>
    /// <param name="end">What follows in the question.</param>
    public void Among(string question, IReadOnlyCollection<long> numbers, string end = "") => Among(question, end, numbers, "value", static number => number.ToString(CultureInfo.InvariantCulture));

    /// <summary>What a table has for each of some pairs, by the two columns of its key: as many looks as there are pairs.</summary>
    /// <param name="columns">What is asked for.</param>
    /// <param name="table">The table.</param>
    /// <param name="key">The columns: of an id, which has letters and digits alone, or of a hash; and of a hash.</param>
    /// <param name="pairs">Ids, or hashes in hexadecimal digits; and hashes.</param>
    public void Pairs(string columns, string table, (string First, bool IsHash, string Second) key, IReadOnlyCollection<(string First, byte[] Second)> pairs)
    {
        if (dialect == Dialect.PostgreSql)
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
    /// <param name="columns">What is asked for.</param>
    /// <param name="table">The table.</param>
    /// <param name="key">The columns.</param>
    /// <param name="pairs">Ids and numbers.</param>
    public void Pairs(string columns, string table, (string First, string Second) key, IReadOnlyCollection<(string First, long Second)> pairs)
    {
        if (dialect == Dialect.PostgreSql)
        {
            AddPairs(columns, table, key, pairs.Select(static pair => pair.First).ToArray(), pairs.Select(static pair => pair.Second).ToArray());
        }
        else
        {
            AddPairs(columns, table, key, "value ->> 0", "value ->> 1", pairs.Select(static pair => string.Create(CultureInfo.InvariantCulture, $"[\"{pair.First}\",{pair.Second}]")));
        }
    }

    private void Among<T>(string question, string end, IReadOnlyCollection<T> values, string read, Func<T, string> json)
    {
        var name = NewName();
        if (dialect == Dialect.PostgreSql)
        {
            Add($"{question} = ANY(@{name}) {end}", (name, values.ToArray()));
        }
        else
        {
            Add($"{question} IN (SELECT {read} FROM json_each(@{name})) {end}", (name, $"[{string.Join(',', values.Select(json))}]"));
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
}
