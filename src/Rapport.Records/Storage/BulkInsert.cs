using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>Writes many entries at once, each database in its own fast way.</summary>
internal static class BulkInsert
{
    internal static Task EntriesAsync(DbTransaction transaction, Dialect dialect, string patient, IReadOnlyList<EntryRow> entries)
    {
        if (dialect == Dialect.Sqlite)
        {
            Insert((SqliteTransaction)transaction, patient, entries);
            return Task.CompletedTask;
        }

        const string sql = """
            INSERT INTO entry (patient_id, seq, written_at, body)
            SELECT @patient, e.seq, e.written_at, e.body FROM unnest(@seqs, @times, @bodies) AS e (seq, written_at, body)
            """;
        return transaction.Connection!.ExecuteAsync(
            sql,
            new
            {
                patient,
                seqs = entries.Select(e => e.Seq).ToArray(),
                times = entries.Select(e => e.WrittenAt).ToArray(),
                bodies = entries.Select(e => e.Body).ToArray(),
            },
            transaction);
    }

    internal static async Task PartsAsync(DbTransaction transaction, string patient, IReadOnlyList<PartRow> parts)
    {
        foreach (var part in parts)
        {
            await transaction.Connection!.ExecuteAsync(
                "INSERT INTO entry_part (patient_id, seq, number, body) VALUES (@patient, @Seq, @Number, @Body)", new { patient, part.Seq, part.Number, part.Body }, transaction);
        }
    }

    internal static async Task ProvenanceAsync(DbTransaction transaction, string patient, IReadOnlyList<ProvenanceRow> blocks)
    {
        foreach (var block in blocks)
        {
            await transaction.Connection!.ExecuteAsync(
                "INSERT INTO provenance (patient_id, source, block, body) VALUES (@patient, @Source, @Block, @Body) ON CONFLICT (patient_id, source, block) DO UPDATE SET body = excluded.body",
                new { patient, block.Source, block.Block, block.Body },
                transaction);
        }
    }

    private static void Insert(SqliteTransaction transaction, string patient, IReadOnlyList<EntryRow> entries)
    {
        using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO entry (patient_id, seq, written_at, body) VALUES (@patient, @seq, @at, @body)";
        command.Parameters.Add(new SqliteParameter("@patient", SqliteType.Text) { Value = patient });
        var seq = command.Parameters.Add("@seq", SqliteType.Integer);
        var at = command.Parameters.Add("@at", SqliteType.Integer);
        var body = command.Parameters.Add("@body", SqliteType.Blob);
        command.Prepare();
        foreach (var entry in entries)
        {
            seq.Value = entry.Seq;
            at.Value = entry.WrittenAt;
            body.Value = entry.Body;
            command.ExecuteNonQuery();
        }
    }
}
