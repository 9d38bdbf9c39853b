using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>Where the two databases are asked differently.</summary>
internal static class DialectSql
{
    /// <summary>That a column has one of the values of a parameter: PostgreSQL takes a list as one, SQLite as many.</summary>
    internal static string Among(this Database database, string column, string parameter) => database.Dialect == Dialect.PostgreSql ? $"{column} = ANY(@{parameter})" : $"{column} IN @{parameter}";
}
