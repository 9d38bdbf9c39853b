using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// What whoever looks after a small child does where the patient would: read the ledger, decide about the emergency door, make the emergency card, attach entries in conversations and end what is attached there, agree to what somebody asks. Only <see cref="GuardianDoor"/> makes one. The ledger names both. What they read of entries they read through the
/// <see cref="DisclosureGate"/>, as whoever acts does. Thread safe.
/// </summary>
public sealed class GuardianAccess
{
    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly OwnLedger _ledger;
    private readonly OwnReading _reading;

    internal GuardianAccess(RecordServices services, Compartment compartment, Actor actor, string patientName)
    {
        (_services, _compartment, Patient, PatientName) = (services, compartment, compartment.Id, patientName);
        Actor = actor with { For = new ActedFor($"Patient/{compartment.IdText}", patientName) };
        (_ledger, _reading) = (new OwnLedger(services, compartment), new OwnReading(services, compartment));
        var writing = new ConsentWriting(services, compartment, Actor, GuardianDoor.StandingOf(actor)) { PatientName = patientName };
        Door = new DoorKeeping(services, compartment, _reading, writing, Actor);
        Card = new CardKeeping(services, compartment, _reading, writing, Actor);
        Attached = new AttachedKeeping(services, compartment, _reading, writing, Actor);
        Answering = new AnswerKeeping(services, compartment, _reading, Actor, patientName);
        Care = new CareKeeping(services, compartment, Actor, patientName);
    }

    /// <summary>Whose record.</summary>
    public PatientId Patient { get; }

    /// <summary>The name the child is known by.</summary>
    public string PatientName { get; }

    /// <summary>Who looks after it.</summary>
    public Actor Actor { get; }

    /// <summary>The child's emergency door.</summary>
    public DoorKeeping Door { get; }

    /// <summary>The child's emergency card.</summary>
    public CardKeeping Card { get; }

    /// <summary>The agreements about what is attached in conversations about the child.</summary>
    public AttachedKeeping Attached { get; }

    /// <summary>Agreeing to what somebody asks of the child.</summary>
    public AnswerKeeping Answering { get; }

    /// <summary>Who looks after the child, and letting others do so.</summary>
    public CareKeeping Care { get; }

    /// <summary>What the whole ledger says, in short: who did what, and how much of which kinds was seen; no entry is opened by it.</summary>
    /// <inheritdoc cref="OwnAccess.HistoryAsync(CancellationToken)"/>
    public Task<LedgerHistory> HistoryAsync(CancellationToken cancel) => _ledger.HistoryAsync(cancel);

    /// <summary>The references of everybody who acts for the child as a parent or guardian now, within whichever limits.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<string>> ParentsAsync(CancellationToken cancel) => GuardianDoor.Parents(await _services.FreshAsync(_compartment, cancel), _services.Clock.GetUtcNow());

    /// <summary>The FHIR types of the entries that whoever looks after the child may see.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<string>> SeenTypesAsync(CancellationToken cancel) =>
        [.. (await _reading.PreviewAsync(Actor, Consent.PurposeOfUse.ActingForPatient, null, cancel)).ByType().Where(static type => type.Value.Seen > 0).Select(static type => type.Key)];

    /// <summary>How many entries the record has, agreements among them: another number once anything in it has changed.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<long> SizeAsync(CancellationToken cancel) => (await _services.FreshAsync(_compartment, cancel)).Index.Count;

    /// <summary>The consents of the record, newest first, ended ones among them.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<StoredConsent>> ConsentsAsync(CancellationToken cancel) => _reading.ConsentsAsync(static _ => true, cancel);
}
