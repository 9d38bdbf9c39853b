using System.Buffers.Binary;
using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// What is told of openings of emergency doors to those who watch over them: the organisations of who opened one, which look at each, and the patient's emergency
/// contacts. It opens nothing. Thread safe.
/// </summary>
/// <remarks>An opening MUST be announced here before the door opens, so that none stays without somebody to look at it; one that did not come about is withdrawn.</remarks>
public sealed class EmergencyOpenings
{
    /// <summary>Openings that a list holds, the newest.</summary>
    public const int MostListed = 500;

    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly Accounts _accounts;

    internal EmergencyOpenings(Database database, TimeProvider clock, Accounts accounts) => (_database, _clock, _accounts) = (database, clock, accounts);

    private KeyedTable Openings => _accounts.Store.Tables.EmergencyOpening;

    private KeyedTable Watchers => _accounts.Store.Tables.EmergencyWatcher;

    /// <summary>Announces an opening to the organisations of who opens, and to the patient's contacts.</summary>
    /// <param name="patient">Whose door; they keep a record.</param>
    /// <param name="professional">Who opens it.</param>
    /// <param name="reason">Why: 1 to <see cref="EmergencyOpening.MaxText"/> characters on one line.</param>
    /// <param name="contacts">Who of the patient's circle is told.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The opening, or what is wrong with the reason.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<EmergencyOpening>> AnnounceAsync(Person patient, Person professional, string reason, IReadOnlyCollection<PersonId> contacts, CancellationToken cancel)
    {
        if (PlainText.Check(reason, PeopleText.AReason, EmergencyOpening.MaxText, out var problem) is not { } checkedReason)
        {
            return Result<EmergencyOpening>.Bad(problem!);
        }

        var opening = new EmergencyOpening
        {
            Id = LocalId.New(),
            Patient = patient.Record ?? throw new ArgumentException("only who keeps a record has an emergency door", nameof(patient)),
            OpenedBy = professional.Id,
            OpenedByName = professional.DisplayName,
            Organisations = [.. professional.Organisations.Where(static membership => membership.Verified is not null).Select(static membership => membership.Organisation)],
            Reason = checkedReason,
            At = DateTimeOffset.FromUnixTimeMilliseconds(_clock.GetUtcNow().ToUnixTimeMilliseconds()),
        };
        await _database.WriteAsync(t => InsertAsync(t, patient.Id, opening, contacts), cancel);
        return Result<EmergencyOpening>.Ok(opening);
    }

    /// <summary>Takes an announcement back: the door did not open.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task WithdrawAsync(EmergencyOpening opening, CancellationToken cancel) => _database.WriteAsync(
        t => t.Connection!.ExecuteAsync(
            """
            DELETE FROM emergency_watcher WHERE patient = @watched AND opening = @watchedOpening;
            DELETE FROM emergency_opening WHERE patient = @patient AND opening_id = @id
            """,
            new { patient = PatientHash(opening.Patient), id = opening.Id.ToString(), watched = Watchers.Hash("patient", opening.Patient), watchedOpening = WatchedHash(opening) },
            t),
        cancel);

    /// <summary>What an organisation is to look at or looked at, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<EmergencyOpening>> OfOrganisationAsync(OrganisationId organisation, CancellationToken cancel) => OfWatcherAsync(organisation.ToString(), DateTimeOffset.UnixEpoch, cancel);

    /// <summary>What somebody is told of as an emergency contact since then, newest first. What they may not know, the reason among it, is for the caller to leave out.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<EmergencyOpening>> OfContactAsync(PersonId contact, DateTimeOffset since, CancellationToken cancel) => OfWatcherAsync(contact.ToString(), since, cancel);

    /// <summary>Of how many openings each of these people was ever told as an emergency contact, in one question, so that open pages may ask often; who was told of none is left out.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyDictionary<PersonId, int>> CountsOfContactsAsync(IReadOnlyCollection<PersonId> contacts, CancellationToken cancel)
    {
        var hashed = contacts.Distinct().ToDictionary(contact => Convert.ToHexString(WatcherHash(contact.ToString())));
        var rows = await _database.ReadAsync(
            c => c.QueryAmongAsync<(byte[] Contact, long Count)>(
                _database.Dialect, "SELECT watcher, COUNT(*) FROM emergency_watcher WHERE watcher", [.. hashed.Keys.Select(Convert.FromHexString)], "GROUP BY watcher"),
            cancel);
        return rows.ToDictionary(row => hashed[Convert.ToHexString(row.Contact)], static row => (int)row.Count);
    }

    /// <summary>All of a patient's, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<EmergencyOpening>> OfPatientAsync(PatientId patient, CancellationToken cancel) => _database.ReadAsync<IReadOnlyList<EmergencyOpening>>(
        async c =>
        {
            var rows = (await c.QueryAsync<Row>(
                $"{Row.Select} WHERE patient = @patient ORDER BY opened_at DESC, opening_id LIMIT @most", new { patient = PatientHash(patient), most = MostListed })).AsList();
            using var key = rows.Count == 0 ? null : await ReadKeyAsync(c, patient);
            return key is null ? [] : [.. rows.Select(row => Open(patient, row, key))];
        },
        cancel);

    /// <summary>How many doors somebody opened since then: how often is often, its reader knows.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<int> CountOfAsync(PersonId professional, DateTimeOffset since, CancellationToken cancel) => _database.ReadAsync(
        c => c.ExecuteScalarAsync<int>(
            "SELECT COUNT(*) FROM emergency_opening WHERE opened_by = @professional AND opened_at > @since", new { professional = Openings.Hash("opened_by", professional), since = since.ToUnixTimeMilliseconds() }),
        cancel);

    /// <summary>The patient asks about an opening of their door, or somebody who looks after them; a later question takes the place of an earlier one.</summary>
    /// <param name="patient">Whose door.</param>
    /// <param name="opening">Which opening.</param>
    /// <param name="question">1 to <see cref="EmergencyOpening.MaxText"/> characters on one line.</param>
    /// <param name="askedBy">The name of who asks for the patient; null for the patient.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The opening with the question, or what is wrong with it; null when there is no such opening.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<EmergencyOpening>?> QuestionAsync(PatientId patient, LocalId opening, string question, string? askedBy, CancellationToken cancel)
    {
        if (PlainText.Check(question, PeopleText.AQuestion, EmergencyOpening.MaxText, out var problem) is not { } text)
        {
            return Result<EmergencyOpening>.Bad(problem!);
        }

        var now = _clock.GetUtcNow();
        var changed = await _database.WriteAsync(t => ChangeAsync(t, patient, opening, known => known with { Question = text, AskedAt = now, AskedBy = askedBy }), cancel);
        return changed is null ? null : Result<EmergencyOpening>.Ok(changed);
    }

    /// <summary>An organisation says what it found; what it said before of the same opening goes.</summary>
    /// <returns>The opening with the review, or what is wrong with it; null when the organisation has no such opening to look at.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<EmergencyOpening>?> ReviewAsync(
        OrganisationId organisation, PatientId patient, LocalId opening, EmergencyVerdict verdict, string? remark, Person by, CancellationToken cancel)
    {
        string? problem = null;
        var text = string.IsNullOrWhiteSpace(remark) ? null : PlainText.Check(remark, PeopleText.ARemark, EmergencyOpening.MaxText, out problem);
        if (problem is not null)
        {
            return Result<EmergencyOpening>.Bad(problem);
        }

        var review = new EmergencyReview(organisation, verdict, text, by.DisplayName, _clock.GetUtcNow());
        var changed = await _database.WriteAsync(
            t => ChangeAsync(t, patient, opening, known => known.Organisations.Contains(organisation) && known.OpenedBy != by.Id
                ? known with { Reviews = [.. known.Reviews.Where(earlier => earlier.Organisation != organisation), review] }
                : null),
            cancel);
        return changed is null ? null : Result<EmergencyOpening>.Ok(changed);
    }

    private async Task InsertAsync(DbTransaction transaction, PersonId owner, EmergencyOpening opening, IReadOnlyCollection<PersonId> contacts)
    {
        var connection = transaction.Connection!;
        using var key = await _accounts.Store.ReadKeyAsync(connection, owner, transaction) ?? throw new ArgumentException("there is no such patient", nameof(owner));
        var at = opening.At.ToUnixTimeMilliseconds();
        var (patient, by) = (PatientHash(opening.Patient), Openings.Hash("opened_by", opening.OpenedBy));
        await connection.ExecuteAsync(
            "INSERT INTO emergency_opening (patient, opening_id, opened_by, names, version, details, opened_at) VALUES (@patient, @id, @by, @names, 1, @details, @at)",
            new { patient, id = opening.Id.ToString(), by, names = Openings.Seal(RowOf(patient, opening.Id), opening.OpenedBy.ToString()), details = Seal(opening, 1, key), at },
            transaction);
        var (watchedOpening, watched) = (WatchedHash(opening), Watchers.Hash("patient", opening.Patient));
        foreach (var watcher in opening.Organisations.Select(static organisation => organisation.ToString()).Concat(contacts.Select(static contact => contact.ToString())).Distinct())
        {
            var row = new KeyedRow(WatcherHash(watcher), watchedOpening);
            await connection.ExecuteAsync(
                "INSERT INTO emergency_watcher (watcher, opening, patient, names, opened_at) VALUES (@First, @Second, @watched, @names, @at)",
                new { row.First, row.Second, watched, names = Watchers.Seal(row, opening.Patient.ToString(), opening.Id.ToString()), at },
                transaction);
        }
    }

    private Task<IReadOnlyList<EmergencyOpening>> OfWatcherAsync(string watcher, DateTimeOffset since, CancellationToken cancel) => _database.ReadAsync<IReadOnlyList<EmergencyOpening>>(
        async c =>
        {
            // Not a join: on several servers a watcher's rows and a patient's lie apart.
            var watched = await c.QueryAsync<(byte[] Watcher, byte[] Opening, byte[] Names)>(
                "SELECT watcher, opening, names FROM emergency_watcher WHERE watcher = @watcher AND opened_at > @since ORDER BY opened_at DESC, opening LIMIT @most",
                new { watcher = WatcherHash(watcher), since = since.ToUnixTimeMilliseconds(), most = MostListed });
            var found = new List<EmergencyOpening>();
            foreach (var each in watched)
            {
                var names = Watchers.Open(new KeyedRow(each.Watcher, each.Opening), each.Names);
                var patient = PatientId.Parse(names[0]);
                using var key = await ReadKeyAsync(c, patient);
                if (key is not null && await ReadAsync(c, patient, names[1]) is { } row)
                {
                    found.Add(Open(patient, row, key));
                }
            }

            return found;
        },
        cancel);

    /// <summary>The opening as it is changed; null when there is none, or nothing to change.</summary>
    private async Task<EmergencyOpening?> ChangeAsync(DbTransaction transaction, PatientId patient, LocalId id, Func<EmergencyOpening, EmergencyOpening?> change)
    {
        var connection = transaction.Connection!;
        using var key = await ReadKeyAsync(connection, patient, transaction);
        while (key is not null && await ReadAsync(connection, patient, id.ToString(), transaction) is { } row)
        {
            if (change(Open(patient, row, key)) is not { } changed)
            {
                return null;
            }

            var done = await connection.ExecuteAsync(
                "UPDATE emergency_opening SET version = version + 1, details = @details WHERE patient = @patient AND opening_id = @id AND version = @version",
                new { patient = row.Patient, id = row.OpeningId, version = row.Version, details = Seal(changed, row.Version + 1, key) },
                transaction);
            if (done > 0)
            {
                return changed;
            }
        }

        return null;
    }

    private Task<Row?> ReadAsync(DbConnection connection, PatientId patient, string id, DbTransaction? transaction = null) => connection.QuerySingleOrDefaultAsync<Row>(
        $"{Row.Select} WHERE patient = @patient AND opening_id = @id", new { patient = PatientHash(patient), id }, transaction);

    private async Task<Sealer?> ReadKeyAsync(DbConnection connection, PatientId patient, DbTransaction? transaction = null) =>
        await _accounts.OwnRecords.OwnerOfAsync(connection, patient, transaction) is { } owner ? await _accounts.Store.ReadKeyAsync(connection, owner, transaction) : null;

    internal static KeyedRow RowOf(byte[] patient, LocalId opening)
    {
        var id = new byte[8];
        opening.WriteBytes(id);
        return new KeyedRow(patient, id);
    }

    private byte[] PatientHash(PatientId patient) => Openings.Hash("patient", patient);

    private byte[] WatcherHash(string watcher) => Watchers.Hash("watcher", watcher);

    private byte[] WatchedHash(EmergencyOpening opening) => Watchers.Hash("opening", $"{opening.Patient} {opening.Id}");

    private static byte[] Seal(EmergencyOpening opening, long version, Sealer key) => key.Seal(
        PlaceOf(opening.Id, version),
        new EmergencyDetails(
            opening.OpenedByName, [.. opening.Organisations.Select(static organisation => organisation.ToString())], opening.Reason, opening.Question, opening.AskedAt?.ToUnixTimeMilliseconds(),
            [.. opening.Reviews.Select(static review => new ReviewDetails(review.Organisation.ToString(), review.Verdict, review.Remark, review.By, review.At.ToUnixTimeMilliseconds()))], opening.AskedBy),
        PeopleJson.Default.EmergencyDetails);

    private EmergencyOpening Open(PatientId patient, Row row, Sealer key)
    {
        var id = LocalId.Parse(row.OpeningId);
        var details = key.Open(PlaceOf(id, row.Version), row.Details, PeopleJson.Default.EmergencyDetails);
        return new EmergencyOpening
        {
            Id = id,
            Patient = patient,
            OpenedBy = PersonId.Parse(Openings.Open(RowOf(row.Patient, id), row.Names)[0]),
            OpenedByName = details.OpenedByName,
            Organisations = [.. details.Organisations.Select(static organisation => OrganisationId.Parse(organisation))],
            Reason = details.Reason,
            At = DateTimeOffset.FromUnixTimeMilliseconds(row.OpenedAt),
            Question = details.Question,
            AskedAt = details.AskedAt is { } asked ? DateTimeOffset.FromUnixTimeMilliseconds(asked) : null,
            AskedBy = details.AskedBy,
            Reviews =
            [
                .. details.Reviews.Select(static review => new EmergencyReview(
                    OrganisationId.Parse(review.Organisation), review.Verdict, review.Remark, review.By, DateTimeOffset.FromUnixTimeMilliseconds(review.At))),
            ],
        };
    }

    /// <summary>The key says whose door, the place which opening and how often what is told of it changed.</summary>
    private static Place PlaceOf(LocalId id, long version)
    {
        Span<byte> bytes = stackalloc byte[8];
        id.WriteBytes(bytes);
        return new Place("emergency-opening", BinaryPrimitives.ReadUInt64BigEndian(bytes), version);
    }

    private sealed class Row
    {
        internal const string Select = "SELECT patient, opening_id, names, version, details, opened_at FROM emergency_opening";

        public required byte[] Patient { get; init; }

        public required string OpeningId { get; init; }

        public required byte[] Names { get; init; }

        public required long Version { get; init; }

        public required byte[] Details { get; init; }

        public required long OpenedAt { get; init; }
    }
}
