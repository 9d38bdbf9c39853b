using System.Text;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>What a patient's consents say of one resource that another system holds.</summary>
/// <param name="Resource">The resource as it would stand in the record: with an id of its own there, and all the security labels that it has.</param>
/// <param name="Reason">What decides: for several purposes the one that keeps it back, if one does.</param>
public sealed record ConsultedResource(Resource Resource, DecisionReason Reason);

/// <summary>What a patient's consents say of data that another system holds and asks about before it gives them to somebody.</summary>
/// <param name="Resources">Each, in the order it was asked.</param>
/// <param name="IsKnown">Whether a consent in force speaks of the recipient at all.</param>
public sealed record Consultation(IReadOnlyList<ConsultedResource> Resources, bool IsKnown);

/// <summary>
/// Decides for other systems about data that they hold, by the consents of this one: exactly as the gate decides about the record's own entries, and never on what any node has outlived. Nothing of the record is released,
/// so nothing is written in the ledger. Thread safe.
/// </summary>
public sealed class Consultations
{
    private readonly RecordServices _services;

    internal Consultations(RecordServices services) => _services = services;

    /// <summary>Decides about each resource; null when there is no such record.</summary>
    /// <param name="patient">Whose consents.</param>
    /// <param name="recipient">Who would receive them.</param>
    /// <param name="purposes">What for: what is permitted is permitted for each of these.</param>
    /// <param name="resources">Resources that another system holds. Their ids are those of that system, so what a consent says of one entry of this record by name is not about them.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task<Consultation?> ConsultAsync(PatientId patient, Actor recipient, IReadOnlyList<string> purposes, IReadOnlyList<Resource> resources, CancellationToken cancel) => _services.WithAsync<Consultation?>(
        patient,
        null,
        async compartment =>
        {
            var state = await _services.FreshAsync(compartment, cancel);
            return Decide(compartment, state, recipient, await _services.GiversAsync(state, recipient, cancel), purposes, resources, cancel);
        });

    private Consultation Decide(Compartment compartment, CompartmentState state, Actor recipient, Givers givers, IReadOnlyList<string> purposes, IReadOnlyList<Resource> resources, CancellationToken cancel)
    {
        // A record of its own for a moment, so that there is one way to look at entries and one to decide about them.
        var now = _services.Clock.GetUtcNow();
        var drafts = DraftsOf(compartment, resources, now);

        // What they refer to is looked for among them alone: nobody learns by asking what is in the record.
        var nothing = StateBuilder.Extend(compartment.Id, compartment.Sealer, null, [], 0);
        var labelling = new EntryLabelling(_services.Rules, compartment, nothing, state.OwnLabels, drafts);
        List<StateBuilder.NewEntry> entries = [];
        foreach (var draft in drafts)
        {
            // Whoever gave up waiting costs nothing more.
            cancel.ThrowIfCancellationRequested();
            entries.Add(EntryOf(compartment, labelling, entries.Count, draft, now));
        }

        var asked = StateBuilder.Extend(compartment.Id, compartment.Sealer, null, entries, 0);
        var consents = state.Rules.Select(static rule => rule.Consent).ToList();
        var compiled = CompiledConsents.Compile(consents, asked.View(treatments: state.View()), state.Minors);
        var decisions = purposes.Select(purpose => compiled.Decide(
            new DisclosureRequest(new Recipient(recipient.Name, recipient.RecipientReferences), purpose, ConsentAction.Access, now) { Givers = givers })).ToList();
        return new Consultation(
            [.. entries.Select((entry, row) => new ConsultedResource(entry.Resource, decisions.Select(decision => decision.ReasonElsewhere(row)).MaxBy(static reason => reason.Kind)!))],
            consents.Exists(consent => consent.Counts && !(consent.ValidFrom > now) && !(state.EndOf(consent) <= now)
                && (consent.PermitsAnybody || consent.Recipients.Any(recipient.RecipientReferences.Contains))));
    }

    /// <summary>Each under an id of its own, by which the others refer to it from now on.</summary>
    private static List<EntryDraft> DraftsOf(Compartment compartment, IReadOnlyList<Resource> resources, DateTimeOffset now)
    {
        Dictionary<string, string> names = [];
        List<LocalId> ids = [];
        foreach (var resource in resources)
        {
            ids.Add(LocalId.New());
            names.TryAdd($"{resource.TypeName}/{resource.Id}", $"{resource.TypeName}/{compartment.IdText}.{ids[^1]}");
        }

        return [.. resources.Select((resource, i) => new EntryDraft(ids[i], 1, ResourceRewriter.Rewrite(resource.Root, new RewriteOptions
        {
            Id = $"{compartment.IdText}.{ids[i]}",
            VersionId = "1",
            LastUpdated = now,
            MapReference = NameOf,
        }), 0, 0))];

        string? NameOf(ReadOnlySpan<byte> reference)
        {
            var version = reference.IndexOf("/_history/"u8);
            return names.GetValueOrDefault(Encoding.UTF8.GetString(version < 0 ? reference : reference[..version]));
        }
    }

    /// <summary>Labelled as it would be if it were brought into the record: what others hold is as sensitive as what is here.</summary>
    private static StateBuilder.NewEntry EntryOf(Compartment compartment, EntryLabelling labelling, int row, in EntryDraft draft, DateTimeOffset now)
    {
        var (header, entry) = labelling.Write(EntryWriting.HeaderOf(draft, source: 0, isRule: false), labelling.Label(draft), default);
        return EntryWriting.Seal(compartment.Id, compartment.Sealer, row, header, entry, now);
    }
}
