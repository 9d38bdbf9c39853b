using Rapport.Consent;
using Rapport.Data;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>
/// The one door through which anything of a record reaches somebody else: load, decide, record, release. Thread safe.
/// </summary>
/// <remarks>
/// A <see cref="Disclosure"/> MUST NOT exist before its ledger entry is durable, and that entry MUST NOT be written under a state of record or
/// consents that the database no longer has, nor of a record that this node's rules have not labelled, nor under a consent for a number of openings of which none goes on. What is not permitted gives the same answer as what does not exist.
/// </remarks>
public sealed class DisclosureGate
{
    private readonly RecordServices _services;
    private readonly CompartmentCache _cache;
    private readonly LedgerWriter _writer;

    internal DisclosureGate(RecordServices services, LedgerWriter writer) => (_services, _cache, _writer) = (services, services.Cache, writer);

    /// <summary>What is asked, as far as the patient's consents permit it; null when that is nothing at all.</summary>
    /// <exception cref="StorageException">The database failed: nothing was released.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged, and nothing of it is known to be permitted.</exception>
    public async Task<Disclosure?> DiscloseAsync(DisclosureAsk ask, CancellationToken cancel) => (await UnlessErasedAsync(ask, null, cancel)).Disclosure;

    /// <summary>
    /// The same by a link, whose next version is taken in the transaction that records the disclosure: both or none. Nothing is released when the link has changed meanwhile.
    /// </summary>
    /// <inheritdoc cref="DiscloseAsync"/>
    internal Task<(Disclosure? Disclosure, bool LinkHasChanged)> DiscloseByLinkAsync(DisclosureAsk ask, LinkUse link, CancellationToken cancel) => UnlessErasedAsync(ask, link, cancel);

    private async Task<(Disclosure? Disclosure, bool LinkHasChanged)> UnlessErasedAsync(DisclosureAsk ask, LinkUse? link, CancellationToken cancel)
    {
        try
        {
            return await DiscloseFromAsync(ask, link, cancel);
        }
        catch (RecordErasedException)
        {
            return (null, false);
        }
    }

    private async Task<(Disclosure? Disclosure, bool LinkHasChanged)> DiscloseFromAsync(DisclosureAsk ask, LinkUse? link, CancellationToken cancel)
    {
        var compartment = await RecordDamage.HideAsync(_cache.GetAsync(ask.Patient));
        if (compartment is null)
        {
            return (null, false);
        }

        var confirmed = false;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var state = compartment.State;
            if (!state.Labelled.IsBy(_services.Rules))
            {
                // What is sensitive in it is not known by the rules of today: nobody gets anything before it is.
                await RecordDamage.HideAsync(LabelAsync(compartment, cancel));
                continue;
            }

            var now = _services.Clock.GetUtcNow();
            var decision = state.Decide(ask.Recipient, ask.Purpose, now, await _services.GiversAsync(state, ask.Recipient, cancel));

            // What is shared with everybody is shared with everybody who has an account: a link gives what it was made for.
            var permitted = link is null ? decision.Permitted : decision.PermittedBy(link.Consent);
            var selection = await _cache.SelectAsync(compartment, state, permitted, ask.Query, cancel);
            if (selection.Rows.Length == 0 && selection.Total == 0)
            {
                // A refusal is not recorded, so no head row proves it: ask once whether this node is behind.
                if (confirmed || !await RecordDamage.HideAsync(new ValueTask<bool>(_cache.RefreshAsync(compartment, state, cancel))))
                {
                    return (null, false);
                }

                confirmed = true;
                continue;
            }

            if (link is null && decision.ToOpen.Count > 0)
            {
                // What can be had without an opening begins none.
                var without = await _cache.SelectAsync(compartment, state, decision.PermittedNow, ask.Query, cancel);
                if (without.IsSameAs(selection))
                {
                    (permitted, selection) = (decision.PermittedNow, without);
                }
                else
                {
                    var counted = decision.ToOpenFor(EntrySet.Of(state.Index.Count, [.. selection.Rows.Order()]));
                    await new CountedOpening(_services, compartment, ask.Recipient).BeginAsync(state, counted, now, cancel);
                    await MovedOnAsync(compartment, state, cancel);
                    continue;
                }
            }

            // Whoever has a link has no account to be led back by.
            if (link is null)
            {
                await Lookers.NoteAsync(_services, compartment, ask.Recipient, now, cancel);
            }

            var draft = Recording.Draft(compartment.Id, compartment.Sealer, now, Describe(ask, state, decision, selection, link));
            var position = link is null
                ? await _writer.AppendAsync(compartment, state, draft)
                : await _services.ApplyAsync(compartment, new Change { ExpectedRecordSeq = state.RecordSeq, Entries = [], Leaf = draft, OpenedLink = link.Next }, cancel);
            if (position >= 0)
            {
                return (Release(compartment, state, selection, decision, permitted, ask, position), false);
            }

            if (position == RecordStore.LinkChanged)
            {
                return (null, true);
            }

            await MovedOnAsync(compartment, state, cancel);
        }
    }

    /// <summary>Brings the state forward after somebody else changed it; what does not move, although a change was refused, is damaged.</summary>
    private async Task MovedOnAsync(Compartment compartment, CompartmentState state, CancellationToken cancel)
    {
        await _cache.RefreshAsync(compartment, state, cancel);
        if (ReferenceEquals(compartment.State, state))
        {
            throw new InvalidDataException("the head row refuses the state that it tells of");
        }
    }

    private async ValueTask<bool> LabelAsync(Compartment compartment, CancellationToken cancel)
    {
        await Relabelling.EnsureAsync(_services, compartment, cancel);
        return true;
    }

    private static Disclosure Release(
        Compartment compartment, CompartmentState state, Selection selection, Decision decision, EntrySet permitted, DisclosureAsk ask, long position)
    {
        var bodies = new byte[selection.Rows.Length][];
        for (var i = 0; i < bodies.Length; i++)
        {
            bodies[i] = state.Bodies[selection.Rows[i]];
        }

        return new Disclosure(compartment, state, selection, bodies, decision, permitted, ask, position);
    }

    private static LedgerDetails Describe(DisclosureAsk ask, CompartmentState state, Decision decision, Selection selection, LinkUse? link)
    {
        ReadOnlySpan<int> rows = selection.Rows;
        if (rows.Length > 1)
        {
            var sorted = rows.ToArray();
            Array.Sort(sorted);
            rows = sorted;
        }

        IReadOnlyList<string> consents = link is not null ? [link.Consent] : rows.Length == 0 ? decision.Consents : decision.ConsentsFor(EntrySet.Of(state.Index.Count, rows));
        return Recording.Describe(LedgerKind.Disclosed, ActingOf(ask, state, consents), state.Index, rows, consents, link?.Note ?? Note(ask.Query), ask.Purpose);
    }

    /// <summary>Whoever sees something because they act for the patient sees it for the patient.</summary>
    private static Actor ActingOf(DisclosureAsk ask, CompartmentState state, IReadOnlyList<string> consents) =>
        state.Delegations.FirstOrDefault(delegation => consents.Contains(delegation.Id)) is { } under
            ? ask.Recipient with { For = new ActedFor($"Patient/{ask.Patient}", under.PatientName) }
            : ask.Recipient;

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
