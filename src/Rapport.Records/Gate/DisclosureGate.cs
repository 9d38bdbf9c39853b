using Rapport.Consent;
using Rapport.Data;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>
/// The one door through which anything of a record reaches somebody else: load, decide, record, release. Thread safe.
/// </summary>
/// <remarks>
/// A <see cref="Disclosure"/> MUST NOT exist before its ledger entry is durable, and that entry MUST NOT be written under a state of record or
/// consents that the database no longer has. What is not permitted gives the same answer as what does not exist.
/// </remarks>
public sealed class DisclosureGate
{
    private readonly CompartmentCache _cache;
    private readonly LedgerWriter _writer;
    private readonly TimeProvider _clock;

    internal DisclosureGate(CompartmentCache cache, LedgerWriter writer, TimeProvider clock)
    {
        _cache = cache;
        _writer = writer;
        _clock = clock;
    }

    /// <summary>What is asked, as far as the patient's consents permit it; null when that is nothing at all.</summary>
    /// <exception cref="StorageException">The database failed: nothing was released.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged, and nothing of it is known to be permitted.</exception>
    public async Task<Disclosure?> DiscloseAsync(DisclosureAsk ask, CancellationToken cancel)
    {
        try
        {
            return await DiscloseFromAsync(ask, cancel);
        }
        catch (RecordErasedException)
        {
            return null;
        }
    }

    private async Task<Disclosure?> DiscloseFromAsync(DisclosureAsk ask, CancellationToken cancel)
    {
        var compartment = await UnlessDamagedAsync(_cache.GetAsync(ask.Patient));
        if (compartment is null)
        {
            return null;
        }

        var confirmed = false;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var state = compartment.State;
            var now = _clock.GetUtcNow();
            var decision = state.Decide(ask.Recipient, ask.Purpose, now);
            var selection = await _cache.SelectAsync(compartment, state, decision.Permitted, ask.Query, cancel);
            if (selection.Rows.Length == 0 && selection.Total == 0)
            {
                // A refusal is not recorded, so no head row proves it: ask once whether this node is behind.
                if (confirmed || !await UnlessDamagedAsync(new ValueTask<bool>(_cache.RefreshAsync(compartment, state, cancel))))
                {
                    return null;
                }

                confirmed = true;
                continue;
            }

            var draft = Recording.Draft(compartment.Id, compartment.Sealer, now, Describe(ask, state, decision, selection));
            var position = await _writer.AppendAsync(compartment, state, draft);
            if (position != PendingAppend.Stale)
            {
                return Release(compartment, state, selection, decision, ask, position);
            }

            await _cache.RefreshAsync(compartment, state, cancel);
        }
    }

    private static async ValueTask<T> UnlessDamagedAsync<T>(ValueTask<T> reading)
    {
        try
        {
            return await reading;
        }
        catch (Exception e) when (e is SealBrokenException or InvalidDataException or FormatException)
        {
            throw new RecordUnreadableException(e);
        }
    }

    private static Disclosure Release(
        Compartment compartment, CompartmentState state, Selection selection, Decision decision, DisclosureAsk ask, long position)
    {
        var bodies = new byte[selection.Rows.Length][];
        for (var i = 0; i < bodies.Length; i++)
        {
            bodies[i] = state.Bodies[selection.Rows[i]];
        }

        return new Disclosure(compartment, state, selection, bodies, decision, ask, position);
    }

    private static LedgerDetails Describe(DisclosureAsk ask, CompartmentState state, Decision decision, Selection selection)
    {
        ReadOnlySpan<int> rows = selection.Rows;
        if (rows.Length > 1)
        {
            var sorted = rows.ToArray();
            Array.Sort(sorted);
            rows = sorted;
        }

        var consents = rows.Length == 0 ? decision.Consents : decision.ConsentsFor(EntrySet.Of(state.Index.Count, rows));
        return Recording.Describe(LedgerKind.Disclosed, ask.Recipient, state.Index, rows, consents, Note(ask.Query), ask.Purpose);
    }

    /// <summary>How the ledger names what was asked: never the values searched for, which may themselves tell something.</summary>
    private static string Note(RecordQuery query) => query switch
    {
        RecordQuery.ById => "read",
        RecordQuery.History => "history",
        RecordQuery.Search { Query.CountOnly: true } => "count",
        RecordQuery.Search or RecordQuery.Timeline { Text: not null } => "search",
        RecordQuery.Everything => "everything",
        RecordQuery.Several => "summary",
        _ => "timeline",
    };
}
