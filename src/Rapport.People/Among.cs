using Rapport.Data;

namespace Rapport.People;

/// <summary>A condition of SQL that a column is one of many values: PostgreSQL takes lists, and SQLite, which takes no more than some thousands of parameters, one list as JSON.</summary>
internal static class Among
{
    /// <summary>What follows the column, and its parameters.</summary>
    internal static (string Sql, object Parameters) Ids(Dialect dialect, IEnumerable<string> ids) => dialect == Dialect.Sqlite
        ? ("IN (SELECT value FROM json_each(@among))", new { among = JsonOf(ids) })
        : ("= ANY(@among)", new { among = ids.ToArray() });

    /// <inheritdoc cref="Ids"/>
    internal static (string Sql, object Parameters) Hashes(Dialect dialect, IEnumerable<byte[]> hashes) => dialect == Dialect.Sqlite
        ? ("IN (SELECT unhex(value) FROM json_each(@among))", new { among = JsonOf(hashes.Select(Convert.ToHexString)) })
        : ("= ANY(@among)", new { among = hashes.ToArray() });

    private static string JsonOf(IEnumerable<string> values) => $"[{string.Join(',', values.Select(static value => $"\"{value}\""))}]";
}
