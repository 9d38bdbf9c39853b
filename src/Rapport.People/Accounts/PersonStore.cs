using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>Reads and writes the rows of people and opens their keys. Used within a connection or transaction of the caller. Thread safe.</summary>
internal sealed class PersonStore(Keyring keyring, TimeProvider clock)
{
    /// <summary>How the tables name people.</summary>
    internal PeopleTables Tables { get; } = new(keyring);

    /// <summary>A person of these details, as they are now.</summary>
    internal Person Build(PersonId id, PersonProfile profile, IEnumerable<Membership> memberships)
    {
        var now = clock.GetUtcNow();
        var known = memberships.ToList();
        var current = known.Where(m => m.Since <= now && (m.Until is null || m.Until > now)).ToList();
        var record = profile.Record is null ? (PatientId?)null : PatientId.Parse(profile.Record);
        var reference = profile.IsProfessional ? $"Practitioner/{id}" : record is null ? $"RelatedPerson/{id}" : $"Patient/{record}";
        List<string> references = [reference, .. record is null ? [] : new[] { $"Patient/{record}" }, $"RelatedPerson/{id}", .. current.SelectMany(static m => m.References),
            .. current.Any(static m => m.Verified is not null) ? new[] { $"PractitionerRole/{id}" } : []];
        return new Person
        {
            Id = id,
            DisplayName = profile.DisplayName,
            SignInName = profile.SignInName,
            // Whose vouching has ended is found under the same reference, and is no professional any more.
            IsProfessional = profile.IsProfessional && (current.Count > 0 || known.TrueForAll(static m => m.Verified is null)),
            Role = profile.Role,
            IsOperator = profile.IsOperator,
            Language = profile.Language,
            TimeZone = profile.TimeZone,
            Record = record,
            IsDependent = profile.IsDependent == true,
            Organisations = current,
            Reference = reference,
            RecipientReferences = [.. references.Distinct()],
            ChangesAt = known.SelectMany(static m => new[] { m.Since, m.Until ?? DateTimeOffset.MaxValue }).Where(t => t > now).DefaultIfEmpty(DateTimeOffset.MaxValue).Min(),
        };
    }

    /// <summary>The person of an id, or null.</summary>
    internal async Task<Person?> ReadAsync(DbConnection connection, PersonId id, DbTransaction? transaction = null)
    {
        if (await ReadRowAsync(connection, id, transaction) is not { IsClosed: false } row)
        {
            return null;
        }

        var memberships = await connection.QueryAsync<MembershipRow>($"{MembershipRow.Select} WHERE person = @person", new { person = MembershipHash(id) }, transaction);
        using var key = OpenKey(id, row.DataKey);
        return Build(id, Profile(id, row, key), [.. memberships.Select(m => Open(id, m, key))]);
    }

    /// <summary>Those of some ids whom there are, by two questions for all.</summary>
    internal async Task<IReadOnlyDictionary<PersonId, Person>> ReadAllAsync(DbConnection connection, Dialect dialect, IReadOnlyCollection<PersonId> ids)
    {
        var rows = await connection.QueryAmongAsync<PersonRow>(dialect, "SELECT person_id, data_key, version, profile FROM person WHERE person_id", [.. ids.Select(static id => id.ToString())]);
        var memberships = await ReadMembershipsAsync(connection, dialect, ids);
        Dictionary<PersonId, Person> found = [];
        foreach (var row in rows.Where(static row => !row.IsClosed))
        {
            var id = PersonId.Parse(row.PersonId);
            using var key = OpenKey(id, row.DataKey);
            found[id] = Build(id, Profile(id, row, key), [.. memberships[id].Select(membership => Open(id, membership, key))]);
        }

        return found;
    }

    /// <summary>Where these people work or did, by one question for all.</summary>
    internal async Task<ILookup<PersonId, MembershipRow>> ReadMembershipsAsync(DbConnection connection, Dialect dialect, IEnumerable<PersonId> people)
    {
        var hashed = people.Distinct().ToDictionary(person => Convert.ToHexString(MembershipHash(person)));
        var rows = await connection.QueryAmongAsync<MembershipRow>(dialect, $"{MembershipRow.Select} WHERE person", [.. hashed.Keys.Select(Convert.FromHexString)]);
        return rows.ToLookup(row => hashed[Convert.ToHexString(row.Person)]);
    }

    /// <summary>The sealer of a person's data key, to be disposed; null for nobody.</summary>
    internal async Task<Sealer?> ReadKeyAsync(DbConnection connection, PersonId id, DbTransaction? transaction = null)
    {
        var wrapped = await connection.QuerySingleOrDefaultAsync<byte[]>(
            "SELECT data_key FROM person WHERE person_id = @person", new { person = id.ToString() }, transaction);
        return wrapped is null || wrapped.Length == 0 ? null : OpenKey(id, wrapped);
    }

    internal Sealer OpenKey(PersonId id, byte[] wrapped) => keyring.OpenDataKey(Place.Of("person", id, 0), wrapped);

    /// <summary>Adds the row of a person, with a new data key.</summary>
    /// <returns>The sealer of the key, to be disposed.</returns>
    internal async Task<Sealer> AddAsync(DbTransaction transaction, PersonId id, PersonProfile profile)
    {
        var (sealer, wrapped) = keyring.NewDataKey(Place.Of("person", id, 0));
        var listed = profile.IsProfessional ? await DirectoryVersion.NextAsync(transaction) : (long?)null;
        await transaction.Connection!.ExecuteAsync(
            "INSERT INTO person (person_id, data_key, version, profile, listed) VALUES (@person, @wrapped, 1, @profile, @listed)",
            new
            {
                person = id.ToString(),
                wrapped,
                profile = sealer.Seal(Place.Of("person", id, 1), profile, PeopleJson.Default.PersonProfile),
                listed,
            },
            transaction);
        return sealer;
    }

    /// <summary>Changes a profile; <paramref name="change"/> may be asked again when another node changes it at the same time.</summary>
    /// <returns>False when there is no such person or <paramref name="change"/> gives null.</returns>
    internal async Task<bool> ChangeAsync(DbTransaction transaction, PersonId id, Func<PersonProfile, PersonProfile?> change)
    {
        while (await ReadRowAsync(transaction.Connection!, id, transaction) is { IsClosed: false } row)
        {
            using var key = OpenKey(id, row.DataKey);
            if (change(Profile(id, row, key)) is not { } changed)
            {
                return false;
            }

            var profile = key.Seal(Place.Of("person", id, row.Version + 1), changed, PeopleJson.Default.PersonProfile);
            var done = await transaction.Connection!.ExecuteAsync(
                "UPDATE person SET version = version + 1, profile = @profile WHERE person_id = @person AND version = @version",
                new { person = id.ToString(), profile, version = row.Version },
                transaction);
            if (done > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Makes whoever does the same about this person on another node wait until the transaction is over.</summary>
    internal static Task HoldAsync(DbTransaction transaction, PersonId id) =>
        transaction.Connection!.ExecuteAsync("UPDATE person SET version = version WHERE person_id = @person", new { person = id.ToString() }, transaction);

    /// <summary>
    /// Erases the key of a person and every row that is theirs. Their own row stays without content: listings elsewhere learn from it that the person is
    /// gone. False when there is no such person.
    /// </summary>
    internal async Task<bool> CloseAsync(DbTransaction transaction, PersonId id, byte[] nameHash, PatientId? record)
    {
        var connection = transaction.Connection!;
        if (await ReadRowAsync(connection, id, transaction) is not { IsClosed: false })
        {
            return false;
        }

        var isListed = await connection.ExecuteScalarAsync<long?>("SELECT listed FROM person WHERE person_id = @person", new { person = id.ToString() }, transaction) is not null;
        var listed = isListed ? await DirectoryVersion.NextAsync(transaction) : (long?)null;
        await connection.ExecuteAsync(
            """
            UPDATE person SET data_key = @nothing, profile = @nothing, version = version + 1, listed = @listed WHERE person_id = @person;
            DELETE FROM sign_in_name WHERE name_hash = @nameHash AND person_id = @person;
            DELETE FROM sign_in_password WHERE person_id = @person;
            DELETE FROM sign_in_session WHERE person_id = @person;
            DELETE FROM access_token WHERE person_id = @person;
            DELETE FROM passkey WHERE person_id = @person;
            DELETE FROM authenticator_app WHERE person_id = @person;
            DELETE FROM recovery_code WHERE person_id = @person
            """,
            new
            {
                person = id.ToString(),
                nameHash,
                nothing = Array.Empty<byte>(),
                listed,
            },
            transaction);
        await DeleteAsync(transaction, Tables.OfPerson, id);
        if (record is { } own)
        {
            await DeleteAsync(transaction, Tables.OfPatient, own);
        }

        return true;
    }

    /// <summary>Erases the rows that name somebody in one of these columns.</summary>
    private static async Task DeleteAsync<TId>(DbTransaction transaction, IReadOnlyList<(KeyedTable Table, string Column)> columns, TId id)
        where TId : struct, IComparable<TId>
    {
        foreach (var (table, column) in columns)
        {
            await transaction.Connection!.ExecuteAsync($"DELETE FROM {table.Name} WHERE {column} = @hash", new { hash = table.Hash(column, id) }, transaction);
        }
    }

    internal static PersonProfile Profile(PersonId id, PersonRow row, Sealer key) =>
        key.Open(Place.Of("person", id, row.Version), row.Profile, PeopleJson.Default.PersonProfile);

    internal Membership Open(PersonId person, MembershipRow row, Sealer key)
    {
        var organisation = OrganisationId.Parse(OpenNames(row)[1]);
        var details = key.Open(MembershipPlace(organisation), row.Details, PeopleJson.Default.MembershipDetails);
        return new Membership(
            organisation,
            details.Role,
            DateTimeOffset.FromUnixTimeMilliseconds(details.Since),
            details.Until is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null,
            details is { VerifiedAt: { } at, VerifiedBy: { } by } ? new Verification(details.Licence, DateTimeOffset.FromUnixTimeMilliseconds(at), by) : null)
        {
            IsPrivacyOfficer = details.IsPrivacyOfficer,
            Teams = [.. (details.Teams ?? []).Select(team => CareTeamId.Of(organisation, LocalId.Parse(team)))],
        };
    }

    /// <summary>The key says whose membership it is, the place says where.</summary>
    internal static Place MembershipPlace(OrganisationId organisation) => Place.Of("membership", organisation, 0);

    /// <summary>Who works there, and where, by their ids.</summary>
    internal string[] OpenNames(MembershipRow row) => Tables.Membership.Open(new KeyedRow(row.Person, row.Organisation), row.Names);

    /// <summary>How a person's memberships are found.</summary>
    internal byte[] MembershipHash(PersonId person) => Tables.Membership.Hash("person", person);

    internal static Task<PersonRow?> ReadRowAsync(DbConnection connection, PersonId id, DbTransaction? transaction) =>
        connection.QuerySingleOrDefaultAsync<PersonRow>(
            "SELECT person_id, data_key, version, profile FROM person WHERE person_id = @person", new { person = id.ToString() }, transaction);
}

internal sealed class PersonRow
{
    /// <summary>Whether the account was closed: the key is gone.</summary>
    public bool IsClosed => DataKey.Length == 0;

    public required string PersonId { get; init; }

    public required byte[] DataKey { get; init; }

    public required long Version { get; init; }

    public required byte[] Profile { get; init; }
}

internal sealed class MembershipRow
{
    /// <summary>Begins every statement that reads one.</summary>
    internal const string Select = "SELECT person, organisation, names, details FROM membership";

    public required byte[] Person { get; init; }

    public required byte[] Organisation { get; init; }

    public required byte[] Names { get; init; }

    public required byte[] Details { get; init; }
}
