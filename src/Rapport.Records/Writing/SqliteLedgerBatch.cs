using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// Appends on SQLite: prepared statements on one connection. SQLite has one writer at a time, so a head read inside the transaction cannot move
/// before it commits; other processes may have moved it before.
/// </summary>
internal sealed class SqliteLedgerBatch(Database database) : ILedgerBatch
{
    private SemaphoreSlim? _oneWriter;
    private SqliteConnection? _connection;
    private SqliteCommand? _move;
    private SqliteCommand? _insert;

    public void Commit(List<PendingAppend> appends) => Database.Translate(() =>
    {
        Prepare();
        _oneWriter!.Wait();
        try
        {
            using var transaction = _connection!.BeginTransaction();
            var id = _connection.ExecuteScalar<long>("SELECT COALESCE(MAX(id), 0) FROM ledger", transaction: transaction);
            foreach (var group in appends.GroupBy(a => a.Compartment))
            {
                try
                {
                    id = Append(group.Key, group, id, transaction);
                }
                catch (Exception e) when (RecordDamage.IsShownBy(e))
                {
                    foreach (var append in group)
                    {
                        append.Failure = e;
                    }
                }
            }

            transaction.Commit();
        }
        catch
        {
            // A connection whose transaction broke is not trusted with another one.
            Drop();
            throw;
        }
        finally
        {
            _oneWriter.Release();
        }
    });

    public void Dispose() => Drop();

    private long Append(Compartment compartment, IEnumerable<PendingAppend> appends, long id, SqliteTransaction transaction)
    {
        var head = compartment.Head ?? ReadHead(compartment, transaction);
        if (head is not null && !TryMove(compartment, head, ref id, appends, transaction))
        {
            // Somebody else moved the head since it was last seen; read inside the transaction, it stands still.
            head = ReadHead(compartment, transaction);
            if (head is not null && !TryMove(compartment, head, ref id, appends, transaction))
            {
                throw new InvalidDataException("the head row of a ledger moved within its own transaction");
            }
        }

        return id;
    }

    private bool TryMove(Compartment compartment, LedgerHead head, ref long id, IEnumerable<PendingAppend> appends, SqliteTransaction transaction)
    {
        var fresh = appends.Where(a => a.IsDecidedOn(head)).ToList();
        if (fresh.Count == 0)
        {
            // Nothing to move; but whether the head is the newest must be known before anyone is told that they are stale or not.
            compartment.Head = null;
            return !appends.Any(a => a.RecordSeq > head.RecordSeq);
        }

        var size = head.Frontier.Size;
        var frontier = head.Frontier.Clone();
        foreach (var append in fresh)
        {
            frontier.Append(append.Draft.Leaf.Hash);
        }

        var last = id + fresh.Count;
        var next = head with { Frontier = frontier, Last = last };
        Set(_move!, transaction, compartment.IdText, size, head.RecordSeq, head.ConsentSeq, frontier.Size, next.Seal(compartment.Id, compartment.Sealer), last);
        if (_move!.ExecuteNonQuery() == 0)
        {
            compartment.Head = null;
            return false;
        }

        var previous = head.Last;
        foreach (var append in fresh)
        {
            id++;
            Set(_insert!, transaction, id, compartment.IdText, size, previous, append.Draft.Leaf.Encode(), append.Draft.SealedDetails);
            _insert!.ExecuteNonQuery();
            append.Position = size++;
            previous = id;
        }

        compartment.Head = next;
        return true;
    }

    private LedgerHead? ReadHead(Compartment compartment, SqliteTransaction transaction)
    {
        const string sql = $"{HeadRow.Select} WHERE patient_id = @patient";
        var row = _connection!.QuerySingleOrDefault<HeadRow>(sql, new { patient = compartment.IdText }, transaction);
        return row is null || row.IsErased ? null : LedgerHead.Of(compartment.Id, compartment.Sealer, row);
    }

    private void Prepare()
    {
        if (_connection is not null)
        {
            return;
        }

        (DbConnection connection, _oneWriter) = database.OpenWriter();
        _connection = (SqliteConnection)connection;
        _move = Command(
            """
            UPDATE compartment SET ledger_size = $4, ledger_frontier = $5, ledger_last = $6
            WHERE patient_id = $0 AND ledger_size = $1 AND record_seq = $2 AND consent_seq = $3
            """,
            7);
        _insert = Command("INSERT INTO ledger (id, patient_id, seq, previous, leaf, details) VALUES ($0, $1, $2, $3, $4, $5)", 6);
    }

    private SqliteCommand Command(string sql, int parameters)
    {
        var command = _connection!.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = "$" + i });
        }

        return command;
    }

    private static void Set(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }
    }

    private void Drop()
    {
        _move?.Dispose();
        _insert?.Dispose();
        _connection?.Dispose();
        _connection = null;
    }
}
