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
            DELETE FROM emergency_watcher WHERE patient_id = @patient AND opening_id = @id;
            DELETE FROM emergency_opening WHERE patient_id = @patient AND opening_id = @id
            """,
            new { patient = opening.Patient.ToString(), id = opening.Id.ToString() },
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
        const string sql = "SELECT watcher_id, COUNT(*) FROM emergency_watcher WHERE watcher_id";
        string[] ids = [.. contacts.Select(static contact => contact.ToString())];
        var rows = await _database.ReadAsync(
            c => _database.Dialect == Dialect.Sqlite
                ? c.QueryAsync<(string Contact, long Count)>($"{sql} IN (SELECT value FROM json_each(@ids)) GROUP BY watcher_id", new { ids = $"[\"{string.Join("\",\"", ids)}\"]" })
                : c.QueryAsync<(string Contact, long Count)>($"{sql} = ANY(@ids) GROUP BY watcher_id", new { ids }),
            cancel);
        return rows.ToDictionary(static row => PersonId.Parse(row.Contact), static row => (int)row.Count);
    }

    /// <summary>All of a patient's, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<EmergencyOpening>> OfPatientAsync(PatientId patient, CancellationToken cancel) => _database.ReadAsync<IReadOnlyList<EmergencyOpening>>(
        async c =>
        {
            var rows = (await c.QueryAsync<Row>(
                "SELECT patient_id, opening_id, opened_by, version, details, opened_at FROM emergency_opening WHERE patient_id = @patient ORDER BY opened_at DESC, opening_id LIMIT @most",
                new { patient = patient.ToString(), most = MostListed })).AsList();
            using var key = rows.Count == 0 ? null : await ReadKeyAsync(c, patient.ToString());
            return key is null ? [] : [.. rows.Select(row => Open(row, key))];
        },
        cancel);

    /// <summary>How many doors somebody opened since then: how often is often, its reader knows.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<int> CountOfAsync(PersonId professional, DateTimeOffset since, CancellationToken cancel) => _database.ReadAsync(
        c => c.ExecuteScalarAsync<int>(
            "SELECT COUNT(*) FROM emergency_opening WHERE opened_by = @professional AND opened_at > @since", new { professional = professional.ToString(), since = since.ToUnixTimeMilliseconds() }),
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
        await connection.ExecuteAsync(
            "INSERT INTO emergency_opening (patient_id, opening_id, opened_by, version, details, opened_at) VALUES (@patient, @id, @by, 1, @details, @at)",
            new { patient = opening.Patient.ToString(), id = opening.Id.ToString(), by = opening.OpenedBy.ToString(), details = Seal(opening, 1, key), at },
            transaction);
        foreach (var watcher in opening.Organisations.Select(static organisation => organisation.ToString()).Concat(contacts.Select(static contact => contact.ToString())).Distinct())
        {
            await connection.ExecuteAsync(
                "INSERT INTO emergency_watcher (watcher_id, patient_id, opening_id, opened_at) VALUES (@watcher, @patient, @id, @at)",
                new { watcher, patient = opening.Patient.ToString(), id = opening.Id.ToString(), at },
                transaction);
        }
    }

    private Task<IReadOnlyList<EmergencyOpening>> OfWatcherAsync(string watcher, DateTimeOffset since, CancellationToken cancel) => _database.ReadAsync<IReadOnlyList<EmergencyOpening>>(
        async c =>
        {
            // Not a join: on several servers a watcher's rows and a patient's lie apart.
            var watched = await c.QueryAsync<(string Patient, string Id)>(
                "SELECT patient_id, opening_id FROM emergency_watcher WHERE watcher_id = @watcher AND opened_at > @since ORDER BY opened_at DESC, patient_id, opening_id LIMIT @most",
                new { watcher, since = since.ToUnixTimeMilliseconds(), most = MostListed });
            var found = new List<EmergencyOpening>();
            foreach (var (patient, id) in watched)
            {
                using var key = await ReadKeyAsync(c, patient);
                if (key is not null && await ReadAsync(c, patient, id) is { } row)
                {
                    found.Add(Open(row, key));
                }
            }

            return found;
        },
        cancel);

    /// <summary>The opening as it is changed; null when there is none, or nothing to change.</summary>
    private async Task<EmergencyOpening?> ChangeAsync(DbTransaction transaction, PatientId patient, LocalId id, Func<EmergencyOpening, EmergencyOpening?> change)
    {
        var connection = transaction.Connection!;
        using var key = await ReadKeyAsync(connection, patient.ToString(), transaction);
        while (key is not null && await ReadAsync(connection, patient.ToString(), id.ToString(), transaction) is { } row)
        {
            if (change(Open(row, key)) is not { } changed)
            {
                return null;
            }

            var done = await connection.ExecuteAsync(
                "UPDATE emergency_opening SET version = version + 1, details = @details WHERE patient_id = @patient AND opening_id = @id AND version = @version",
                new { patient = row.PatientId, id = row.OpeningId, version = row.Version, details = Seal(changed, row.Version + 1, key) },
                transaction);
            if (done > 0)
            {
                return changed;
            }
        }

        return null;
    }

    private static Task<Row?> ReadAsync(DbConnection connection, string patient, string id, DbTransaction? transaction = null) => connection.QuerySingleOrDefaultAsync<Row>(
        "SELECT patient_id, opening_id, opened_by, version, details, opened_at FROM emergency_opening WHERE patient_id = @patient AND opening_id = @id", new { patient, id }, transaction);

    private async Task<Sealer?> ReadKeyAsync(DbConnection connection, string patient, DbTransaction? transaction = null) =>
        await connection.QuerySingleOrDefaultAsync<string>("SELECT person_id FROM own_record WHERE patient_id = @patient", new { patient }, transaction) is { } owner
            ? await _accounts.Store.ReadKeyAsync(connection, PersonId.Parse(owner), transaction)
            : null;

    private static byte[] Seal(EmergencyOpening opening, long version, Sealer key) => key.Seal(
        PlaceOf(opening.Id, version),
        new EmergencyDetails(
            opening.OpenedByName, [.. opening.Organisations.Select(static organisation => organisation.ToString())], opening.Reason, opening.Question, opening.AskedAt?.ToUnixTimeMilliseconds(),
            [.. opening.Reviews.Select(static review => new ReviewDetails(review.Organisation.ToString(), review.Verdict, review.Remark, review.By, review.At.ToUnixTimeMilliseconds()))], opening.AskedBy),
        PeopleJson.Default.EmergencyDetails);

    private static EmergencyOpening Open(Row row, Sealer key)
    {
        var id = LocalId.Parse(row.OpeningId);
        var details = key.Open(PlaceOf(id, row.Version), row.Details, PeopleJson.Default.EmergencyDetails);
        return new EmergencyOpening
        {
            Id = id,
            Patient = PatientId.Parse(row.PatientId),
            OpenedBy = PersonId.Parse(row.OpenedBy),
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
        public required string PatientId { get; init; }

        public required string OpeningId { get; init; }

        public required string OpenedBy { get; init; }

        public required long Version { get; init; }

        public required byte[] Details { get; init; }

        public required long OpenedAt { get; init; }
    }
}
