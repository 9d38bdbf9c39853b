using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>
/// A patient's access to their own record: reading all of it, adding to it, deciding about it, and reading its ledger. Only
/// <see cref="Compartments.OpenOwnAsync"/> makes one, for the person the record belongs to. Thread safe.
/// </summary>
public sealed class OwnAccess
{
    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly OwnReading _reading;
    private readonly OwnWriting _writing;
    private readonly ConsentWriting _consents;
    private readonly OwnLedger _ledger;

    internal OwnAccess(RecordServices services, Compartment compartment, Actor actor)
    {
        (_services, _compartment, Actor) = (services, compartment, actor);
        _reading = new OwnReading(services, compartment);
        _writing = new OwnWriting(services, compartment, actor);
        _consents = new ConsentWriting(services, compartment, actor);
        _ledger = new OwnLedger(services, compartment);
        Jobs = new OwnJobs(services, compartment);
        Shapes = new OwnShapes(services, compartment);
        Devices = new OwnDevices(services, compartment);
        Links = new OwnLinks(services, compartment, _consents);
        Cards = new OwnCards(services, compartment, _consents);
        Labels = new OwnLabelling(services, compartment, actor);
        Succession = new OwnSuccession(services, compartment, _consents);
        Comments = new OwnComments(services, compartment, _writing, actor);
        Stories = new OwnStories(services, compartment, actor);
        Visits = new OwnVisits(services, compartment);
        Door = new DoorKeeping(services, compartment, _reading, _consents);
        Card = new CardKeeping(services, compartment, _reading, _consents);
        Attached = new AttachedKeeping(services, compartment, _reading, _consents);
    }

    /// <summary>Whose record.</summary>
    public PatientId Patient => _compartment.Id;

    /// <summary>Gatherings that are under way or were.</summary>
    public OwnJobs Jobs { get; }

    /// <summary>What the patient told about files of one shape.</summary>
    public OwnShapes Shapes { get; }

    /// <summary>Devices that send measurements as they make them.</summary>
    public OwnDevices Devices { get; }

    /// <summary>SMART Health Links that the patient gave.</summary>
    public OwnLinks Links { get; }

    /// <summary>SMART Health Cards that the patient made.</summary>
    public OwnCards Cards { get; }

    /// <summary>What is sensitive, why, and what the patient says of it.</summary>
    public OwnLabelling Labels { get; }

    /// <summary>What was set beforehand for the case that the patient cannot decide any more.</summary>
    public OwnSuccession Succession { get; }

    /// <summary>Comments on entries.</summary>
    public OwnComments Comments { get; }

    /// <summary>What the patient lets others learn of what came of looks, without their name.</summary>
    public OwnStories Stories { get; }

    /// <summary>Lists of questions that the patient wrote for visits.</summary>
    public OwnVisits Visits { get; }

    /// <summary>The patient's emergency door.</summary>
    public DoorKeeping Door { get; }

    /// <summary>The patient's emergency card.</summary>
    public CardKeeping Card { get; }

    /// <summary>The agreements about what the patient attaches to messages.</summary>
    public AttachedKeeping Attached { get; }

    /// <summary>The patient as the ledger names them.</summary>
    public Actor Actor { get; }

    /// <summary>What the query matches, never older than what was acknowledged anywhere before the call.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<OwnAnswer> QueryAsync(RecordQuery query, CancellationToken cancel)
    {
        var state = await _services.FreshAsync(_compartment, cancel);
        var selection = await _services.Cache.SelectAsync(_compartment, state, Consent.EntrySet.All(state.Index.Count), query, cancel);
        return new OwnAnswer(_compartment, state, selection, [.. selection.Rows.Select(row => state.Bodies[row])]);
    }

    /// <summary>How much there is of what.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<RecordOverview> OverviewAsync(CancellationToken cancel) => _reading.OverviewAsync(cancel);

    /// <summary>By which codes the entries are known.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<RecordCodes> CodesAsync(CancellationToken cancel) => _reading.CodesAsync(cancel);

    /// <summary>Whether the patient is under age by the record, or by what somebody said who acts as their parent.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> IsMinorAsync(CancellationToken cancel)
    {
        var state = await _services.FreshAsync(_compartment, cancel);
        return state.Delegations.Where(static delegation => delegation.IsParental).Select(static delegation => delegation.Born).Append(state.View().Born)
            .Any(born => born is { } day && MinorPolicy.Birthday(day, state.Minors.AdultFrom) > _services.Clock.GetUtcNow());
    }

    /// <summary>How the patient stands to who acts for them as a parent.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Upbringing> UpbringingAsync(CancellationToken cancel) => Upbringing.Of(await _services.FreshAsync(_compartment, cancel), _services.Clock.GetUtcNow());

    /// <summary>How many bytes there are of what is current.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<RecordSize> SizeAsync(CancellationToken cancel) => _reading.SizeAsync(cancel);

    /// <summary>
    /// What a recipient would see of the record for a purpose at this instant, with the reason for every entry: for the patient's own eyes, so neither
    /// released to anybody nor recorded. What several sources tell is one, as in the record itself.
    /// </summary>
    /// <param name="recipient">Who would ask.</param>
    /// <param name="purpose">HL7 purpose of use.</param>
    /// <param name="instead">Consents to weigh instead of those in force, such as one not made yet; null for those in force.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<SharingPreview> PreviewAsync(Actor recipient, string purpose, IReadOnlyList<Consent.PatientConsent>? instead, CancellationToken cancel) =>
        _reading.PreviewAsync(recipient, purpose, instead, cancel);

    /// <summary>Adds what <paramref name="plan"/> works out: all of it, durably, with its ledger entry, or nothing.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="plan">Called with the newest state; again when somebody else changed the record meanwhile. It must have no effects of its own.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<GatheringOutcome> GatherAsync(SourceDescription source, Func<GatheringView, ValueTask<GatheringPlan>> plan, CancellationToken cancel) =>
        _writing.GatherAsync(source, plan, cancel);

    /// <inheritdoc cref="GatherAsync(SourceDescription, Func{GatheringView, ValueTask{GatheringPlan}}, CancellationToken)"/>
    public Task<GatheringOutcome> GatherAsync(SourceDescription source, Func<GatheringView, GatheringPlan> plan, CancellationToken cancel) =>
        _writing.GatherAsync(source, view => ValueTask.FromResult(plan(view)), cancel);

    /// <summary>
    /// Where in its original the current version of an entry stood; null when there is no such entry, or nobody knows (the patient wrote it here).
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="SealBrokenException">What is stored of it was changed or moved.</exception>
    public Task<Provenance?> ProvenanceAsync(LocalId? local, CancellationToken cancel) => _reading.ProvenanceAsync(local, cancel);

    /// <summary>
    /// Takes a source back as a whole: what it alone brought is withdrawn, what it changed is again what others said. Nothing is destroyed, and the ledger
    /// tells of it.
    /// </summary>
    /// <param name="source">Its number.</param>
    /// <param name="plan">Works out what that means for each entry; given all sources, newest first. Called again when the record changed meanwhile.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>Where the ledger tells of it; null when there is no such source, or it was taken back before.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<long?> TakeBackAsync(long source, Func<GatheringView, IReadOnlyList<Source>, ValueTask<IReadOnlyList<EntryDraft>>> plan, CancellationToken cancel) =>
        _writing.TakeBackAsync(source, plan, cancel);

    /// <summary>
    /// Says of two entries that they tell of one thing, or that they do not: how they are shown from then on. Nothing else is changed, and saying the other takes it back. The ledger tells of it.
    /// </summary>
    /// <param name="first">One entry.</param>
    /// <param name="second">The other.</param>
    /// <param name="isSame">Whether they are one.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>False when one of them is not there, or they are of kinds that are never one.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> LinkAsync(LocalId first, LocalId second, bool isSame, CancellationToken cancel) => _writing.LinkAsync(first, second, isSame, cancel);

    /// <summary>Where the record's entries came from, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<Source>> SourcesAsync(CancellationToken cancel) => _compartment.ReadSourcesAsync(cancel);

    /// <summary>Makes the consent by which a parent or guardian acts for whose record this is, and who cannot agree to it themself: the ledger names both.</summary>
    /// <param name="guardian">Who begins the record, and acts.</param>
    /// <param name="delegation">A checked R4 Consent about this patient.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<ConsentWritten> BeginForAsync(Actor guardian, Resource delegation, CancellationToken cancel) =>
        new ConsentWriting(_services, _compartment, guardian with { For = new ActedFor(Actor.Reference, Actor.Name) }) { PatientName = Actor.Name }
            .PutAsync(null, delegation, ifVersion: null, gift: null, cancel);

    /// <summary>
    /// Makes a consent, or replaces one; a status other than <c>active</c> revokes it. When the task completes, no node discloses anything under what
    /// it replaced.
    /// </summary>
    /// <param name="id">Null to make a new one.</param>
    /// <param name="consent">A checked R4 Consent about this patient.</param>
    /// <param name="ifVersion">Replace only this version.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<ConsentWritten> PutConsentAsync(LocalId? id, Resource consent, int? ifVersion, CancellationToken cancel)
    {
        var written = await _consents.PutAsync(id, consent, ifVersion, gift: null, cancel);
        if (written.Entry is not null && PatientConsent.Read(consent) is { Counts: true, Emergency.IsClosed: true })
        {
            await Door.ShowOutAsync();
        }

        return written;
    }

    /// <summary>
    /// Asks for an opinion: the question, and an agreement for each who is invited to give one, in one change. Asked again, the same question invites only whom it did not reach before.
    /// </summary>
    /// <param name="id">The id of the question: a new one, or that of one which was asked.</param>
    /// <param name="question">A checked R4 ServiceRequest about this patient.</param>
    /// <param name="invitations">Checked R4 Consents about this patient that invite to answer it (<see cref="PatientConsent.AsksOpinion"/>).</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>
    /// <see cref="ConsentWriteStatus.Created"/> when all are invited, <see cref="ConsentWriteStatus.InvitedBefore"/> when all were before; else why nothing was written:
    /// <see cref="ConsentWriteStatus.TooManyInvited"/> or <see cref="ConsentWriteStatus.TooMany"/>.
    /// </returns>
    /// <exception cref="StorageException">The database failed: nothing is written, unless the outcome is unknown.</exception>
    /// <exception cref="RecordFullException">There is no room for all of it: nothing is written.</exception>
    public Task<ConsentWriteStatus> AskOpinionAsync(LocalId id, Resource question, IReadOnlyList<Resource> invitations, CancellationToken cancel) =>
        new OpinionAsking(_services, _compartment, Actor).AskAsync(id, question, invitations, cancel);

    /// <summary>The consents that the patient made, newest first, ended ones among them.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<StoredConsent>> ConsentsAsync(CancellationToken cancel) => ConsentsAsync(static _ => true, cancel);

    /// <summary>Those among them that are of one kind: the others are not opened.</summary>
    /// <inheritdoc cref="ConsentsAsync(CancellationToken)"/>
    public Task<IReadOnlyList<StoredConsent>> ConsentsAsync(Func<PatientConsent, bool> which, CancellationToken cancel) => _reading.ConsentsAsync(which, cancel);

    /// <summary>At most <paramref name="count"/> ledger entries before position <paramref name="before"/> (null: from the end), newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<LedgerRow>> ReadLedgerAsync(long? before, int count, CancellationToken cancel) => _ledger.ReadAsync(before, count, cancel);

    /// <summary>
    /// What the whole ledger says, in short: read once, then kept in memory beside the record and brought forward. Held against the head row each time.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="LedgerBrokenException">The stored ledger is not the one that the head row vouches for.</exception>
    public Task<LedgerHistory> HistoryAsync(CancellationToken cancel) => _ledger.HistoryAsync(cancel);

    /// <summary>
    /// The same with at least so many lines: from memory when they are known, however many pages ask, and else brought forward.
    /// </summary>
    /// <param name="least">A size that the ledger has reached, as <see cref="Compartments.LedgerSizesAsync"/> says it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="LedgerBrokenException">The stored ledger is not the one that the head row vouches for.</exception>
    public Task<LedgerHistory> HistoryAsync(long least, CancellationToken cancel) =>
        _compartment.History is { } known && known.Frontier.Size >= least ? Task.FromResult(known) : _ledger.HistoryAsync(cancel);

    /// <summary>The entries that a ledger entry speaks of, in ascending order of writing.</summary>
    public IReadOnlyList<AnsweredEntry> EntriesOf(LedgerDetails details) => _ledger.EntriesOf(details);

    /// <summary>The parsed entries that a ledger entry speaks of, at most <paramref name="most"/>: for showing the patient what exactly was seen.</summary>
    public IReadOnlyList<(AnsweredEntry Entry, Resource Resource)> ReadEntriesOf(LedgerDetails details, int most) => _ledger.ReadEntriesOf(details, most);

    /// <summary>Says how the visit was for the patient that a look belongs to: a ledger entry of its own, which a later one may correct.</summary>
    /// <param name="outcome">Of which look, and how it was: one of <see cref="Outcome.OfPatients"/>.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="ArgumentException">It is no outcome that a patient may tell.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<OutcomeTold> TellAsync(Outcome outcome, CancellationToken cancel) =>
        OutcomeWriting.TellAsync(_services, _compartment, Actor, outcome, isTheirs: null, cancel);

    /// <summary>A signed checkpoint over the ledger as it is now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="LedgerBrokenException">The ledger is shorter than what was signed before.</exception>
    public Task<Checkpoint> CheckpointAsync(CancellationToken cancel) => _ledger.CheckpointAsync(cancel);

    /// <summary>
    /// A signed checkpoint over the ledger as it is now, and the hashes that show it to be an extension of the ledger when it had <paramref name="earlier"/> entries;
    /// without any when it has fewer now.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="LedgerBrokenException">The stored ledger contradicts the head row or what was signed before.</exception>
    public Task<LedgerProof> ConsistencyAsync(long earlier, CancellationToken cancel) => _ledger.ConsistencyAsync(earlier, cancel);

    /// <summary>A signed checkpoint over the ledger as it is now, and the hashes that show the entry at <paramref name="index"/> to be in it; null when there is no such entry.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="LedgerBrokenException">The stored ledger contradicts the head row or what was signed before.</exception>
    public Task<LedgerProof?> InclusionAsync(long index, CancellationToken cancel) => _ledger.InclusionAsync(index, cancel);

    /// <summary>Writes the whole ledger as one file that <c>rapport verify</c> checks offline.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="LedgerBrokenException">The stored ledger does not add up; the file stays without an end.</exception>
    public Task ExportLedgerAsync(Stream target, CancellationToken cancel) => _ledger.ExportAsync(target, cancel);

    /// <summary>
    /// Erases the record for good: its key and all that the key sealed. What stays is the ledger, which still verifies and tells nothing, and ends with this.
    /// </summary>
    /// <exception cref="RecordErasedException">It is erased already.</exception>
    /// <exception cref="StorageException">The database failed: when its message says that the outcome is unknown, ask again.</exception>
    public Task EraseAsync(CancellationToken cancel) => _writing.EraseAsync(cancel);

    /// <summary>Holds everything stored of this record against its ledger, and the ledger against what was signed. Empty when all is well.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancel) => new RecordCheck(_services, _compartment).RunAsync(cancel);
}
