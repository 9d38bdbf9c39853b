using System.Data.Common;
using Dapper;
using Rapport.Data;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>The tables of compartments. Knows nothing of what is sealed in them but the frontier, which it moves.</summary>
internal sealed class RecordStore(Database database, LedgerTable ledger, RecordRoom room)
{
    /// <summary>In place of a position: the device whose waiting measurements were to be part of a change has changed since, and nothing was written.</summary>
    internal const long DeviceChanged = -2;

    /// <summary>In place of a position: the link that was to be opened has changed since, and nothing was written.</summary>
    internal const long LinkChanged = -3;

    /// <summary>In place of a position: the record has no more room for it, and nothing was written.</summary>
    internal const long NoRoom = -4;

    internal async Task<HeadRow?> ReadHeadAsync(PatientId patient, CancellationToken cancel) => await database.ReadAsync(
        c => c.QuerySingleOrDefaultAsync<HeadRow>(HeadSql(lockRow: false), new { patient = patient.ToString() }), cancel);

    /// <summary>How many entries the ledgers of these compartments have, in one question; what is not there is left out.</summary>
    internal Task<List<(string PatientId, long LedgerSize)>> ReadLedgerSizesAsync(IReadOnlyCollection<string> patients, CancellationToken cancel) => ReadOfHeadsAsync("ledger_size", patients, cancel);

    /// <summary>Which entries last changed the consents of these compartments, in one question; what is not there is left out.</summary>
    internal Task<List<(string PatientId, long ConsentSeq)>> ReadConsentSequencesAsync(IReadOnlyCollection<string> patients, CancellationToken cancel) => ReadOfHeadsAsync("consent_seq", patients, cancel);

    private async Task<List<(string PatientId, long Number)>> ReadOfHeadsAsync(string column, IReadOnlyCollection<string> patients, CancellationToken cancel)
    {
        var rows = await database.ReadAsync(c => c.QueryAmongAsync<(string, long)>(database.Dialect, $"SELECT patient_id, {column} FROM compartment WHERE patient_id", patients), cancel);
        return rows.AsList();
    }

    /// <summary>The wrapped keys of these compartments, in one question: empty of what is erased; what is not there is left out.</summary>
    internal async Task<List<(string PatientId, byte[] DataKey)>> ReadDataKeysAsync(IReadOnlyCollection<string> patients, CancellationToken cancel)
    {
        var rows = await database.ReadAsync(
            c => c.QueryAmongAsync<(string, byte[])>(database.Dialect, "SELECT patient_id, data_key FROM compartment WHERE patient_id", patients), cancel);
        return rows.AsList();
    }

    /// <summary>The first records in the order of their ids, after one of them, that are not erased.</summary>
    internal async Task<List<string>> ReadPatientsAsync(string after, int count, CancellationToken cancel) => (await database.ReadAsync(
        c => c.QueryAsync<string>("SELECT patient_id FROM compartment WHERE patient_id > @after AND LENGTH(data_key) > 0 ORDER BY patient_id LIMIT @count", new { after, count }), cancel)).AsList();

    /// <summary>The entries after <paramref name="after"/> up to and with <paramref name="upTo"/>, in order.</summary>
    internal async Task<List<EntryRow>> ReadEntriesAsync(PatientId patient, long after, long upTo, CancellationToken cancel)
    {
        const string sql = "SELECT seq, written_at, body FROM entry WHERE patient_id = @patient AND seq > @after AND seq <= @upTo ORDER BY seq";
        var rows = await database.ReadAsync(c => c.QueryAsync<EntryRow>(sql, new { patient = patient.ToString(), after, upTo }), cancel);
        return rows.AsList();
    }

    /// <summary>One part of an entry; null when it is not there.</summary>
    internal Task<byte[]?> ReadPartAsync(PatientId patient, long seq, int number, CancellationToken cancel) => database.ReadAsync(
        c => c.QuerySingleOrDefaultAsync<byte[]?>(
            "SELECT body FROM entry_part WHERE patient_id = @patient AND seq = @seq AND number = @number", new { patient = patient.ToString(), seq, number }),
        cancel);

    /// <summary>Which parts are there, in order.</summary>
    internal async Task<List<(long Seq, int Number)>> ReadPartNumbersAsync(PatientId patient, CancellationToken cancel) => (await database.ReadAsync(
        c => c.QueryAsync<(long, int)>("SELECT seq, number FROM entry_part WHERE patient_id = @patient ORDER BY seq, number", new { patient = patient.ToString() }),
        cancel)).AsList();

    /// <summary>How many bytes the parts of one entry have together, sealed.</summary>
    internal Task<long> ReadPartSizeAsync(PatientId patient, long seq, CancellationToken cancel) => database.ReadAsync(
        c => c.ExecuteScalarAsync<long>("SELECT CAST(COALESCE(SUM(LENGTH(body)), 0) AS BIGINT) FROM entry_part WHERE patient_id = @patient AND seq = @seq", new { patient = patient.ToString(), seq }), cancel);

    /// <summary>How many bytes the parts of each entry have together, sealed.</summary>
    internal async Task<List<(long Seq, long Bytes)>> ReadPartSizesAsync(PatientId patient, CancellationToken cancel) => (await database.ReadAsync(
        c => c.QueryAsync<(long, long)>("SELECT seq, SUM(LENGTH(body)) FROM entry_part WHERE patient_id = @patient GROUP BY seq", new { patient = patient.ToString() }),
        cancel)).AsList();

    /// <summary>Which blocks of provenances are there, in order.</summary>
    internal async Task<List<(long Source, int Block)>> ReadProvenanceNumbersAsync(PatientId patient, CancellationToken cancel) => (await database.ReadAsync(
        c => c.QueryAsync<(long, int)>("SELECT source, block FROM provenance WHERE patient_id = @patient ORDER BY source, block", new { patient = patient.ToString() }),
        cancel)).AsList();

    /// <summary>One block of a source's provenances; null when it is not there.</summary>
    internal Task<byte[]?> ReadProvenanceAsync(PatientId patient, long source, int block, CancellationToken cancel) => database.ReadAsync(
        c => c.QuerySingleOrDefaultAsync<byte[]?>(
            "SELECT body FROM provenance WHERE patient_id = @patient AND source = @source AND block = @block", new { patient = patient.ToString(), source, block }),
        cancel);

    internal async Task<List<SourceRow>> ReadSourcesAsync(PatientId patient, CancellationToken cancel)
    {
        const string sql = "SELECT number, gathered_at, body FROM source WHERE patient_id = @patient ORDER BY number DESC";
        return (await database.ReadAsync(c => c.QueryAsync<SourceRow>(sql, new { patient = patient.ToString() }), cancel)).AsList();
    }

    /// <summary>Adds a compartment with its first change. <paramref name="head"/> has a ledger of size 0.</summary>
    internal Task CreateAsync(HeadRow head, Sealer sealer, long now, Change first, CancellationToken cancel) => database.WriteAsync(
        async transaction =>
        {
            const string sql = """
                INSERT INTO compartment (patient_id, data_key, created_at, record_seq, consent_seq, ledger_size, ledger_frontier, ledger_last)
                VALUES (@PatientId, @DataKey, @now, 0, 0, 0, @LedgerFrontier, 0)
                """;
            await transaction.Connection!.ExecuteAsync(sql, new { head.PatientId, head.DataKey, head.LedgerFrontier, now }, transaction);
            return await ApplyAsync(transaction, head, sealer, first);
        },
        cancel);

    /// <summary>
    /// Applies a change durably. Its position in the ledger, or -1 when the compartment is no longer in the expected state and nothing was written.
    /// </summary>
    /// <remarks>Takes the head row's lock instead of racing for it, so that a revocation never starves behind many reads.</remarks>
    internal Task<long> ApplyAsync(PatientId patient, Sealer sealer, Change change, CancellationToken cancel) => database.WriteAsync(
        async transaction =>
        {
            var head = await transaction.Connection!.QuerySingleOrDefaultAsync<HeadRow>(
                HeadSql(lockRow: database.Dialect == Dialect.PostgreSql), new { patient = patient.ToString() }, transaction);
            return head is null || head.IsErased || head.RecordSeq != change.ExpectedRecordSeq || (change.ExpectedLedgerSize ?? head.LedgerSize) != head.LedgerSize ? -1 : await ApplyAsync(transaction, head, sealer, change);
        },
        cancel);

    /// <summary>
    /// Erases a record for good: its key, and what the key sealed but for the ledger's details, which nobody opens any more. What stays is a ledger that
    /// ends with <paramref name="leaf"/> under a last signed checkpoint. False when the record is not in the expected state, and nothing was written.
    /// </summary>
    /// <remarks>On SQLite what is deleted is overwritten. A copy of the database from before still has it: see <c>docs/threat-model.md</c>.</remarks>
    internal Task<bool> EraseAsync(PatientId patient, Sealer sealer, long expectedRecordSeq, LeafDraft leaf, CheckpointSigner signer, CancellationToken cancel) => database.WriteAsync(
        async transaction =>
        {
            var connection = transaction.Connection!;
            var head = await connection.QuerySingleOrDefaultAsync<HeadRow>(
                HeadSql(lockRow: database.Dialect == Dialect.PostgreSql), new { patient = patient.ToString() }, transaction);
            if (head is null || head.IsErased || head.RecordSeq != expectedRecordSeq)
            {
                return false;
            }

            var frontier = LedgerHead.Of(patient, sealer, head).Frontier;
            frontier.Append(leaf.Leaf.Hash);
            var last = await ledger.AppendAsync(transaction, head, leaf);
            var checkpoint = signer.Sign(Checkpoint.OriginOf(head.PatientId), frontier.Size, frontier.Root);

            // Both sequences move, so that no node that still has the record in memory releases anything of it.
            await connection.ExecuteAsync(
                """
                UPDATE compartment SET data_key = @nothing, ledger_frontier = @nothing, record_seq = record_seq + 1, consent_seq = record_seq + 1,
                    ledger_size = ledger_size + 1, ledger_last = @last
                WHERE patient_id = @PatientId;
                DELETE FROM entry WHERE patient_id = @PatientId;
                DELETE FROM entry_part WHERE patient_id = @PatientId;
                DELETE FROM provenance WHERE patient_id = @PatientId;
                DELETE FROM gathering_job WHERE patient_id = @PatientId;
                DELETE FROM told_shape WHERE patient_id = @PatientId;
                DELETE FROM prepared_visit WHERE patient_id = @PatientId;
                DELETE FROM live_block WHERE patient_id = @PatientId;
                DELETE FROM live_device WHERE patient_id = @PatientId;
                DELETE FROM health_link WHERE patient_id = @PatientId;
                DELETE FROM link_delivery WHERE patient_id = @PatientId;
                DELETE FROM link_delivery_part WHERE patient_id = @PatientId;
                INSERT INTO revoked_card (kid, rid) SELECT kid, rid FROM health_card WHERE patient_id = @PatientId ON CONFLICT DO NOTHING;
                DELETE FROM health_card WHERE patient_id = @PatientId;
                DELETE FROM source WHERE patient_id = @PatientId;
                DELETE FROM sharing WHERE patient_id = @PatientId;
                DELETE FROM looker WHERE patient_id = @PatientId;
                DELETE FROM record_room WHERE patient_id = @PatientId;
                DELETE FROM checkpoint WHERE patient_id = @PatientId;
                INSERT INTO checkpoint (patient_id, size, text) VALUES (@PatientId, @size, @text)
                """,
                new { head.PatientId, nothing = Array.Empty<byte>(), last, size = checkpoint.Size, text = checkpoint.Text },
                transaction);
            return true;
        },
        cancel);

    /// <summary>The position of exactly this leaf near the end of the ledger, or -1: asked after a commit whose outcome is unknown.</summary>
    internal async Task<long> FindLeafAsync(PatientId patient, LedgerLeaf leaf, CancellationToken cancel)
    {
        // Others may have appended since; not many can have.
        const int near = 1000;
        var head = await ReadHeadAsync(patient, cancel);
        if (head is null)
        {
            return -1;
        }

        var wanted = leaf.Encode();
        var rows = await database.ReadAsync(c => ledger.ReadBackwardsAsync(c, head, head.LedgerSize, near), cancel);
        return rows.FirstOrDefault(row => row.Leaf.AsSpan().SequenceEqual(wanted))?.Seq ?? -1;
    }

    /// <summary>The first compartments in the order of their ids, after one of them, whose consents name one of the recipients at this moment.</summary>
    internal async Task<List<string>> ReadSharersAsync(IReadOnlyList<byte[]> recipients, long now, string after, int count, CancellationToken cancel)
    {
        var parameters = new DynamicParameters(new { now, after, count });
        var sql = $"""
            SELECT DISTINCT patient_id FROM sharing
            WHERE recipient IN ({List(recipients, parameters)}) AND starts_at <= @now AND ends_at > @now AND patient_id > @after
            ORDER BY patient_id LIMIT @count
            """;
        return (await database.ReadAsync(c => c.QueryAsync<string>(sql, parameters), cancel)).AsList();
    }

    /// <summary>
    /// What consents of the compartments from one id up to and with another say of the recipients at this moment, with what is needed to open the labels.
    /// </summary>
    internal async Task<List<(string PatientId, byte[] DataKey, byte[] Recipient, byte[] Label, long EndsAt)>> ReadSharedWithAsync(
        IReadOnlyList<byte[]> recipients, long now, string first, string last, CancellationToken cancel)
    {
        var parameters = new DynamicParameters(new { now, first, last });
        var sql = $"""
            SELECT s.patient_id, c.data_key, s.recipient, s.label, s.ends_at
            FROM sharing s JOIN compartment c ON c.patient_id = s.patient_id
            WHERE s.recipient IN ({List(recipients, parameters)}) AND s.starts_at <= @now AND s.ends_at > @now AND s.patient_id >= @first AND s.patient_id <= @last
            """;
        return (await database.ReadAsync(c => c.QueryAsync<(string, byte[], byte[], byte[], long)>(sql, parameters), cancel)).AsList();
    }

    /// <summary>The compartments whose consents let one of these recipients act at this moment, by the rows of who acts; and, where there are none yet, all that name them, with what is needed to open the labels.</summary>
    internal async Task<List<(string PatientId, byte[]? DataKey, byte[] Recipient, byte[]? Label)>> ReadActedForAsync(
        IReadOnlyList<byte[]> recipients, IReadOnlyList<byte[]> acting, long now, CancellationToken cancel)
    {
        var parameters = new DynamicParameters(new { now });
        var sql = $"""
            SELECT s.patient_id, NULL AS data_key, s.recipient, NULL AS label FROM sharing s
            WHERE s.recipient IN ({List(acting, parameters, "a")}) AND s.starts_at <= @now AND s.ends_at > @now
            UNION ALL
            SELECT s.patient_id, c.data_key, s.recipient, s.label FROM sharing s JOIN compartment c ON c.patient_id = s.patient_id
            WHERE s.recipient IN ({List(recipients, parameters)}) AND s.tells_acting = 0 AND s.starts_at <= @now AND s.ends_at > @now
            """;
        return (await database.ReadAsync(c => c.QueryAsync<(string, byte[]?, byte[], byte[]?)>(sql, parameters), cancel)).AsList();
    }

    internal async Task<List<SharingRow>> ReadSharingAsync(PatientId patient, CancellationToken cancel)
    {
        const string sql = "SELECT recipient, starts_at, ends_at, label, tells_acting FROM sharing WHERE patient_id = @patient";
        return (await database.ReadAsync(c => c.QueryAsync<SharingRow>(sql, new { patient = patient.ToString() }), cancel)).AsList();
    }

    /// <summary>The gatherings whose files a node has and that are not over.</summary>
    internal async Task<List<(string PatientId, string Id, int State, long ChangedAt)>> ReadJobsAsync(string node, CancellationToken cancel) => (await database.ReadAsync(
        c => c.QueryAsync<(string, string, int, long)>(
            "SELECT patient_id, id, state, changed_at FROM gathering_job WHERE node = @node AND state <> @over ORDER BY created_at", new { node, over = (int)GatheringJobState.Over }),
        cancel)).AsList();

    /// <summary>Forgets the gatherings of a node that are over since before a time.</summary>
    internal Task ForgetJobsAsync(string node, long before, CancellationToken cancel) => database.WriteAsync(
        t => t.Connection!.ExecuteAsync("DELETE FROM gathering_job WHERE node = @node AND state = @over AND changed_at < @before", new { node, over = (int)GatheringJobState.Over, before }, t), cancel);

    internal Task<long> ReadCreatedAtAsync(PatientId patient, CancellationToken cancel) => database.ReadAsync(
        c => c.ExecuteScalarAsync<long>("SELECT created_at FROM compartment WHERE patient_id = @patient", new { patient = patient.ToString() }), cancel);

    internal Task<StoredCheckpoint?> ReadCheckpointAsync(PatientId patient, CancellationToken cancel) => database.ReadAsync(
        c => c.QuerySingleOrDefaultAsync<StoredCheckpoint>("SELECT size, text FROM checkpoint WHERE patient_id = @patient", new { patient = patient.ToString() }),
        cancel);

    /// <summary>Keeps a checkpoint unless a larger one is kept already.</summary>
    internal Task SaveCheckpointAsync(PatientId patient, Checkpoint checkpoint, CancellationToken cancel)
    {
        const string sql = """
            INSERT INTO checkpoint (patient_id, size, text) VALUES (@patient, @size, @text)
            ON CONFLICT (patient_id) DO UPDATE SET size = excluded.size, text = excluded.text WHERE checkpoint.size < excluded.size
            """;
        return database.WriteAsync(
            t => t.Connection!.ExecuteAsync(sql, new { patient = patient.ToString(), size = checkpoint.Size, text = checkpoint.Text }, t), cancel);
    }

    private async Task<long> ApplyAsync(DbTransaction transaction, HeadRow head, Sealer sealer, Change change)
    {
        // Before anything else, so that what has no room, or a device or a link that has changed, leaves nothing written.
        var (entries, bytes) = change.Size;
        if (change.Room is { } wanted && !room.Has(await RoomTable.ReadAsync(transaction, head.PatientId, wanted.Writer), wanted, entries, bytes, change.Followed))
        {
            return NoRoom;
        }

        if (change.Folded is { } folded && !await LiveDeviceTable.FoldAsync(transaction, head.PatientId, folded))
        {
            return DeviceChanged;
        }

        if (change.OpenedLink is { } opened && !await LinkTable.MoveAsync(transaction, head.PatientId, opened))
        {
            return LinkChanged;
        }

        var patient = Data.PatientId.Parse(head.PatientId);
        var openedHead = LedgerHead.Of(patient, sealer, head);
        openedHead.Frontier.Append(change.Leaf.Leaf.Hash);
        foreach (var leaf in change.Then)
        {
            openedHead.Frontier.Append(leaf.Leaf.Hash);
        }

        switch (change.Room)
        {
            // What others write takes nothing of the patient's, whatever follows from it.
            case { Kind: RoomKind.Other or RoomKind.TakenBack } taken:
                await RoomTable.TakeAsync(transaction, head.PatientId, taken.Writer, taken.Entries, taken.Bytes);
                await RoomTable.TakeAsync(transaction, head.PatientId, RoomTable.Followed, change.Followed.Entries, change.Followed.Bytes);
                break;
            case { Kind: RoomKind.Devices } taken:
                await RoomTable.TakeAsync(transaction, head.PatientId, taken.Writer, taken.Entries, taken.Bytes);
                await RoomTable.TakeAsync(transaction, head.PatientId, RoomTable.Own, Math.Max(0, entries - taken.Entries), Math.Max(0, bytes - taken.Bytes));
                break;
            case { Kind: RoomKind.Words }:
                await RoomTable.TakeAsync(transaction, head.PatientId, RoomTable.Words, entries, bytes);
                break;
            default:
                await RoomTable.TakeAsync(transaction, head.PatientId, RoomTable.Own, entries, bytes);
                break;
        }

        await BulkInsert.EntriesAsync(transaction, database.Dialect, head.PatientId, change.Entries);
        await BulkInsert.PartsAsync(transaction, head.PatientId, change.Parts);
        await BulkInsert.ProvenanceAsync(transaction, head.PatientId, change.Provenance);
        var (last, size) = (await ledger.AppendAsync(transaction, head, change.Leaf), head.LedgerSize + 1);
        foreach (var leaf in change.Then)
        {
            last = await ledger.AppendAsync(transaction, head with { LedgerSize = size, LedgerLast = last }, leaf);
            size++;
        }

        if (change.Source is { } source)
        {
            await transaction.Connection!.ExecuteAsync(
                "INSERT INTO source (patient_id, number, gathered_at, body) VALUES (@PatientId, @Number, @GatheredAt, @Body)",
                new { head.PatientId, source.Number, source.GatheredAt, source.Body },
                transaction);
        }

        if ((change.TakenBack ?? change.Grown) is { } known)
        {
            await transaction.Connection!.ExecuteAsync(
                "UPDATE source SET body = @Body WHERE patient_id = @PatientId AND number = @Number", new { head.PatientId, known.Number, known.Body }, transaction);
        }

        if (change.TakenBack is { } back)
        {
            await LiveDeviceTable.TakeBackAsync(transaction, head.PatientId, back.Number);
        }

        if (change.GivenLink is { } given)
        {
            await LinkTable.AddAsync(transaction, head.PatientId, given);
        }

        if (change.MadeCard is { } card)
        {
            await CardTable.AddAsync(transaction, head.PatientId, card);
        }

        if (change.EndedAgreement is { } ended)
        {
            await LinkTable.CloseAsync(transaction, database.Dialect, patient, sealer, ended);
            await CardTable.RevokeAsync(transaction, head.PatientId, ended);
        }

        var recordSeq = head.RecordSeq + change.Entries.Count;
        var consentSeq = change.ConsentSeq ?? head.ConsentSeq;
        if (change.Sharing is { } sharing)
        {
            await ReplaceSharingAsync(transaction, head.PatientId, sharing);
        }

        const string sql = """
            UPDATE compartment SET record_seq = @recordSeq, consent_seq = @consentSeq, ledger_size = @size, ledger_frontier = @frontier, ledger_last = @last
            WHERE patient_id = @PatientId
            """;
        var moved = openedHead with { RecordSeq = recordSeq, ConsentSeq = consentSeq, Last = last };
        await transaction.Connection!.ExecuteAsync(
            sql,
            new { head.PatientId, recordSeq, consentSeq, size, frontier = moved.Seal(patient, sealer), last },
            transaction);
        return head.LedgerSize;
    }

    private static async Task ReplaceSharingAsync(DbTransaction transaction, string patientId, IReadOnlyList<SharingRow> sharing)
    {
        await transaction.Connection!.ExecuteAsync("DELETE FROM sharing WHERE patient_id = @patientId", new { patientId }, transaction);
        foreach (var row in sharing)
        {
            await transaction.Connection!.ExecuteAsync(
                "INSERT INTO sharing (patient_id, recipient, starts_at, ends_at, label, tells_acting) VALUES (@patientId, @Recipient, @StartsAt, @EndsAt, @Label, @TellsActing)",
                new { patientId, row.Recipient, row.StartsAt, row.EndsAt, row.Label, row.TellsActing },
                transaction);
        }
    }

    /// <summary>One parameter for each value: Dapper writes lists out for SQLite only.</summary>
    private static string List(IReadOnlyList<byte[]> values, DynamicParameters parameters, string name = "v")
    {
        for (var i = 0; i < values.Count; i++)
        {
            parameters.Add($"{name}{i}", values[i]);
        }

        return values.Count == 0 ? "NULL" : string.Join(", ", values.Select((_, i) => $"@{name}{i}"));
    }

    private static string HeadSql(bool lockRow) => $"{HeadRow.Select} WHERE patient_id = @patient {(lockRow ? "FOR UPDATE" : "")}";
}
