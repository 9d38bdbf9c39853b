using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// Entries that a patient, or who looks after them as they would themself, attached to what they said in a conversation: agreements like all others, one for each message and each who reads it, which end with the conversation and when who reads leaves it. Thread safe.
/// </summary>
public sealed class Attachments
{
    private readonly RecordServices _services;

    internal Attachments(RecordServices services) => _services = services;

    /// <summary>Shares entries with somebody who reads a message: once for each message. What was ended before the message was sent begins anew.</summary>
    /// <param name="keeping">Who attaches.</param>
    /// <param name="message">The conversation's id, a point, and what tells the message from others of it.</param>
    /// <param name="recipient">The reference of who reads.</param>
    /// <param name="name">Their name.</param>
    /// <param name="entries">The references of the entries.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>False when the patient's agreements say as much as can be kept.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> AttachAsync(AttachedKeeping keeping, string message, string recipient, string name, IReadOnlyList<string> entries, CancellationToken cancel)
    {
        var consent = Write(keeping.Patient, message, recipient, name, entries);
        while (true)
        {
            var before = await FindAsync(keeping, message, recipient, cancel);
            if (before is { Consent.Status: "active" })
            {
                return true;
            }

            var written = await keeping.PutAsync(before is null ? null : LocalOf(before), consent, before?.Entry.Version, cancel);
            if (written.Status is not (ConsentWriteStatus.VersionConflict or ConsentWriteStatus.AnsweredBefore))
            {
                return written.Status is ConsentWriteStatus.Created or ConsentWriteStatus.Updated;
            }
        }
    }

    /// <summary>Shares entries more with somebody, by one agreement for all that is shared with them under a mark. Where the patient ended that, what it was about stays home, and it begins anew with these.</summary>
    /// <inheritdoc cref="AttachAsync"/>
    public async Task<bool> AddAsync(AttachedKeeping keeping, string message, string recipient, string name, IReadOnlyList<string> entries, CancellationToken cancel)
    {
        while (true)
        {
            var before = await FindAsync(keeping, message, recipient, cancel);
            IReadOnlyList<string> all = before is { Consent.Status: "active" } ? [.. EntriesOf(before.Resource).Except(entries), .. entries] : entries;
            var written = await keeping.PutAsync(before is null ? null : LocalOf(before), Write(keeping.Patient, message, recipient, name, all), before?.Entry.Version, cancel);
            if (written.Status is not (ConsentWriteStatus.VersionConflict or ConsentWriteStatus.AnsweredBefore))
            {
                return written.Status is ConsentWriteStatus.Created or ConsentWriteStatus.Updated;
            }
        }
    }

    /// <summary>Takes entries out of what is shared with somebody under a mark. Not given up halfway.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task TakeOutAsync(AttachedKeeping keeping, string message, string recipient, string name, IReadOnlyList<string> entries)
    {
        while (await FindAsync(keeping, message, recipient, CancellationToken.None) is { Consent.Status: "active" } before && EntriesOf(before.Resource) is var known && known.Intersect(entries).Any())
        {
            var left = known.Except(entries).ToList();
            await (left.Count == 0 ? keeping.EndAsync(LocalOf(before), before, before.Entry.Version, CancellationToken.None)
                : keeping.PutAsync(LocalOf(before), Write(keeping.Patient, message, recipient, name, left), before.Entry.Version, CancellationToken.None));
        }
    }

    /// <summary>The entries that an agreement names.</summary>
    internal static List<string> EntriesOf(Resource consent) =>
        [.. JsonNode.Parse(consent.Json.Span)?["provision"]?["data"]?.AsArray().Select(static data => (string?)data?["reference"]?["reference"]).OfType<string>() ?? []];

    /// <summary>Ends what was attached in a conversation, by the patient, or by who looks after them as they would themself. When the task completes, nobody sees anything under it.</summary>
    /// <param name="keeping">Who attaches.</param>
    /// <param name="conversation">The conversation's id, or one message of it as in <see cref="AttachAsync"/>.</param>
    /// <param name="recipient">With whom; null for everybody.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task EndAsync(AttachedKeeping keeping, string conversation, string? recipient, CancellationToken cancel)
    {
        foreach (var consent in await keeping.ConsentsAsync(consent => Is(consent, conversation, recipient), cancel))
        {
            await keeping.EndAsync(LocalOf(consent), consent, ifVersion: null, cancel);
        }
    }

    /// <summary>Gives up what was attached in a conversation for oneself, or for one's team: nobody can keep them from it.</summary>
    /// <param name="patient">Whose record.</param>
    /// <param name="actor">Who leaves.</param>
    /// <param name="conversation">The conversation's id.</param>
    /// <param name="recipient">One of the references that mean them.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="RecordUnreadableException">The record is damaged.</exception>
    public Task LeaveAsync(PatientId patient, Actor actor, string conversation, string recipient, CancellationToken cancel) => _services.WithOthersAsync(patient, actor, false, async compartment =>
    {
        if (!actor.RecipientReferences.Contains(recipient))
        {
            return false;
        }

        var writing = new ConsentWriting(_services, compartment, actor, (state, now) => []) { PatientName = await SharingRows.PatientNameAsync(_services, compartment, cancel) ?? "" };
        while (true)
        {
            var state = await _services.FreshAsync(compartment, cancel);
            if (state.Rules.FirstOrDefault(known => Is(known.Consent, conversation, recipient)) is not { Consent: not null } rule)
            {
                return true;
            }

            var body = Resource.Read(EntryHeader.Body(compartment.OpenBody(state, rule.Row).AsMemory()).ToArray());
            await writing.PutAsync(state.Index.LocalOf(rule.Row), ConsentJson.Ended(body), state.Index.VersionOf(rule.Row), gift: null, cancel);
        }
    });

    private static async Task<StoredConsent?> FindAsync(AttachedKeeping keeping, string message, string recipient, CancellationToken cancel) =>
        await keeping.ConsentsAsync(consent => consent.Attached == message && keeping.IsTheirs(consent) && consent.Recipients.Contains(recipient), cancel) is [var found, ..] ? found : null;

    private static LocalId LocalOf(StoredConsent consent) => LocalId.Parse(consent.Entry.Id.AsSpan(PatientId.TextLength + 1));

    private Resource Write(PatientId patient, string message, string recipient, string name, IReadOnlyList<string> entries)
    {
        var provision = ConsentJson.Permit();
        ConsentJson.Name(provision, recipient, name, recipient.StartsWith("RelatedPerson/", StringComparison.Ordinal) || recipient.StartsWith("Patient/", StringComparison.Ordinal) ? PurposeOfUse.FamilyRequest : PurposeOfUse.Treatment);
        ConsentJson.OfEntries(provision, entries);
        return ConsentJson.Checked(ConsentJson.Of(
            $"Patient/{patient}", FhirTime.Instant(_services.Clock.GetUtcNow()), provision, ConsentJson.Extension(PatientConsent.AttachesTo, "valueString", message)));
    }

    private static bool Is(PatientConsent consent, string conversation, string? recipient) =>
        consent is { Status: "active", Attached: { } message } && (message == conversation || message.StartsWith(conversation + ".", StringComparison.Ordinal)) && (recipient is null || consent.Recipients.Contains(recipient));
}
