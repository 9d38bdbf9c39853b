using System.Text;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;

namespace Rapport.Records;

/// <summary>All records of this installation: makes them, and opens one to the person it belongs to. Thread safe.</summary>
public sealed class Compartments
{
    private readonly RecordServices _services;

    internal Compartments(RecordServices services) => _services = services;

    /// <summary>A new, empty record: a Patient resource without name or birth date, and a ledger that begins.</summary>
    /// <param name="owner">Whose it is; the ledger names them as the new Patient.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<PatientId> CreateAsync(Actor owner, CancellationToken cancel)
    {
        var patient = PatientId.New();
        var now = _services.Clock.GetUtcNow();
        var (sealer, wrapped) = _services.Keyring.NewDataKey(Places.DataKey(patient));
        using (sealer)
        {
            var body = Encoding.UTF8.GetBytes($$$"""{"resourceType":"Patient","id":"{{{patient}}}","meta":{"versionId":"1","lastUpdated":"{{{FhirTime.Instant(now)}}}"}}""");
            var header = EntryWriting.HeaderOf(new EntryDraft(null, 1, body, 0, 0), source: 0, isRule: false) with { Rules = _services.Rules.Stamp };
            var entry = EntryWriting.Seal(patient, sealer, 0, header, Resource.Read(body), now);
            var state = StateBuilder.Extend(patient, sealer, null, [entry], 0);
            var change = new Change
            {
                ExpectedRecordSeq = 0,
                Entries = [EntryWriting.Row(entry, 1)],
                Leaf = Recording.Draft(patient, sealer, now, EntryWriting.Describe(LedgerKind.Created, owner with { Reference = $"Patient/{patient}" }, state, 0)),
            };
            var head = new HeadRow
            {
                PatientId = patient.ToString(),
                DataKey = wrapped,
                RecordSeq = 0,
                ConsentSeq = 0,
                LedgerSize = 0,
                LedgerFrontier = new LedgerHead { Owner = owner.Person, RecordSeq = 0, ConsentSeq = 0, Frontier = new Frontier(), Last = 0 }.Seal(patient, sealer),
                LedgerLast = 0,
            };
            await _services.Store.CreateAsync(head, sealer, now.ToUnixTimeMilliseconds(), change, cancel);
        }

        return patient;
    }

    /// <summary>The record, for the person it belongs to; null for everybody else, and when there is none.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<OwnAccess?> OpenOwnAsync(PatientId patient, Actor actor, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var compartment = await _services.Cache.GetAsync(patient);
        return compartment is not null && compartment.Owner == actor.Person
            ? new OwnAccess(_services, compartment, actor with { Reference = $"Patient/{patient}" })
            : null;
    }

    /// <summary>
    /// How many entries the ledgers of these records have, whichever node wrote them: one small question for all, so that who waits for something to happen
    /// may ask often. A record that does not exist is left out.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyDictionary<PatientId, long>> LedgerSizesAsync(IReadOnlyCollection<PatientId> patients, CancellationToken cancel)
    {
        var rows = await _services.Store.ReadLedgerSizesAsync([.. patients.Select(patient => patient.ToString())], cancel);
        return rows.ToDictionary(row => PatientId.Parse(row.PatientId), row => row.LedgerSize);
    }

    /// <summary>A number for each of these records that changes with the patient's consents, whichever node changed them. What is not there is left out.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyDictionary<PatientId, long>> ConsentSequencesAsync(IReadOnlyCollection<PatientId> patients, CancellationToken cancel)
    {
        var rows = await _services.Store.ReadConsentSequencesAsync([.. patients.Select(patient => patient.ToString())], cancel);
        return rows.ToDictionary(row => PatientId.Parse(row.PatientId), row => row.ConsentSeq);
    }

    /// <summary>By what it is seen, in one question, that something may be new in some records, or in what is shared with some recipients.</summary>
    /// <param name="records">The records.</param>
    /// <param name="acting">Recipients of whom it is asked for whom they may act.</param>
    /// <param name="named">Recipients of whom it is asked which agreements name them.</param>
    /// <param name="agreed">Records of which it is asked whether their consents changed.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<RecordTraces> TracesAsync(
        IReadOnlyCollection<PatientId> records, IReadOnlyCollection<string> acting, IReadOnlyCollection<string> named, IReadOnlyCollection<PatientId> agreed, CancellationToken cancel) =>
        RecordTraces.ReadAsync(_services, records, acting, named, agreed, cancel);

    /// <summary>The ids of what came by links and waits: known without opening the record.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<string>> ReceivedByLinksAsync(PatientId patient, CancellationToken cancel) =>
        [.. (await _services.Links.ReadDeliveriesAsync(patient.ToString(), cancel)).Select(static row => row.Id)];

    /// <summary>A number for each record that grows with whatever is added to it, by entries or by devices: what open pages are kept up to date by. What is not there is left out.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyDictionary<PatientId, long>> RecordSizesAsync(IReadOnlyCollection<PatientId> patients, CancellationToken cancel)
    {
        var rows = await LiveDeviceTable.ReadSizesAsync(_services.Database, [.. patients.Select(patient => patient.ToString())], cancel);
        return rows.ToDictionary(row => PatientId.Parse(row.PatientId), row => row.Size);
    }

    /// <summary>Devices of any record whose time has come to make what waits part of the entries, those first that wait longest.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<(PatientId Patient, LocalId Device)>> DevicesDueAsync(DateTimeOffset now, int most, CancellationToken cancel) =>
        [.. (await LiveDeviceTable.ReadDueAsync(_services.Database, now.ToUnixTimeMilliseconds(), most, cancel)).Select(row => (PatientId.Parse(row.PatientId), LocalId.Parse(row.DeviceId)))];

    /// <summary>The gatherings whose files a node has and that are not over, the oldest first: what it goes on with when it starts.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<(PatientId Patient, LocalId Job, GatheringJobState State, DateTimeOffset ChangedAt)>> JobsOfAsync(string node, CancellationToken cancel) =>
    [
        .. (await _services.Store.ReadJobsAsync(node, cancel)).Select(row => (
            PatientId.Parse(row.PatientId), LocalId.Parse(row.Id), (GatheringJobState)row.State, DateTimeOffset.FromUnixTimeMilliseconds(row.ChangedAt))),
    ];

    /// <summary>Forgets the gatherings of a node that are over since before a time: what became of them is told no longer.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task ForgetJobsAsync(string node, DateTimeOffset before, CancellationToken cancel) => _services.Store.ForgetJobsAsync(node, before.ToUnixTimeMilliseconds(), cancel);

    /// <summary>
    /// Labels every record that was written before there were labels, or by older rules, as else happens when it is next asked for. Returns how many were labelled anew, and how many are damaged and could not be.
    /// </summary>
    /// <param name="progress">Told how many records were looked at; null for nobody.</param>
    /// <param name="cancel">Gives up between two records.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<(int Labelled, int Damaged)> LabelAllAsync(IProgress<int>? progress, CancellationToken cancel)
    {
        const int atOnce = 100;
        var (looked, labelled, damaged) = (0, 0, 0);
        for (var after = ""; ;)
        {
            var patients = await _services.Store.ReadPatientsAsync(after, atOnce, cancel);
            foreach (var patient in patients)
            {
                cancel.ThrowIfCancellationRequested();
                try
                {
                    if (await _services.Cache.GetAsync(PatientId.Parse(patient)) is { } compartment && !compartment.State.Labelled.IsBy(_services.Rules))
                    {
                        await Relabelling.EnsureAsync(_services, compartment, cancel);
                        labelled++;
                    }
                }
                catch (RecordErasedException)
                {
                    // Nothing is left of it.
                }
                catch (Exception e) when (RecordDamage.IsShownBy(e))
                {
                    damaged++;
                }

                progress?.Report(++looked);
            }

            if (patients.Count < atOnce)
            {
                return (labelled, damaged);
            }

            after = patients[^1];
        }
    }

    /// <summary>Writes the ledger of a record that was erased: leaves without details, under the checkpoint that was signed last. False when there is no such record.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="LedgerBrokenException">The stored ledger does not add up; the file stays without an end.</exception>
    public Task<bool> ExportErasedLedgerAsync(PatientId patient, Stream target, CancellationToken cancel) => OwnLedger.ExportErasedAsync(_services, patient, target, cancel);

    /// <summary>
    /// The records whose patients' consents name the recipient now, a page of them by name. It tells that something is shared, not what; that is asked at the
    /// gate.
    /// </summary>
    /// <param name="recipient">Who asks.</param>
    /// <param name="after"><see cref="SharedPage.Next"/> of the page before; null for the first.</param>
    /// <param name="count">Records on a page.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<SharedPage> SharedWithAsync(Actor recipient, PatientId? after, int count, CancellationToken cancel)
    {
        var now = _services.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var hashes = recipient.RecipientReferences.Select(_services.RecipientHash).ToList();
        var patients = await _services.Store.ReadSharersAsync(hashes, now, after?.ToString() ?? "", count + 1, cancel);
        if (patients.Count == 0)
        {
            return new SharedPage([], null);
        }

        var last = patients[Math.Min(patients.Count, count) - 1];
        var records = await SharedWithAsync(hashes, now, patients[0], last, cancel);
        return new SharedPage([.. records.OrderBy(r => r.PatientName, StringComparer.OrdinalIgnoreCase)], patients.Count > count ? PatientId.Parse(last) : null);
    }

    /// <summary>The record of a patient whose consents name the recipient now; null when they do not, and when there is no such record.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<SharedRecord?> FindSharedAsync(Actor recipient, PatientId patient, CancellationToken cancel)
    {
        var hashes = recipient.RecipientReferences.Select(_services.RecipientHash).ToList();
        var records = await SharedWithAsync(hashes, _services.Clock.GetUtcNow().ToUnixTimeMilliseconds(), patient.ToString(), patient.ToString(), cancel);
        return records.SingleOrDefault();
    }

    /// <summary>The patients who let somebody act for them by a consent that is in force, whatever it lets them do: <see cref="ActingDoor"/> decides. Quick, however many share something with them.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<PatientId>> ActedForAsync(Actor actor, CancellationToken cancel)
    {
        var (recipients, acting) = (actor.RecipientReferences.Select(_services.RecipientHash).ToList(), actor.RecipientReferences.Select(_services.ActingHash).ToList());
        var rows = await _services.Store.ReadActedForAsync(recipients, acting, _services.Clock.GetUtcNow().ToUnixTimeMilliseconds(), cancel);
        return
        [
            .. (from row in rows
                let patient = PatientId.Parse(row.PatientId)
                where row.DataKey is null || OpenLabel(patient, row.DataKey, row.Recipient, row.Label!)?.Agreements.Any(static agreement => agreement.Acts.Count > 0) == true
                select patient).Distinct().Order(),
        ];
    }

    private async Task<IReadOnlyCollection<SharedRecord>> SharedWithAsync(List<byte[]> hashes, long now, string first, string last, CancellationToken cancel)
    {
        Dictionary<PatientId, SharedRecord> records = [];
        foreach (var row in await _services.Store.ReadSharedWithAsync(hashes, now, first, last, cancel))
        {
            var patient = PatientId.Parse(row.PatientId);
            if (OpenLabel(patient, row.DataKey, row.Recipient, row.Label) is not { } label)
            {
                continue;
            }

            var agreements = label.Agreements.Where(agreement => InForce(agreement, now));
            var begins = label.Agreements.Min(agreement => agreement.From?.ToUnixTimeMilliseconds() > now ? agreement.From : null);
            DateTimeOffset? until = row.EndsAt == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.EndsAt);
            records[patient] = records.TryGetValue(patient, out var other)
                ? other with
                {
                    Until = other.Until is null || until is null ? null : other.Until > until ? other.Until : until,
                    Begins = other.Begins is null || begins < other.Begins ? begins : other.Begins,
                    Agreements = [.. other.Agreements.Concat(agreements).DistinctBy(agreement => agreement.Id).OrderByDescending(agreement => agreement.Made)],
                }
                : new SharedRecord(patient, label.Name, until) { Agreements = [.. agreements], Begins = begins };
        }

        return records.Values;
    }

    private static bool InForce(SharedAgreement agreement, long now) =>
        (agreement.From is null || agreement.From.Value.ToUnixTimeMilliseconds() <= now) && (agreement.Until is null || agreement.Until.Value.ToUnixTimeMilliseconds() > now);

    /// <summary>What a sharing row tells; null when the row was tampered with, which must not hide everybody else's.</summary>
    private SharingLabel? OpenLabel(PatientId patient, byte[] dataKey, byte[] recipient, byte[] label)
    {
        try
        {
            using var sealer = _services.Keyring.OpenDataKey(Places.DataKey(patient), dataKey);
            return SharingLabel.Decode(sealer.Open(Places.Sharing(patient, recipient), label));
        }
        catch (SealBrokenException)
        {
            return null;
        }
    }
}
