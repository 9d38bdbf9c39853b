using Dapper;
using Npgsql;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// Appends on PostgreSQL: one statement for the whole batch moves the heads that still stand where they were seen and inserts the rows of just
/// those. Heads that another node moved are read again; who was decided on an older state is told so.
/// </summary>
internal sealed class PostgresLedgerBatch(Database database) : ILedgerBatch
{
    private const string AppendSql = """
        WITH wanted AS (
            SELECT * FROM unnest($1::TEXT[], $2::BIGINT[], $3::BIGINT[], $4::BIGINT[], $5::BIGINT[], $6::BYTEA[])
                AS w (patient_id, size, record_seq, consent_seq, new_size, frontier)),
        moved AS (
            UPDATE compartment c SET ledger_size = w.new_size, ledger_frontier = w.frontier
            FROM wanted w
            WHERE c.patient_id = w.patient_id AND c.ledger_size = w.size AND c.record_seq = w.record_seq AND c.consent_seq = w.consent_seq
            RETURNING c.patient_id),
        added AS (
            INSERT INTO ledger (patient_id, seq, leaf, details)
            SELECT r.patient_id, r.seq, r.leaf, r.details
            FROM unnest($7::TEXT[], $8::BIGINT[], $9::BYTEA[], $10::BYTEA[]) AS r (patient_id, seq, leaf, details)
            JOIN moved m ON m.patient_id = r.patient_id)
        SELECT patient_id FROM moved
        """;

    private const string HeadsSql = $"{HeadRow.Select} WHERE patient_id = ANY(@patients)";

    private NpgsqlConnection? _connection;

    public void Commit(List<PendingAppend> appends) => Database.Translate(() =>
    {
        // By patient: one that was evicted while in use is in memory twice for a moment, and one statement moves a head row once.
        var waiting = appends.GroupBy(a => a.Compartment.Id).ToDictionary(g => g.First().Compartment, g => g.ToList());
        try
        {
            _connection ??= (NpgsqlConnection)database.OpenWriter().Connection;
            ReadUnknownHeads(waiting, HeadsSql);
            DropStale(waiting);
            Append(waiting);

            // Another node moved these heads. Racing again, the one who lost keeps losing: from here on each takes its turn.
            foreach (var compartment in waiting.Keys.ToList())
            {
                AppendLocked(compartment, waiting);
            }
        }
        catch (PostgresException e) when (e.SqlState is "40001" or "40P01")
        {
            // Rolled back against another node: who still waits decides again on what that one wrote.
            foreach (var (compartment, undone) in waiting)
            {
                compartment.Head = null;
                undone.ForEach(static append => append.Position = PendingAppend.Stale);
            }
        }
        catch (NpgsqlException)
        {
            Dispose();
            throw;
        }
    });

    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
    }

    /// <summary>Appends with the head row locked, which cannot be lost. One patient at a time: a node never waits for one while it holds another.</summary>
    private void AppendLocked(Compartment compartment, Dictionary<Compartment, List<PendingAppend>> waiting)
    {
        var one = new Dictionary<Compartment, List<PendingAppend>> { [compartment] = waiting[compartment] };
        using var transaction = _connection!.BeginTransaction();
        compartment.Head = null;
        ReadUnknownHeads(one, HeadsSql + " FOR UPDATE");
        DropStale(one);
        Append(one);
        transaction.Commit();
        foreach (var append in one.Values.SelectMany(a => a))
        {
            append.Failure = new InvalidDataException("the stored record is older than what was read of it");
        }

        waiting.Remove(compartment);
    }

    private void ReadUnknownHeads(Dictionary<Compartment, List<PendingAppend>> waiting, string sql)
    {
        var unknown = waiting.Keys.Where(c => c.Head is null).ToDictionary(c => c.IdText);
        if (unknown.Count == 0)
        {
            return;
        }

        foreach (var row in _connection!.Query<HeadRow>(sql, new { patients = unknown.Keys.ToArray() }))
        {
            var compartment = unknown[row.PatientId];
            if (row.IsErased)
            {
                // Whoever waits is told that they are stale, and finds out.
                waiting.Remove(compartment);
                continue;
            }

            try
            {
                compartment.Head = LedgerHead.Of(compartment.Id, compartment.Sealer, row);
            }
            catch (Exception e) when (RecordDamage.IsShownBy(e))
            {
                foreach (var append in waiting[compartment])
                {
                    append.Failure = e;
                }

                waiting.Remove(compartment);
            }
        }
    }

    /// <summary>Leaves those who were decided on the state that the head names; the others keep the position <see cref="PendingAppend.Stale"/>.</summary>
    private static void DropStale(Dictionary<Compartment, List<PendingAppend>> waiting)
    {
        foreach (var (compartment, appends) in waiting.ToList())
        {
            // A head older than what an append was decided on is itself out of date: read it again next round.
            if (compartment.Head is { } head && appends.Any(a => a.RecordSeq > head.RecordSeq))
            {
                compartment.Head = null;
                continue;
            }

            appends.RemoveAll(a => compartment.Head is null || !a.IsDecidedOn(compartment.Head));
            if (appends.Count == 0)
            {
                compartment.Head = null;
                waiting.Remove(compartment);
            }
        }
    }

    private void Append(Dictionary<Compartment, List<PendingAppend>> waiting)
    {
        // In one order on all nodes, so that two batches rarely wait for each other crosswise.
        var ready = waiting.Where(w => w.Key.Head is not null).OrderBy(w => w.Key.Id).Select(w => new Move(w.Key, w.Key.Head!, w.Value)).ToArray();
        if (ready.Length == 0)
        {
            return;
        }

        using var command = new NpgsqlCommand(AppendSql, _connection);
        command.Parameters.Add(new() { Value = ready.Select(m => m.Compartment.IdText).ToArray() });
        command.Parameters.Add(new() { Value = ready.Select(m => m.Head.Frontier.Size).ToArray() });
        command.Parameters.Add(new() { Value = ready.Select(m => m.Head.RecordSeq).ToArray() });
        command.Parameters.Add(new() { Value = ready.Select(m => m.Head.ConsentSeq).ToArray() });
        command.Parameters.Add(new() { Value = ready.Select(m => m.Next.Frontier.Size).ToArray() });
        command.Parameters.Add(new() { Value = ready.Select(m => m.Next.Seal(m.Compartment.Id, m.Compartment.Sealer)).ToArray() });
        command.Parameters.Add(new() { Value = ready.SelectMany(m => m.Appends.Select(_ => m.Compartment.IdText)).ToArray() });
        command.Parameters.Add(new() { Value = ready.SelectMany(m => m.Appends.Select((_, i) => m.Head.Frontier.Size + i)).ToArray() });
        command.Parameters.Add(new() { Value = ready.SelectMany(m => m.Appends.Select(a => a.Draft.Leaf.Encode())).ToArray() });
        command.Parameters.Add(new() { Value = ready.SelectMany(m => m.Appends.Select(a => a.Draft.SealedDetails)).ToArray() });
        HashSet<string> moved = [];
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                moved.Add(reader.GetString(0));
            }
        }

        foreach (var move in ready)
        {
            if (!moved.Contains(move.Compartment.IdText))
            {
                move.Compartment.Head = null;
                continue;
            }

            for (var i = 0; i < move.Appends.Count; i++)
            {
                move.Appends[i].Position = move.Head.Frontier.Size + i;
            }

            move.Compartment.Head = move.Next;
            waiting.Remove(move.Compartment);
        }
    }

    /// <summary>The appends of one compartment and the head after them.</summary>
    private sealed class Move
    {
        internal Move(Compartment compartment, LedgerHead head, List<PendingAppend> appends)
        {
            var frontier = head.Frontier.Clone();
            foreach (var append in appends)
            {
                frontier.Append(append.Draft.Leaf.Hash);
            }

            (Compartment, Head, Appends, Next) = (compartment, head, appends, head with { Frontier = frontier });
        }

        internal Compartment Compartment { get; }

        internal LedgerHead Head { get; }

        internal List<PendingAppend> Appends { get; }

        internal LedgerHead Next { get; }
    }
}
