using System.IO.Pipelines;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>How a patient reads, signs and exports their ledger.</summary>
internal sealed class OwnLedger(RecordServices services, Compartment compartment)
{
    internal async Task<IReadOnlyList<LedgerRow>> ReadAsync(long? before, int count, CancellationToken cancel)
    {
        var head = await services.FreshHeadAsync(compartment, cancel);
        var end = Math.Clamp(before ?? head.LedgerSize, 0, head.LedgerSize);
        var rows = await services.Database.ReadAsync(c => services.Ledger.ReadBackwardsAsync(c, head, end, count), cancel);
        return [.. rows.Select(Open)];
    }

    internal IReadOnlyList<AnsweredEntry> EntriesOf(LedgerDetails details)
    {
        var state = compartment.State;
        return [.. RowsOf(state, details).Select(row => state.Index.Describe(compartment.IdText, row, AnswerMode.Match))];
    }

    internal IReadOnlyList<(AnsweredEntry Entry, Resource Resource)> ReadEntriesOf(LedgerDetails details, int most)
    {
        var state = compartment.State;
        return
        [
            .. RowsOf(state, details).Take(most).Select(row => (
                state.Index.Describe(compartment.IdText, row, AnswerMode.Match),
                Resource.Read(EntryHeader.Body(compartment.OpenBody(state, row).AsMemory())))),
        ];
    }

    internal async Task<Checkpoint> CheckpointAsync(CancellationToken cancel)
    {
        var last = await services.Store.ReadCheckpointAsync(compartment.Id, cancel);
        var head = await services.FreshHeadAsync(compartment, cancel);
        return await SignAsync(LedgerHead.Of(compartment.Id, compartment.Sealer, head).Frontier, last, cancel);
    }

    internal async Task<LedgerHistory> HistoryAsync(CancellationToken cancel)
    {
        await compartment.Telling.WaitAsync(cancel);
        try
        {
            // Asked while nobody else brings it forward: what is in memory is behind it or level, unless the database was put back.
            var head = await services.FreshHeadAsync(compartment, cancel);
            var end = LedgerHead.Of(compartment.Id, compartment.Sealer, head).Frontier;
            var history = compartment.History;
            if (history.Frontier.Size == end.Size && history.Frontier.Root == end.Root)
            {
                return history;
            }

            var next = history.Frontier.Size < end.Size ? await ExtendAsync(history, head, end, cancel) : null;
            compartment.History = next ?? await ExtendAsync(LedgerHistory.Empty, head, end, cancel)
                ?? throw new LedgerBrokenException("the stored ledger is not the one that the head row vouches for: it was changed");
            services.Cache.Recount(compartment);
            return compartment.History;
        }
        finally
        {
            compartment.Telling.Release();
        }
    }

    internal async Task<LedgerProof> ConsistencyAsync(long earlier, CancellationToken cancel)
    {
        var (history, checkpoint) = await SignedHistoryAsync(cancel);
        return new LedgerProof(checkpoint, earlier > checkpoint.Size ? [] : MerkleProofs.Consistency(history.LeafHashes, (int)earlier));
    }

    internal async Task<LedgerProof?> InclusionAsync(long index, CancellationToken cancel)
    {
        var (history, checkpoint) = await SignedHistoryAsync(cancel);
        return index < 0 || index >= checkpoint.Size ? null : new LedgerProof(checkpoint, MerkleProofs.Inclusion(history.LeafHashes, (int)index));
    }

    internal async Task ExportAsync(Stream target, CancellationToken cancel)
    {
        var last = await services.Store.ReadCheckpointAsync(compartment.Id, cancel);
        var head = await services.FreshHeadAsync(compartment, cancel);
        var checkpoint = await SignAsync(LedgerHead.Of(compartment.Id, compartment.Sealer, head).Frontier, last, cancel);
        await WriteAsync(services, head, checkpoint, Open, target, cancel);
    }

    internal static async Task<bool> ExportErasedAsync(RecordServices services, PatientId patient, Stream target, CancellationToken cancel)
    {
        if (await services.Store.ReadHeadAsync(patient, cancel) is not { IsErased: true } head)
        {
            return false;
        }

        var last = await services.Store.ReadCheckpointAsync(patient, cancel);
        if (last is null || Checkpoint.TryParse(last.Text, out _) is not { } checkpoint)
        {
            throw new LedgerBrokenException("the checkpoint under which the record was erased is not there: it was changed");
        }

        await WriteAsync(services, head, checkpoint, static row => new LedgerRow(row.Seq, LedgerLeaf.Parse(row.Leaf), null), target, cancel);
        return true;
    }

    private static async Task WriteAsync(
        RecordServices services, HeadRow head, Checkpoint checkpoint, Func<StoredLeaf, LedgerRow> open, Stream target, CancellationToken cancel)
    {
        var rows = await services.Database.ReadAsync(c => services.Ledger.ReadAllAsync(c, head), cancel);
        var pipe = PipeWriter.Create(target, new StreamPipeWriterOptions(leaveOpen: true));
        using var writer = new LedgerExportWriter(pipe, Checkpoint.OriginOf(head.PatientId), services.Signer);
        try
        {
            foreach (var row in rows)
            {
                var opened = open(row);
                writer.Add(opened.Leaf, opened.Details);
                if (pipe.UnflushedBytes > 1 << 16)
                {
                    await pipe.FlushAsync(cancel);
                }
            }

            writer.Complete(checkpoint);
        }
        catch (Exception e) when (RecordDamage.IsShownBy(e))
        {
            throw new LedgerBrokenException("the stored ledger does not add up: it was changed", e);
        }

        await pipe.CompleteAsync();
    }

    /// <summary>A stored entry, opened.</summary>
    /// <exception cref="SealBrokenException">The details were changed or moved.</exception>
    internal LedgerRow Open(StoredLeaf row)
    {
        var leaf = LedgerLeaf.Parse(row.Leaf);
        return new LedgerRow(row.Seq, leaf, row.Details is null ? null : LedgerDetails.Decode(compartment.Sealer.Open(Places.Details(compartment.Id, leaf), row.Details)));
    }

    private async Task<(LedgerHistory History, Checkpoint Checkpoint)> SignedHistoryAsync(CancellationToken cancel)
    {
        var last = await services.Store.ReadCheckpointAsync(compartment.Id, cancel);
        var history = await HistoryAsync(cancel);
        return (history, await SignAsync(history.Frontier, last, cancel));
    }

    /// <summary>The history up to the end that the head row names; null when the stored entries do not lead there.</summary>
    private async Task<LedgerHistory?> ExtendAsync(LedgerHistory history, HeadRow head, Frontier end, CancellationToken cancel)
    {
        var state = compartment.State;
        try
        {
            return await services.Database.ReadAsync(
                async c =>
                {
                    var extension = new HistoryExtension(history, end.Size);
                    await foreach (var row in services.Ledger.ReadNewestAsync(c, head, history.Frontier.Size).WithCancellation(cancel))
                    {
                        if (!extension.TryAdd(Open(row), details => RowsOf(state, details), state.Index))
                        {
                            return null;
                        }
                    }

                    return extension.Complete(end);
                },
                cancel);
        }
        catch (Exception e) when (RecordDamage.IsShownBy(e))
        {
            throw new LedgerBrokenException("the stored ledger does not add up: it was changed", e);
        }
    }

    /// <param name="frontier">Where the ledger ends.</param>
    /// <param name="signedBefore">The checkpoint signed last, read before the frontier was: another one may be signed at this moment.</param>
    /// <param name="cancel">Gives up.</param>
    private async Task<Checkpoint> SignAsync(Frontier frontier, StoredCheckpoint? signedBefore, CancellationToken cancel)
    {
        var origin = Checkpoint.OriginOf(compartment.IdText);
        if (signedBefore is not null && Checkpoint.TryParse(signedBefore.Text, out _) is { } last)
        {
            if (last.Size > frontier.Size || (last.Size == frontier.Size && last.Root != frontier.Root))
            {
                throw new LedgerBrokenException("the stored ledger is not the one that was signed before: entries were dropped or changed");
            }

            if (last.Size == frontier.Size)
            {
                return last;
            }
        }

        var checkpoint = services.Signer.Sign(origin, frontier.Size, frontier.Root);
        await services.Store.SaveCheckpointAsync(compartment.Id, checkpoint, cancel);
        return checkpoint;
    }

    /// <summary>The rows that details speak of; what is not in the record any more is left out.</summary>
    private static IEnumerable<int> RowsOf(CompartmentState state, LedgerDetails details) =>
        EntryNumbers.Decode(details.Entries.Span).Where(row => row < state.Index.Count);
}

/// <summary>The stored ledger contradicts itself or what was signed. The message is for the patient and the operator.</summary>
public sealed class LedgerBrokenException(string message, Exception? inner = null) : Exception(message, inner);
