using System.Data.Common;
using Dapper;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>A person connected to a patient.</summary>
/// <param name="Person">Who.</param>
/// <param name="Relationship">What they are to the patient, such as <c>doctor</c>, <c>carer</c>, <c>specialist</c>.</param>
/// <param name="Since">Since when they are connected.</param>
public sealed record CircleMember(Person Person, string Relationship, DateTimeOffset Since)
{
    /// <summary>Whether they are told when somebody opens the patient's emergency door.</summary>
    public bool IsEmergencyContact { get; init; }

    /// <summary>Whether the patient named them for the case that they cannot decide any more. What they may do then, the patient's record says alone.</summary>
    public bool IsNamedForLater { get; init; }

    /// <summary>When they left; null as long as they are connected.</summary>
    public DateTimeOffset? LeftAt { get; init; }
}

/// <summary>A patient a person is connected to.</summary>
/// <param name="Patient">The patient's compartment.</param>
/// <param name="Relationship">What the person is to the patient.</param>
/// <param name="Since">Since when they are connected.</param>
public sealed record CircleLink(PatientId Patient, string Relationship, DateTimeOffset Since)
{
    /// <summary>Whether the person is told of what happens to the patient's record in an emergency.</summary>
    public bool IsEmergencyContact { get; init; }

    /// <summary>Whether the patient named the person for the case that they cannot decide any more.</summary>
    public bool IsNamedForLater { get; init; }
}

/// <summary>
/// Who is connected to which patient. To be in a circle opens nothing: only consents do. Thread safe.
/// </summary>
public sealed class Circle
{
    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly Accounts _accounts;

    internal Circle(Database database, TimeProvider clock, Accounts accounts) => (_database, _clock, _accounts) = (database, clock, accounts);

    private KeyedTable Table => _accounts.Store.Tables.Circle;

    /// <summary>Connects a person to a patient, or changes what they are to the patient.</summary>
    /// <param name="patient">The patient's compartment.</param>
    /// <param name="person">Who.</param>
    /// <param name="relationship">What they are to the patient, in a word or two: 1 to 100 characters.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The member, or what is wrong with the input.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<CircleMember>> AddAsync(PatientId patient, PersonId person, string relationship, CancellationToken cancel)
    {
        if (PlainText.Check(relationship, PeopleText.Relationship, 100, out var problem) is not { } text)
        {
            return Result<CircleMember>.Bad(problem!);
        }

        if (await _accounts.FindAsync(person, cancel) is not { } member)
        {
            return Result<CircleMember>.Bad(Say.Fill(PeopleText.NoPerson, person.ToString()));
        }

        return Result<CircleMember>.Ok(await PutAsync(patient, member, known => (known ?? new CircleDetails(text)) with { Relationship = text }, cancel));
    }

    /// <summary>Chooses whether somebody is told when the patient's emergency door is opened. Who is not connected to the patient is from then on.</summary>
    /// <param name="patient">The patient's compartment.</param>
    /// <param name="person">Who.</param>
    /// <param name="isContact">Whether they are told.</param>
    /// <param name="relationship">What they are to the patient when nobody said yet: 1 to 100 characters.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<CircleMember> SetEmergencyContactAsync(PatientId patient, Person person, bool isContact, string relationship, CancellationToken cancel) =>
        PutAsync(patient, person, known => (known ?? new CircleDetails(relationship)) with { IsEmergencyContact = isContact }, cancel);

    /// <summary>Notes whether the patient named somebody for the case that they cannot decide any more, so that they find it. It opens nothing. Who is not connected to the patient is from then on.</summary>
    /// <param name="patient">The patient's compartment.</param>
    /// <param name="person">Who.</param>
    /// <param name="isNamed">Whether they are named.</param>
    /// <param name="relationship">What they are to the patient when nobody said yet: 1 to 100 characters.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<CircleMember> SetNamedForLaterAsync(PatientId patient, Person person, bool isNamed, string relationship, CancellationToken cancel) =>
        PutAsync(patient, person, known => (known ?? new CircleDetails(relationship)) with { IsNamedForLater = isNamed }, cancel);

    private async Task<CircleMember> PutAsync(PatientId patient, Person person, Func<CircleDetails?, CircleDetails> change, CancellationToken cancel)
    {
        var (details, since) = await _database.WriteAsync(t => PutAsync(t, patient, person.Id, change), cancel);
        return Member(person, details, since);
    }

    /// <summary>Writes a connection; <paramref name="change"/> is given what is known of it, null for none and for one that was left.</summary>
    internal async Task<(CircleDetails Details, long Since)> PutAsync(DbTransaction transaction, PatientId patient, PersonId person, Func<CircleDetails?, CircleDetails> change)
    {
        var connection = transaction.Connection!;
        var row = RowOf(patient, person);
        using var key = await _accounts.Store.ReadKeyAsync(connection, person, transaction);
        var known = await ReadHeldAsync(transaction, patient, person, key!);
        var begins = known is not { LeftAt: null };
        var changed = change(begins ? null : known);
        var at = await connection.ExecuteScalarAsync<long>(
            """
            INSERT INTO circle (patient, person, names, details, since) VALUES (@First, @Second, @names, @details, @now)
            ON CONFLICT (patient, person) DO UPDATE SET details = @details, since = CASE WHEN @begins THEN @now ELSE circle.since END
            RETURNING since
            """,
            new
            {
                row.First,
                row.Second,
                names = Table.Seal(row, patient.ToString(), person.ToString()),
                details = key!.Seal(PlaceOf(patient), changed, PeopleJson.Default.CircleDetails),
                now = _clock.GetUtcNow().ToUnixTimeMilliseconds(),
                begins,
            },
            transaction);
        return (changed, at);
    }

    /// <summary>
    /// Leaves a patient's circle: the person is connected no longer, and told of no emergency. The patient sees that they left until the connection is removed. What the patient shares with them
    /// stays as it is. False when there was no connection.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> LeaveAsync(PatientId patient, PersonId person, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        return _database.WriteAsync(
            async t =>
            {
                using var key = await _accounts.Store.ReadKeyAsync(t.Connection!, person, t);
                if (key is null || await ReadHeldAsync(t, patient, person, key) is not { LeftAt: null } known)
                {
                    return false;
                }

                var (first, second) = RowOf(patient, person);
                await t.Connection!.ExecuteAsync(
                    "UPDATE circle SET details = @details WHERE patient = @first AND person = @second",
                    new { first, second, details = key.Seal(PlaceOf(patient), new CircleDetails(known.Relationship, LeftAt: now), PeopleJson.Default.CircleDetails) },
                    t);
                return true;
            },
            cancel);
    }

    /// <summary>Ends the connection, also one that was left; false when there was none.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> RemoveAsync(PatientId patient, PersonId person, CancellationToken cancel) =>
        await _database.WriteAsync(
            t => t.Connection!.ExecuteAsync("DELETE FROM circle WHERE patient = @First AND person = @Second", RowOf(patient, person), t),
            cancel) > 0;

    /// <summary>The people of a patient, longest connected first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<CircleMember>> OfPatientAsync(PatientId patient, CancellationToken cancel) =>
        [.. (await AllOfPatientAsync(patient, cancel)).Where(static member => member.LeftAt is null)];

    /// <summary>The people who left a patient's circle and whom the patient has not removed since, the latest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<CircleMember>> WhoLeftAsync(PatientId patient, CancellationToken cancel) =>
        [.. (await AllOfPatientAsync(patient, cancel)).Where(static member => member.LeftAt is not null).OrderByDescending(static member => member.LeftAt)];

    /// <summary>Whether there is a connection, or was one that the patient has not removed since it was left.</summary>
    internal static async Task<bool> ContainsAsync(DbConnection connection, PeopleTables tables, PatientId? patient, PersonId person) => await connection.ExecuteScalarAsync<long>(
        "SELECT COUNT(*) FROM circle WHERE patient = @First AND person = @Second", RowOf(tables, patient ?? default, person)) > 0;

    private async Task<List<CircleMember>> AllOfPatientAsync(PatientId patient, CancellationToken cancel)
    {
        var found = await _database.ReadAsync(
            async c =>
            {
                var rows = await c.QueryAsync<Row>($"{Row.Select} WHERE patient = @patient", new { patient = Table.Hash("patient", patient) });

                // Not a join: on several servers a patient's rows and a person's lie apart.
                var links = new List<(PersonId Person, CircleDetails Details, long Since)>();
                foreach (var row in rows)
                {
                    var (_, id) = Names(row);
                    using var key = await _accounts.Store.ReadKeyAsync(c, id);
                    if (key is not null)
                    {
                        links.Add((id, Open(patient, row, key), row.Since));
                    }
                }

                return links.OrderBy(static link => link.Since).ThenBy(static link => link.Person).ToList();
            },
            cancel);
        var members = new List<CircleMember>(found.Count);
        foreach (var (id, details, since) in found)
        {
            if (await _accounts.FindAsync(id, cancel) is { } person)
            {
                members.Add(Member(person, details, since));
            }
        }

        return members;
    }

    /// <summary>How a person is connected to a patient; null where they are not, or not any more.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<CircleLink?> FindAsync(PatientId patient, PersonId person, CancellationToken cancel) => _database.ReadAsync(
        async c =>
        {
            var row = await c.QuerySingleOrDefaultAsync<Row>($"{Row.Select} WHERE patient = @First AND person = @Second", RowOf(patient, person));
            using var key = row is null ? null : await _accounts.Store.ReadKeyAsync(c, person);
            return key is not null && Open(patient, row!, key) is { LeftAt: null } details ? Link(patient, row!.Since, details) : null;
        },
        cancel);

    /// <summary>The patients of a person, longest connected first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<CircleLink>> PatientsOfAsync(PersonId person, CancellationToken cancel) =>
        _database.ReadAsync<IReadOnlyList<CircleLink>>(
            async c =>
            {
                using var key = await _accounts.Store.ReadKeyAsync(c, person);
                if (key is null)
                {
                    return [];
                }

                var rows = await c.QueryAsync<Row>($"{Row.Select} WHERE person = @person", new { person = Table.Hash("person", person) });
                return
                [
                    .. from row in rows
                       let patient = Names(row).Patient
                       let details = Open(patient, row, key)
                       where details.LeftAt is null
                       orderby row.Since, patient
                       select Link(patient, row.Since, details),
                ];
            },
            cancel);

    /// <summary>The patients in whose circles some people are or were, in one question: what they are there is not opened.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<ILookup<PersonId, PatientId>> PatientsOfAllAsync(IReadOnlyCollection<PersonId> people, CancellationToken cancel)
    {
        var questions = new ManyQuestions(_database.Dialect);
        questions.Among($"{Row.Select} WHERE person", [.. people.Select(person => Table.Hash("person", person))]);
        return await _database.ReadAsync(
            async c =>
            {
                using var answers = await questions.AskAsync(c);
                return (await answers.ReadAsync<Row>()).Select(Names).ToLookup(static link => link.Person, static link => link.Patient);
            },
            cancel);
    }

    /// <summary>The key says who it is, the place whose circle.</summary>
    private static Place PlaceOf(PatientId patient) => Place.Of("circle", patient, 0);

    private static CircleMember Member(Person person, CircleDetails details, long since) =>
        new(person, details.Relationship, DateTimeOffset.FromUnixTimeMilliseconds(since))
        {
            IsEmergencyContact = details.IsEmergencyContact,
            IsNamedForLater = details.IsNamedForLater,
            LeftAt = details.LeftAt is { } left ? DateTimeOffset.FromUnixTimeMilliseconds(left) : null,
        };

    /// <summary>What is known of a connection; those who change it at the same moment wait until the transaction is over.</summary>
    private async Task<CircleDetails?> ReadHeldAsync(DbTransaction transaction, PatientId patient, PersonId person, Sealer key)
    {
        var row = RowOf(patient, person);
        await transaction.Connection!.ExecuteAsync("UPDATE circle SET since = since WHERE patient = @First AND person = @Second", row, transaction);
        var known = await transaction.Connection!.QuerySingleOrDefaultAsync<byte[]>("SELECT details FROM circle WHERE patient = @First AND person = @Second", row, transaction);
        return known is null ? null : key.Open(PlaceOf(patient), known, PeopleJson.Default.CircleDetails);
    }

    private static CircleLink Link(PatientId patient, long since, CircleDetails details) => new(patient, details.Relationship, DateTimeOffset.FromUnixTimeMilliseconds(since))
    {
        IsEmergencyContact = details.IsEmergencyContact,
        IsNamedForLater = details.IsNamedForLater,
    };

    private static CircleDetails Open(PatientId patient, Row row, Sealer key) => key.Open(PlaceOf(patient), row.Details, PeopleJson.Default.CircleDetails);

    private static KeyedRow RowOf(PeopleTables tables, PatientId patient, PersonId person) => new(tables.Circle.Hash("patient", patient), tables.Circle.Hash("person", person));

    private KeyedRow RowOf(PatientId patient, PersonId person) => RowOf(_accounts.Store.Tables, patient, person);

    private (PatientId Patient, PersonId Person) Names(Row row)
    {
        var names = Table.Open(new KeyedRow(row.Patient, row.Person), row.Names);
        return (PatientId.Parse(names[0]), PersonId.Parse(names[1]));
    }

    private sealed class Row
    {
        internal const string Select = "SELECT patient, person, names, details, since FROM circle";

        public required byte[] Patient { get; init; }

        public required byte[] Person { get; init; }

        public required byte[] Names { get; init; }

        public required byte[] Details { get; init; }

        public required long Since { get; init; }
    }
}
