using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>Writes an opinion and ends what was open for it, in one change: see <see cref="OpinionDoor"/>.</summary>
internal sealed class OpinionWriting(RecordServices services, Compartment compartment, Actor professional)
{
    internal async Task<OpinionGiven> GiveAsync(LocalId invitation, Resource? opinion, IReadOnlyCollection<string> requests, CancellationToken cancel)
    {
        while (true)
        {
            var state = await services.FreshAsync(compartment, cancel);
            var now = services.Clock.GetUtcNow();
            if (state.Rules.FirstOrDefault(rule => state.Index.LocalOf(rule.Row) == invitation)?.Consent is not { } invites || !OpinionDoor.Invites(invites, professional, now))
            {
                return OpinionGiven.NothingHere;
            }

            var change = await WorkAsync(state, invitation, opinion, requests, now, cancel);
            if (await services.ApplyAsync(compartment, change.Change, change.Next, cancel) >= 0)
            {
                return OpinionGiven.Done;
            }
        }
    }

    /// <summary>
    /// Why nobody more is invited by an agreement to give an opinion on a question; null when they are. Asked in the compare-and-swap that writes it, so that it holds whichever way it comes in. What invites them already is changed
    /// as before.
    /// </summary>
    /// <param name="state">The record.</param>
    /// <param name="row">The agreement that is changed; below 0 for a new one.</param>
    /// <param name="consents">What is to be written.</param>
    internal static ConsentWriteStatus? Refusal(CompartmentState state, int row, params IReadOnlyList<PatientConsent> consents)
    {
        if (consents is not [{ OpinionOn: { } question }, ..])
        {
            return null;
        }

        List<string> recipients = [.. consents.SelectMany(static consent => consent.Recipients)];
        var invited = state.Rules.Where(rule => rule.Consent.OpinionOn == question).SelectMany(static rule => rule.Consent.Recipients).ToHashSet();
        var before = state.Rules.FirstOrDefault(rule => rule.Row == row)?.Consent;
        return before?.OpinionOn == question && recipients.All(before.Recipients.Contains) ? null
            : recipients.Count > 0 && recipients.All(invited.Contains) ? ConsentWriteStatus.InvitedBefore
            : invited.Union(recipients).Count() > OpinionDoor.MostInvited ? ConsentWriteStatus.TooManyInvited : null;
    }

    private async Task<(Change Change, CompartmentState Next)> WorkAsync(
        CompartmentState state, LocalId invitation, Resource? opinion, IReadOnlyCollection<string> requests, DateTimeOffset now, CancellationToken cancel)
    {
        var (first, local) = ((int)state.RecordSeq, LocalId.New());
        EntryDraft[] drafts = opinion is null ? [] : [new EntryDraft(local, 1, Versioned(opinion, local, 1, now), 0, 0)];
        List<StateBuilder.NewEntry> entries = [.. await LabelledAsync(services, compartment, state, drafts, now, cancel)];
        var consentsFrom = first + entries.Count;
        var ended = EndedBy(state, invitation, requests).ToList();
        foreach (var row in ended)
        {
            entries.Add(Ended(state, row, invitation, opinion is null ? OpinionDoor.Declined : local.ToString(), first + entries.Count, now));
        }

        var next = StateBuilder.Extend(compartment.Id, compartment.Sealer, state, entries, first + entries.Count);
        string[] consents = [.. ended.Select(row => $"{compartment.IdText}.{state.Index.LocalOf(row)}")];
        List<LedgerDetails> told = [];
        if (opinion is not null)
        {
            told.Add(Recording.Describe(LedgerKind.Gathered, professional, next.Index, Rows(first, consentsFrom), [], note: null));
        }

        told.Add(Recording.Describe(LedgerKind.Revoked, professional, next.Index, Rows(consentsFrom, first + entries.Count), consents, opinion is null ? OpinionNote.Declined : OpinionNote.Given));
        if (opinion is not null && await LookAsync(consents[0], cancel) is { } look)
        {
            told.Add(Recording.Describe(LedgerKind.Outcome, professional with { Reference = look.Actor }, next.Index, [], [], new Outcome(look.Index, OutcomeKind.GaveOpinion, null).Note));
        }

        LeafDraft[] leaves = [.. told.Select(details => Recording.Draft(compartment.Id, compartment.Sealer, now, details))];
        var plan = new GatheringPlan(drafts);
        return (new Change
        {
            ExpectedRecordSeq = state.RecordSeq,
            Entries = EntryWriting.Rows(state, next, now),
            Leaf = leaves[0],
            Then = leaves[1..],
            Source = opinion is null ? null : SourceEncoding.Seal(compartment, first + 1, now, new SourceDescription(OpinionDoor.Kind, professional.Name), plan, professional.Reference),
            Provenance = [.. ProvenanceBlocks.Seal(compartment.Id, compartment.Sealer, first + 1, drafts)],
            Sharing = SharingRows.Of(services, compartment.Id, compartment.Sealer, await SharingRows.PatientNameAsync(services, compartment, cancel) ?? "", next),
        }, next);
    }

    /// <summary>A question or an opinion with its labels, and what has other labels because of it.</summary>
    internal static async Task<IEnumerable<StateBuilder.NewEntry>> LabelledAsync(
        RecordServices services, Compartment compartment, CompartmentState state, EntryDraft[] drafts, DateTimeOffset now, CancellationToken cancel)
    {
        if (drafts.Length == 0)
        {
            return [];
        }

        var labelling = new EntryLabelling(services.Rules, compartment, state, state.OwnLabels, drafts);
        await labelling.ReadDocumentsAsync(cancel);
        var around = await labelling.ChangeAsync(labelling.Around.RowsAround(), (int)state.RecordSeq + drafts.Length, now, cancel);
        var (header, entry) = labelling.Write(EntryWriting.HeaderOf(drafts[0], state.RecordSeq + 1, isRule: false), labelling.Label(drafts[0]), default);
        return around.Prepend(EntryWriting.Seal(compartment.Id, compartment.Sealer, (int)state.RecordSeq, header, entry, now));
    }

    /// <summary>The invitation first, and what was agreed to for this professional alone when they asked for more.</summary>
    private IEnumerable<int> EndedBy(CompartmentState state, LocalId invitation, IReadOnlyCollection<string> requests) =>
        from rule in state.Rules
        let isInvitation = state.Index.LocalOf(rule.Row) == invitation
        where isInvitation || (rule.Consent is { Counts: true, AnswersRequest: { } request } && requests.Contains(request) && rule.Consent.Recipients.All(professional.RecipientReferences.Contains))
        orderby isInvitation descending, rule.Row
        select rule.Row;

    private StateBuilder.NewEntry Ended(CompartmentState state, int before, LocalId invitation, string given, int row, DateTimeOffset now)
    {
        var json = JsonNode.Parse(EntryHeader.Body(compartment.OpenBody(state, before).AsMemory()).Span)!.AsObject();
        var local = state.Index.LocalOf(before);
        ConsentJson.End(json);
        if (local == invitation)
        {
            ConsentJson.Extend(json, ConsentJson.Extension(PatientConsent.GaveOpinion, "valueString", given));
        }

        var version = state.Index.VersionOf(before) + 1;
        var body = Versioned(Resource.Read(JsonSerializer.SerializeToUtf8Bytes(json)), local, version, now);
        return EntryWriting.Seal(compartment.Id, compartment.Sealer, row, EntryWriting.HeaderOf(new EntryDraft(local, version, body, 0, 0), source: 0, isRule: true), Resource.Read(body), now);
    }

    private byte[] Versioned(Resource resource, LocalId local, int version, DateTimeOffset now) =>
        ResourceRewriter.Rewrite(resource.Root, new RewriteOptions { Id = $"{compartment.IdText}.{local}", VersionId = $"{version}", LastUpdated = now });

    /// <summary>The last look that the invitation allowed, alone if there is one: what the opinion is the outcome of.</summary>
    private async Task<LedgerDeed?> LookAsync(string invitation, CancellationToken cancel) =>
        (await new OwnLedger(services, compartment).HistoryAsync(cancel)).Deeds.Where(deed => deed.IsLook && deed.Actor == professional.Reference && deed.Consents.Contains(invitation))
            .MaxBy(deed => (deed.Consents.Count == 1, deed.Index));

    private static int[] Rows(int from, int until) => [.. Enumerable.Range(from, until - from)];
}

/// <summary>How the ledger notes that an agreement ended with an opinion.</summary>
public static class OpinionNote
{
    /// <summary>Its recipient gave their opinion.</summary>
    public const string Given = "opinion given";

    /// <summary>They declined.</summary>
    public const string Declined = "opinion declined";
}
