using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>Writes a question for an opinion and the agreements that invite to give one, in one change: see <see cref="OwnAccess.AskOpinionAsync"/>.</summary>
internal sealed class OpinionAsking(RecordServices services, Compartment compartment, Actor patient)
{
    internal async Task<ConsentWriteStatus> AskAsync(LocalId id, Resource question, IReadOnlyList<Resource> invitations, CancellationToken cancel)
    {
        while (true)
        {
            var state = await services.FreshAsync(compartment, cancel);
            var wanted = NotYetInvited(state, invitations);
            if (wanted.Count == 0)
            {
                return ConsentWriteStatus.InvitedBefore;
            }

            if (OpinionWriting.Refusal(state, -1, [.. wanted.Select(static one => one.Reading)]) is { } refusal)
            {
                return refusal;
            }

            if (!ConsentWriting.HasRoomForRules(state, -1, wanted.Sum(static one => (long)one.Reading.RuleCount)))
            {
                return ConsentWriteStatus.TooMany;
            }

            var now = services.Clock.GetUtcNow();
            var isThere = state.Index.LastRowOf(id) >= 0;
            var (change, next) = await WorkAsync(state, isThere ? null : new EntryDraft(id, 1, Versioned(question, id, now), 0, 0), [.. wanted.Select(static one => one.Consent)], now, cancel);
            if (await services.ApplyAsync(compartment, change, next, cancel) >= 0)
            {
                return ConsentWriteStatus.Created;
            }
        }
    }

    /// <summary>The invitations of whoever is not invited to it yet.</summary>
    private static List<(Resource Consent, PatientConsent Reading)> NotYetInvited(CompartmentState state, IReadOnlyList<Resource> invitations)
    {
        List<(Resource Consent, PatientConsent Reading)> wanted = [];
        foreach (var invitation in invitations)
        {
            var reading = PatientConsent.Read(invitation);
            if (OpinionWriting.Refusal(state, -1, reading) != ConsentWriteStatus.InvitedBefore)
            {
                wanted.Add((invitation, reading));
            }
        }

        return wanted;
    }

    private async Task<(Change Change, CompartmentState Next)> WorkAsync(CompartmentState state, EntryDraft? question, IReadOnlyList<Resource> invitations, DateTimeOffset now, CancellationToken cancel)
    {
        var first = (int)state.RecordSeq;
        EntryDraft[] asked = question is { } draft ? [draft] : [];
        List<StateBuilder.NewEntry> entries = [.. await OpinionWriting.LabelledAsync(services, compartment, state, asked, now, cancel)];
        var consentsFrom = first + entries.Count;
        List<string> ids = [];
        foreach (var invitation in invitations)
        {
            var local = LocalId.New();
            var body = Versioned(invitation, local, now);
            ids.Add($"{compartment.IdText}.{local}");
            entries.Add(EntryWriting.Seal(
                compartment.Id, compartment.Sealer, first + entries.Count, EntryWriting.HeaderOf(new EntryDraft(local, 1, body, 0, 0), source: 0, isRule: true), Resource.Read(body), now));
        }

        var next = StateBuilder.Extend(compartment.Id, compartment.Sealer, state, entries, first + entries.Count);
        List<LedgerDetails> told = [];
        if (asked.Length > 0)
        {
            told.Add(Recording.Describe(LedgerKind.Gathered, patient, next.Index, [.. Enumerable.Range(first, consentsFrom - first)], [], patient.Name));
        }

        told.AddRange(ids.Select((id, i) => Recording.Describe(LedgerKind.Consented, patient, next.Index, [consentsFrom + i], [id], "active")));
        LeafDraft[] leaves = [.. told.Select(details => Recording.Draft(compartment.Id, compartment.Sealer, now, details))];
        return (new Change
        {
            ExpectedRecordSeq = state.RecordSeq,
            Entries = EntryWriting.Rows(state, next, now),
            Leaf = leaves[0],
            Then = leaves[1..],
            Source = asked.Length == 0 ? null : SourceEncoding.Seal(compartment, first + 1, now, new SourceDescription("person", patient.Name), new GatheringPlan(asked), patient.Reference),
            Provenance = asked.Length == 0 ? [] : [.. ProvenanceBlocks.Seal(compartment.Id, compartment.Sealer, first + 1, asked)],
            Sharing = SharingRows.Of(services, compartment.Id, compartment.Sealer, patient.Name, next),

            // Asking is a word of the patient's, question and invitations as one.
            Room = new RoomWanted(RoomKind.Words, "", entries.Count, entries.Sum(static entry => (long)entry.SealedBody.Length)),
        }, next);
    }

    private byte[] Versioned(Resource resource, LocalId local, DateTimeOffset now) =>
        ResourceRewriter.Rewrite(resource.Root, new RewriteOptions { Id = $"{compartment.IdText}.{local}", VersionId = "1", LastUpdated = now });
}
