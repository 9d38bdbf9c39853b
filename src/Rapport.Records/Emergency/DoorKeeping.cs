using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// The emergency door of one record from the side of who decides about it: its patient, or whoever looks after a small child as the child itself would (<see cref="GuardianAccess"/>). Thread safe.
/// </summary>
public sealed class DoorKeeping
{
    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly OwnReading _reading;
    private readonly ConsentWriting _writing;
    private readonly Actor? _guardian;

    internal DoorKeeping(RecordServices services, Compartment compartment, OwnReading reading, ConsentWriting writing, Actor? guardian = null) =>
        (_services, _compartment, _reading, _writing, _guardian) = (services, compartment, reading, writing, guardian);

    /// <summary>Whose record.</summary>
    public PatientId Patient => _compartment.Id;

    /// <summary>What was decided about the door, and what was opened by it, newest first. Nothing else is opened.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<StoredConsent>> ConsentsAsync(CancellationToken cancel) =>
        _reading.ConsentsAsync(static consent => consent.Emergency is not null || consent.BrokeGlassFor is not null, cancel);

    /// <summary>How much there is of what.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<RecordOverview> OverviewAsync(CancellationToken cancel) => _reading.OverviewAsync(cancel);

    /// <summary>What somebody who opened the door at this moment would see: decided as it would be, the patient's denials among it, and neither released nor recorded.</summary>
    /// <param name="rule">What is decided about the door.</param>
    /// <param name="name">What whoever opens it is called in the reasons.</param>
    /// <param name="lasts">For how long it opens.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<SharingPreview> PreviewAsync(EmergencyRule rule, string name, TimeSpan lasts, CancellationToken cancel)
    {
        var anyone = new Actor(PersonId.New(), "Practitioner/anyone", name, ["Practitioner/anyone"]);
        var ask = new EmergencyAsk(anyone, anyone.Reference, Patient, "", [], "", LocalId.New(), lasts);
        var opening = PatientConsent.ReadProposed(Resource.Read(EmergencyConsent.Write(ask, rule, _services.Clock.GetUtcNow())));
        var state = await _services.FreshAsync(_compartment, cancel);
        return await _reading.PreviewAsync(anyone, PurposeOfUse.BreakTheGlass, [.. state.Rules.Select(static known => known.Consent), opening], cancel);
    }

    /// <summary>
    /// What of the record whoever decides about the door may see themself: null for its patient, who may see all. Who looks after a small child is shown of the door what they may see of the record, and nothing tells whether there is more.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<SharingPreview?> SightAsync(CancellationToken cancel) => _guardian is null ? null : await _reading.PreviewAsync(_guardian, PurposeOfUse.ActingForPatient, null, cancel);

    /// <summary>Decides about the door. Once it is closed nobody is inside: neither who was, nor who came in while it closed.</summary>
    /// <param name="decided">The consent that says it so far; null for none.</param>
    /// <param name="rule">What is decided.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>False when it was decided otherwise in the meantime, or whoever decides may not any more: then nothing is written.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> DecideAsync(StoredConsent? decided, EmergencyRule rule, CancellationToken cancel)
    {
        var consent = Resource.Read(EmergencyConsent.Write(Patient, rule, _services.Clock.GetUtcNow()));
        var written = await _writing.PutAsync(decided is null ? null : LocalOf(decided), consent, decided?.Entry.Version, gift: null, cancel);
        if (written.Status is not (ConsentWriteStatus.Created or ConsentWriteStatus.Updated))
        {
            return false;
        }

        if (rule.IsClosed)
        {
            await ShowOutAsync();
        }

        return true;
    }

    /// <summary>Ends what somebody opened, before its time; false when they opened no such thing, or whoever ends it may not any more. Doing it twice is doing it once.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> CloseAsync(LocalId opening, CancellationToken cancel)
    {
        while ((await ConsentsAsync(cancel)).FirstOrDefault(known => known.Consent.BrokeGlassFor is not null && LocalOf(known) == opening) is { } opened)
        {
            var written = opened.Consent.Status == "active" ? await _writing.PutAsync(opening, ConsentJson.Ended(opened.Resource), opened.Entry.Version, gift: null, cancel) : null;
            if (written is not { Status: ConsentWriteStatus.VersionConflict })
            {
                return written is null or { Status: ConsentWriteStatus.Updated };
            }
        }

        return false;
    }

    /// <summary>Who is inside goes when the door is closed. They are looked for once nobody comes in any more, and what was begun is ended.</summary>
    internal async Task ShowOutAsync()
    {
        var now = _services.Clock.GetUtcNow();
        foreach (var opening in (await ConsentsAsync(CancellationToken.None)).Where(opening => opening.Consent is { Counts: true, BrokeGlassFor: not null } && opening.Until > now))
        {
            await _writing.PutAsync(LocalOf(opening), ConsentJson.Ended(opening.Resource), ifVersion: null, gift: null, CancellationToken.None);
        }
    }

    private static LocalId LocalOf(StoredConsent consent) => LocalId.Parse(consent.Entry.Id.AsSpan(PatientId.TextLength + 1));
}
