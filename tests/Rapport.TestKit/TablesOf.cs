using System.Data.Common;
using System.Text;
using Dapper;
using Rapport.Data;

namespace Rapport.TestKit;

/// <summary>One value of one row, as somebody reads it who has the database and not its key.</summary>
/// <param name="Column">Where it stands.</param>
/// <param name="Bytes">The bytes of it, or of its text.</param>
public sealed record StoredCell(string Column, byte[] Bytes)
{
    /// <summary>Whether a text occurs in it, in capitals or not, as its bytes too.</summary>
    public bool Has(string text) => Encoding.Latin1.GetString(Bytes).Contains(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)), StringComparison.OrdinalIgnoreCase);
}

/// <summary>What is in the tables of a database.</summary>
public static class TablesOf
{
    /// <summary>The names of all tables.</summary>
    public static async Task<IReadOnlyList<string>> AllAsync(Database database, CancellationToken cancel)
    {
        string sql = database.Dialect == Dialect.Sqlite
            ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
            : "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name";
        return [.. await database.ReadAsync(c => c.QueryAsync<string>(sql), cancel)];
    }

    /// <summary>Every value of a table that is not null, row by row.</summary>
    public static async Task<IReadOnlyList<StoredCell>> CellsAsync(Database database, string table, CancellationToken cancel)
    {
        var rows = await database.ReadAsync<IEnumerable<dynamic>>(c => ((DbConnection)c).QueryAsync($"SELECT * FROM {table}"), cancel);
        return
        [
            .. from row in rows
               from cell in (IDictionary<string, object?>)row
               where cell.Value is not null
               select new StoredCell(cell.Key, cell.Value as byte[] ?? Encoding.UTF8.GetBytes(Convert.ToString(cell.Value, System.Globalization.CultureInfo.InvariantCulture)!)),
        ];
    }
}
