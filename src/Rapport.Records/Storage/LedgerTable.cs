using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// The ledger table, where the two databases differ most: PostgreSQL keeps it under its key, SQLite as a chain of rows that costs an append
/// no index (see <c>docs/architecture.md</c>).
/// </summary>
internal sealed class LedgerTable(Dialect dialect)
{
    /// <summary>Adds one entry at the end that the locked head row names; the new <c>ledger_last</c>.</summary>
    internal Task<long> AppendAsync(DbTransaction transaction, HeadRow head, LeafDraft draft)
    {
        var row = new { head.PatientId, seq = head.LedgerSize, previous = head.LedgerLast, leaf = draft.Leaf.Encode(), details = draft.SealedDetails };
        var sql = dialect == Dialect.Sqlite
            ? "INSERT INTO ledger (patient_id, seq, previous, leaf, details) VALUES (@PatientId, @seq, @previous, @leaf, @details) RETURNING id"
            : "INSERT INTO ledger (patient_id, seq, leaf, details) VALUES (@PatientId, @seq, @leaf, @details) RETURNING 0::BIGINT";
        return transaction.Connection!.ExecuteScalarAsync<long>(sql, row, transaction);
    }

    /// <summary>At most <paramref name="count"/> entries before position <paramref name="before"/>, newest first.</summary>
    internal async Task<IReadOnlyList<StoredLeaf>> ReadBackwardsAsync(DbConnection connection, HeadRow head, long before, int count)
    {
        var from = new { patient = head.PatientId, last = head.LedgerLast, before, count };
        const string postgres = "SELECT seq, leaf, details FROM ledger WHERE patient_id = @patient AND seq < @before ORDER BY seq DESC LIMIT @count";
        return (await connection.QueryAsync<StoredLeaf>(dialect == Dialect.Sqlite ? Chain("WHERE seq < @before LIMIT @count") : postgres, from)).AsList();
    }

    /// <summary>The entries from position <paramref name="from"/> to the end that the head row names, newest first, one by one.</summary>
    internal IAsyncEnumerable<StoredLeaf> ReadNewestAsync(DbConnection connection, HeadRow head, long from)
    {
        var parameters = new { patient = head.PatientId, last = head.LedgerLast, from, size = head.LedgerSize, count = head.LedgerSize - from };
        const string postgres = "SELECT seq, leaf, details FROM ledger WHERE patient_id = @patient AND seq >= @from AND seq < @size ORDER BY seq DESC";
        return connection.QueryUnbufferedAsync<StoredLeaf>(dialect == Dialect.Sqlite ? Chain("LIMIT @count") : postgres, parameters);
    }

    /// <summary>All entries that the head row reaches, in their order. What is stored is given as it is: it may have been tampered with.</summary>
    internal async Task<IReadOnlyList<StoredLeaf>> ReadAllAsync(DbConnection connection, HeadRow head)
    {
        var from = new { patient = head.PatientId, last = head.LedgerLast, size = head.LedgerSize };
        if (dialect == Dialect.PostgreSql)
        {
            return (await connection.QueryAsync<StoredLeaf>("SELECT seq, leaf, details FROM ledger WHERE patient_id = @patient AND seq < @size ORDER BY seq", from)).AsList();
        }

        var rows = (await connection.QueryAsync<StoredLeaf>(Chain(""), from)).AsList();
        rows.Reverse();
        return rows;
    }

    /// <summary>
    /// Walks the chain from the last row back. A row is only followed to an earlier one of the same patient: a chain bent into a loop or into
    /// somebody else's ends there, and the check finds entries missing.
    /// </summary>
    private static string Chain(string tail) => $"""
        WITH RECURSIVE chain (id, seq, previous, leaf, details) AS (
            SELECT id, seq, previous, leaf, details FROM ledger WHERE id = @last AND patient_id = @patient
            UNION ALL
            SELECT l.id, l.seq, l.previous, l.leaf, l.details FROM chain c JOIN ledger l ON l.id = c.previous
            WHERE l.id < c.id AND l.patient_id = @patient)
        SELECT seq, leaf, details, previous FROM chain {tail}
        """;
}
