using Rapport.Data;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>
/// The server's own check of one record, from the database up and past every cache: the head row, every ledger row, the checkpoint signed last, every
/// entry against what the ledger says was written and disclosed, every source with where its entries stood, every part, and who is named by consents.
/// </summary>
internal sealed class RecordCheck(RecordServices services, Compartment compartment)
{
    private const int MaxProblems = 100;

    private readonly List<string> _problems = [];

    internal async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            // The checkpoint first: while this reads on, a larger one may be signed.
            var checkpoint = await services.Store.ReadCheckpointAsync(compartment.Id, cancel);
            var head = await services.Store.ReadHeadAsync(compartment.Id, cancel);
            _problems.Clear();
            await RunAsync(head, checkpoint, cancel);
            if (_problems.Count == 0 || head is null)
            {
                return _problems;
            }

            // What is read in several steps belongs together only as long as nobody writes to the record: then it is read again.
            var after = await services.Store.ReadHeadAsync(compartment.Id, cancel);
            if (after?.RecordSeq == head.RecordSeq)
            {
                return _problems;
            }
        }
    }

    private async Task RunAsync(HeadRow? head, StoredCheckpoint? checkpoint, CancellationToken cancel)
    {
        if (head is null)
        {
            Add("the head row is gone");
            return;
        }

        LedgerHead opened;
        try
        {
            opened = LedgerHead.Of(compartment.Id, compartment.Sealer, head);
        }
        catch (Exception e) when (RecordDamage.IsShownBy(e))
        {
            Add(e.Message);
            return;
        }

        var details = await CheckLedgerAsync(head, opened.Frontier, checkpoint, cancel);
        foreach (var problem in OutcomeWriting.FindProblems(details))
        {
            Add(problem);
        }

        if (await CheckEntriesAsync(head, cancel) is { } state)
        {
            CheckDigests(state, details);
            await CheckProvenanceAsync(await CheckSourcesAsync(state, cancel), cancel);
            await CheckPartsAsync(state, cancel);
            await CheckSharingAsync(state, cancel);
        }
    }

    private async Task<List<(LedgerRow Row, LedgerDetails Details)>> CheckLedgerAsync(
        HeadRow head, Frontier frontier, StoredCheckpoint? checkpoint, CancellationToken cancel)
    {
        var rows = await services.Database.ReadAsync(c => services.Ledger.ReadAllAsync(c, head), cancel);
        var check = new LedgerCheck(head.LedgerSize, frontier.ToBytes(), Checkpoint.OriginOf(compartment.IdText), checkpoint?.Text, services.Signer.PublicKey);
        List<(LedgerRow, LedgerDetails)> all = [];
        foreach (var row in rows)
        {
            byte[]? encoded = null;
            try
            {
                encoded = row.Details is null ? null : compartment.Sealer.Open(Places.Details(compartment.Id, LedgerLeaf.Parse(row.Leaf)), row.Details);
                if (encoded is null)
                {
                    check.AddProblem(row.Seq, "the details are gone");
                }
                else if (LedgerDetails.TryDecode(encoded) is { } details)
                {
                    all.Add((new LedgerRow(row.Seq, LedgerLeaf.Parse(row.Leaf), details), details));
                }
            }
            catch (Exception e) when (RecordDamage.IsShownBy(e))
            {
                check.AddProblem(row.Seq, "the sealed details do not open");
            }

            check.Add(row.Seq, row.Leaf, encoded);
            if (row is { Seq: 0, Previous: not 0 })
            {
                check.AddProblem(0, "another row is said to stand before the first");
            }
        }

        foreach (var problem in check.Complete())
        {
            Add(problem.ToString());
        }

        if (all.Count > 0 && all[0].Item1.Leaf.Time.ToUnixTimeMilliseconds() != await services.Store.ReadCreatedAtAsync(compartment.Id, cancel))
        {
            Add("the record is said to be made at another time than its ledger began");
        }

        if (checkpoint is not null && Checkpoint.TryParse(checkpoint.Text, out _) is { } signed && signed.Size != checkpoint.Size)
        {
            Add($"the checkpoint signed last covers {signed.Size} entries, its row says {checkpoint.Size}");
        }

        return all;
    }

    private async Task<CompartmentState?> CheckEntriesAsync(HeadRow head, CancellationToken cancel)
    {
        try
        {
            var rows = await services.Store.ReadEntriesAsync(compartment.Id, 0, long.MaxValue, cancel);
            var state = StateBuilder.Load(compartment.Id, compartment.Sealer, null, rows, head.ConsentSeq);
            if (state.RecordSeq < head.RecordSeq)
            {
                Add($"the head row says {head.RecordSeq} entries of the record, {state.RecordSeq} are stored");
            }

            return state;
        }
        catch (Exception e) when (RecordDamage.IsShownBy(e))
        {
            Add(e.Message);
            return null;
        }
    }

    /// <summary>Every entry that the ledger says was written or seen must still be what it was.</summary>
    private void CheckDigests(CompartmentState state, List<(LedgerRow Row, LedgerDetails Details)> all)
    {
        var written = 0;
        foreach (var (ledgerRow, details) in all)
        {
            var index = ledgerRow.Index;
            int[] rows;
            try
            {
                rows = EntryNumbers.Decode(details.Entries.Span);
            }
            catch (InvalidDataException e)
            {
                Add($"ledger entry {index}: {e.Message}");
                continue;
            }

            if (rows.Length != details.EntryCount || rows.Any(row => row >= state.Index.Count))
            {
                Add($"ledger entry {index} speaks of entries that are not in the record");
            }
            else if (!Recording.Digest(details.Salt.Span, state.Index, rows).AsSpan().SequenceEqual(details.Digest.Span))
            {
                Add($"ledger entry {index} speaks of entries that are not what they were");
            }

            if (details.Kind is LedgerKind.Created or LedgerKind.Gathered or LedgerKind.Consented or LedgerKind.Revoked or LedgerKind.BrokeGlass or LedgerKind.Delegated or LedgerKind.Corrected)
            {
                written += rows.Length;
                var at = ledgerRow.Leaf.Time.ToUnixTimeMilliseconds();
                if (rows.Any(row => row < state.Index.Count && state.Index.AtOf(row) != at))
                {
                    Add($"entries written with ledger entry {index} carry another time");
                }
            }
        }

        if (written != state.Index.Count)
        {
            Add($"the ledger tells of {written} entries written to the record, {state.Index.Count} are stored");
        }
    }

    /// <summary>The sources that open.</summary>
    private async Task<Dictionary<long, Source>> CheckSourcesAsync(CompartmentState state, CancellationToken cancel)
    {
        Dictionary<long, Source> there = [];
        foreach (var row in await services.Store.ReadSourcesAsync(compartment.Id, cancel))
        {
            try
            {
                there[row.Number] = SourceEncoding.Open(compartment, row);
                if (row.Number < 1 || row.Number > state.Index.Count || state.Index.AtOf((int)row.Number - 1) != row.GatheredAt)
                {
                    Add($"source {row.Number} carries another time than its entries");
                }
            }
            catch (SealBrokenException)
            {
                Add($"source {row.Number} was changed or moved");
            }
        }

        foreach (var number in state.Index.Data.Writings.Select(w => w.Source).Distinct().Where(n => n != 0 && !there.ContainsKey(n)))
        {
            Add($"source {number} is gone");
        }

        return there;
    }

    /// <summary>Every block that a source says it has must open and be there; every block that is there must belong to a source.</summary>
    private async Task CheckProvenanceAsync(Dictionary<long, Source> sources, CancellationToken cancel)
    {
        var there = (await services.Store.ReadProvenanceNumbersAsync(compartment.Id, cancel)).ToHashSet();
        foreach (var (number, source) in sources)
        {
            foreach (var block in Enumerable.Range(0, source.ProvenanceBlocks ?? 0).Concat(source.LaterBlocks))
            {
                if (!there.Remove((number, block)) || !await OpensAsync(number, block, cancel))
                {
                    Add($"where the entries of source {number} stood (block {block}) is gone, or was changed or moved");
                }
            }
        }

        // A source that does not open was named; one from before the blocks were counted does not say how many it has.
        foreach (var (number, block) in there.Where(block => !sources.TryGetValue(block.Source, out var source) || source.ProvenanceBlocks is not null).Order())
        {
            Add($"block {block} of where entries stood belongs to no source ({number})");
        }
    }

    private async Task<bool> OpensAsync(long source, int block, CancellationToken cancel)
    {
        try
        {
            return await services.Store.ReadProvenanceAsync(compartment.Id, source, block, cancel) is { } stored
                && ProvenanceBlocks.Open(compartment.Id, compartment.Sealer, source, block, stored).Length > 0;
        }
        catch (Exception e) when (e is SealBrokenException or InvalidDataException or System.Text.Json.JsonException)
        {
            return false;
        }
    }

    /// <summary>Every part must open and be there; every part that is there must belong to an entry.</summary>
    private async Task CheckPartsAsync(CompartmentState state, CancellationToken cancel)
    {
        var there = (await services.Store.ReadPartNumbersAsync(compartment.Id, cancel)).ToHashSet();
        for (var row = 0; row < state.Index.Count; row++)
        {
            // What changed in its labels alone has the parts of the version before, which are looked at there.
            if (!state.Index.HasParts(row) || state.Index.PartsRowOf(row) != row)
            {
                continue;
            }

            try
            {
                var count = 1;
                for (var number = 0; number < count; number++)
                {
                    count = Math.Max(count, (await compartment.ReadPartAsync(state, row, number, cancel)).Count);
                    there.Remove((row + 1, number));
                }
            }
            catch (SealBrokenException)
            {
                Add($"a part of entry {row + 1} is gone, or was changed or moved");
                there.RemoveWhere(part => part.Seq == row + 1);
            }
        }

        foreach (var (seq, number) in there)
        {
            Add($"part {number} of entry {seq} belongs to no entry");
        }
    }

    private async Task CheckSharingAsync(CompartmentState state, CancellationToken cancel)
    {
        var rows = await services.Store.ReadSharingAsync(compartment.Id, cancel);
        HashSet<string> acting = rows.Exists(static row => row.TellsActing == 0) ? [.. state.Delegations.Select(d => Convert.ToHexString(services.ActingHash(d.Delegation!.To)))] : [];
        var expected = SharingRows.Of(services, compartment.Id, compartment.Sealer, "", state)
            .Select(r => (Recipient: Convert.ToHexString(r.Recipient), r.StartsAt, r.EndsAt)).Where(r => !acting.Contains(r.Recipient)).Order();

        // All are written together.
        var isOfOneTime = rows.TrueForAll(row => row.TellsActing is 0 or 1 && row.TellsActing == rows[0].TellsActing);
        if (!isOfOneTime || !expected.SequenceEqual(rows.Select(r => (Convert.ToHexString(r.Recipient), r.StartsAt, r.EndsAt)).Order()) || !rows.TrueForAll(IsWhole))
        {
            Add("the list of whom consents name does not agree with the consents");
        }
    }

    private bool IsWhole(SharingRow row)
    {
        try
        {
            compartment.Sealer.Open(Places.Sharing(compartment.Id, row.Recipient), row.Label);
            return true;
        }
        catch (SealBrokenException)
        {
            return false;
        }
    }

    private void Add(string problem)
    {
        if (_problems.Count < MaxProblems)
        {
            _problems.Add(problem);
        }
    }
}
