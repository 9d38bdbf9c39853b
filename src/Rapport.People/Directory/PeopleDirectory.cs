using System.Data.Common;
using Dapper;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>
/// Professionals and organisations, which everyone of the installation may find by a part of the name. Anyone else is only found by their
/// exact sign-in name (<see cref="Accounts.FindBySignInNameAsync"/>). Thread safe.
/// </summary>
/// <remarks>
/// Names are sealed at rest, so a search runs in memory. Each node holds the whole listing and, at most once in
/// <see cref="PeopleOptions.Freshness"/>, reads what has changed since. Where the database is spread over several servers, the parts of one
/// transaction become visible one after the other: so a change is read twice, once when its number is seen and once at the next reading.
/// </remarks>
public sealed class PeopleDirectory : IDisposable
{
    private const int MaxFound = 20;

    private readonly Database _database;
    private readonly Keyring _keyring;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _freshness;
    private readonly Accounts _accounts;
    private readonly ListingReader _reader;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Listing _listing = Listing.Empty;

    // When, and after how many changes on this node, the listing was read. Guarded by the semaphore.
    private long? _readAt;
    private int _readChanges;
    private int _changes;

    internal PeopleDirectory(Database database, Keyring keyring, TimeProvider clock, PeopleOptions options, Accounts accounts)
    {
        _database = database;
        _keyring = keyring;
        _clock = clock;
        _freshness = options.Freshness;
        _accounts = accounts;
        _reader = new ListingReader(keyring, accounts.Store);
        accounts.ListingChanged = () => Interlocked.Increment(ref _changes);
    }

    /// <summary>
    /// Professionals in whose name each word of <paramref name="text"/> occurs, whatever its case and accents; those where it begins a word
    /// first, then by name; 20 at most. None for a text without letters or digits.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<Professional>> SearchProfessionalsAsync(string text, CancellationToken cancel)
    {
        var listing = await ReadAsync(cancel);
        var now = _clock.GetUtcNow();
        var professionals = listing.Professionals.Values.Where(p => p.Memberships.All(static m => m.Verified is null) || p.Memberships.Any(m => m.Until is null || m.Until > now));
        return [.. Listing.Search(professionals, static p => p.FoldedName, text, MaxFound).Select(p => ToProfessional(p, listing))];
    }

    /// <summary>Organisations, found in the same way.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<Organisation>> SearchOrganisationsAsync(string text, CancellationToken cancel)
    {
        var listing = await ReadAsync(cancel);
        return [.. Listing.Search(listing.Organisations.Values, static o => o.FoldedName, text, MaxFound).Select(static o => o.Organisation)];
    }

    /// <summary>Adds an organisation; its name has 1 to 200 characters.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<Organisation>> AddOrganisationAsync(string name, CancellationToken cancel)
    {
        if (PlainText.Check(name, PeopleText.OrganisationName, 200, out var problem) is not { } text)
        {
            return Result<Organisation>.Bad(problem!);
        }

        var id = OrganisationId.New();
        var profile = _keyring.Installation.Seal(ListingReader.PlaceOf(id), new OrganisationProfile(text), PeopleJson.Default.OrganisationProfile);
        await _database.WriteAsync(
            async t =>
            {
                var listed = await DirectoryVersion.NextAsync(t);
                return await t.Connection!.ExecuteAsync(
                    "INSERT INTO organisation (organisation_id, profile, listed) VALUES (@id, @profile, @listed)", new { id = id.ToString(), profile, listed }, t);
            },
            cancel);
        Interlocked.Increment(ref _changes);
        return Result<Organisation>.Ok(new Organisation(id, text));
    }

    /// <summary>The organisation of an id, or null.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Organisation?> FindOrganisationAsync(OrganisationId id, CancellationToken cancel) =>
        (await ReadAsync(cancel)).Organisations.GetValueOrDefault(id)?.Organisation;

    /// <summary>
    /// States that a person works for an organisation from now on, instead of what was stated about the two before. Consents given to the
    /// organisation then mean this person too.
    /// </summary>
    /// <param name="organisation">Where.</param>
    /// <param name="person">Who.</param>
    /// <param name="role">As what, in words: up to 100 characters; null when nobody said.</param>
    /// <param name="until">Until when, exclusive; null for no end.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The person, or what is wrong with the input.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<Person>> AddMemberAsync(OrganisationId organisation, PersonId person, string? role, DateTimeOffset? until, CancellationToken cancel)
    {
        string? problem = null;
        var checkedRole = role is null ? null : PlainText.Check(role, PeopleText.ARole, 100, out problem);
        if (problem is not null)
        {
            return Result<Person>.Bad(problem);
        }

        var now = _clock.GetUtcNow();
        if (until <= now)
        {
            return Result<Person>.Bad(PeopleText.EndedAlready);
        }

        if (await FindOrganisationAsync(organisation, cancel) is null)
        {
            return Result<Person>.Bad(Say.Fill(PeopleText.NoOrganisation, organisation.ToString()));
        }

        var details = new MembershipDetails(checkedRole, now.ToUnixTimeMilliseconds(), until?.ToUnixTimeMilliseconds());
        var isSet = await ChangeAsync(organisation, person, known => details.Keeping(known, now), null, cancel);
        return isSet && await _accounts.FindAsync(person, cancel) is { } member ? Result<Person>.Ok(member) : Result<Person>.Bad(Say.Fill(PeopleText.NoPerson, person.ToString()));
    }

    /// <summary>
    /// States what an organisation vouches for: that somebody works there from now on, as what, with which licence. They are a professional from then on, whom
    /// everyone may find.
    /// </summary>
    /// <returns>The person, or what is wrong with the input.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<Person>> VouchAsync(OrganisationId organisation, PersonId person, Vouching vouching, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        if (PlainText.Check(vouching.Role, PeopleText.ARole, 100, out var problem) is not { } role || PlainText.Check(vouching.VerifiedBy, PeopleText.AName, 100, out problem) is not { } by)
        {
            return Result<Person>.Bad(problem!);
        }

        if (vouching.Until <= now || vouching.Until > now + Vouching.MaxFor)
        {
            return Result<Person>.Bad(PeopleText.TwoYears);
        }

        if (await FindOrganisationAsync(organisation, cancel) is null)
        {
            return Result<Person>.Bad(Say.Fill(PeopleText.NoOrganisation, organisation.ToString()));
        }

        var details = new MembershipDetails(
            role, now.ToUnixTimeMilliseconds(), vouching.Until.ToUnixTimeMilliseconds(), vouching.Licence, now.ToUnixTimeMilliseconds(), by);
        var isSet = await ChangeAsync(organisation, person, known => details.Keeping(known, now), role, cancel);
        return isSet && await _accounts.FindAsync(person, cancel) is { } member ? Result<Person>.Ok(member) : Result<Person>.Bad(Say.Fill(PeopleText.NoPerson, person.ToString()));
    }

    /// <summary>All organisations, by name.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<Organisation>> ListOrganisationsAsync(CancellationToken cancel) =>
        [.. (await ReadAsync(cancel)).Organisations.Values.OrderBy(static o => o.FoldedName, StringComparer.Ordinal).Select(static o => o.Organisation)];

    /// <summary>The professionals who work for an organisation or did, by name, with what it says of them.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<(Professional Professional, Membership Membership)>> ListMembersAsync(OrganisationId organisation, CancellationToken cancel)
    {
        var listing = await ReadAsync(cancel);
        return
        [
            .. from listed in listing.Professionals.Values.OrderBy(static p => p.FoldedName, StringComparer.Ordinal)
               from membership in listed.Memberships
               where membership.Organisation == organisation
               select (ToProfessional(listed, listing), membership),
        ];
    }

    /// <summary>A professional as everyone of the installation may know them; null for anybody else.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<ProfessionalProfile?> FindProfessionalAsync(PersonId person, CancellationToken cancel)
    {
        var listing = await ReadAsync(cancel);
        return listing.Professionals.TryGetValue(person, out var listed)
            ? new ProfessionalProfile(
                ToProfessional(listed, listing),
                [
                    .. from membership in listed.Memberships.OrderByDescending(static m => m.Since)
                       let organisation = listing.Organisations.GetValueOrDefault(membership.Organisation)?.Organisation
                       where organisation is not null
                       select (organisation, membership),
                ])
            : null;
    }

    /// <summary>
    /// Ends now what <see cref="AddMemberAsync"/> stated; false when there is nothing to end. Once it returns, consents given to the organisation
    /// no longer mean this person on this node, and on other nodes within <see cref="PeopleOptions.Freshness"/>.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> EndMemberAsync(OrganisationId organisation, PersonId person, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        return ChangeAsync(organisation, person, known => known is null || known.Until <= now ? null : known with { Until = now }, null, cancel);
    }

    /// <summary>
    /// Makes somebody look at what an organisation's professionals do in emergencies, or no longer. Who does not work there does from now on, as nothing else.
    /// False when there is nothing to change.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> SetPrivacyOfficerAsync(OrganisationId organisation, PersonId person, bool isOfficer, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        return ChangeAsync(
            organisation,
            person,
            known => known is null || known.Until <= now ? isOfficer ? new MembershipDetails(null, now, null, IsPrivacyOfficer: true) : null
                : known.IsPrivacyOfficer == isOfficer ? null : known with { IsPrivacyOfficer = isOfficer },
            null,
            cancel);
    }

    /// <summary>Who looks at what an organisation's professionals do in emergencies, by name.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<Person>> ListPrivacyOfficersAsync(OrganisationId organisation, CancellationToken cancel)
    {
        var members = await _database.ReadAsync(
            async c => (await c.QueryAsync<string>("SELECT person_id FROM membership WHERE organisation_id = @organisation", new { organisation = organisation.ToString() })).AsList(), cancel);
        var officers = new List<Person>();
        foreach (var member in members)
        {
            if (await _accounts.FindAsync(PersonId.Parse(member), cancel) is { } person && person.Organisations.Any(known => known.Organisation == organisation && known.IsPrivacyOfficer))
            {
                officers.Add(person);
            }
        }

        return [.. officers.OrderBy(static officer => officer.DisplayName, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public void Dispose() => _reading.Dispose();

    /// <summary>Changes what is known of an organisation; false when there is none, or <paramref name="change"/> gives null.</summary>
    internal async Task<bool> ChangeAsync(OrganisationId organisation, Func<DbTransaction, OrganisationProfile, Task<OrganisationProfile?>> change, CancellationToken cancel)
    {
        var isChanged = await _database.WriteAsync(
            async t =>
            {
                // Taken first: whoever changes the same organisation or its people on another node waits for it.
                var listed = await DirectoryVersion.NextAsync(t);
                if (await ReadProfileAsync(t, organisation) is not { } known || await change(t, known) is not { } changed)
                {
                    return false;
                }

                var profile = _keyring.Installation.Seal(ListingReader.PlaceOf(organisation), changed, PeopleJson.Default.OrganisationProfile);
                return await t.Connection!.ExecuteAsync(
                    "UPDATE organisation SET profile = @profile, listed = @listed WHERE organisation_id = @id", new { id = organisation.ToString(), profile, listed }, t) > 0;
            },
            cancel);
        Interlocked.Increment(ref _changes);
        return isChanged;
    }

    /// <summary>What is known of an organisation; null for none.</summary>
    internal async Task<OrganisationProfile?> ReadProfileAsync(DbTransaction transaction, OrganisationId organisation) =>
        await transaction.Connection!.QuerySingleOrDefaultAsync<byte[]>("SELECT profile FROM organisation WHERE organisation_id = @id", new { id = organisation.ToString() }, transaction) is { } profile
            ? _keyring.Installation.Open(ListingReader.PlaceOf(organisation), profile, PeopleJson.Default.OrganisationProfile)
            : null;

    private Professional ToProfessional(ListedProfessional listed, Listing listing)
    {
        var now = _clock.GetUtcNow();
        return new Professional(
            listed.Id,
            listed.DisplayName,
            listed.Role,
            [.. listed.Memberships.Where(m => m.Until is null || m.Until > now)
                .Select(m => listing.Organisations.GetValueOrDefault(m.Organisation)?.Organisation).OfType<Organisation>()]);
    }

    /// <param name="organisation">Where.</param>
    /// <param name="person">Who.</param>
    /// <param name="change">Null for nothing to change.</param>
    /// <param name="profession">Makes the person a professional with this role; null leaves them what they are.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="require">Asked within the transaction whether it may be; null for nothing.</param>
    internal async Task<bool> ChangeAsync(
        OrganisationId organisation, PersonId person, Func<MembershipDetails?, MembershipDetails?> change, string? profession, CancellationToken cancel, Func<DbTransaction, Task<bool>>? require = null)
    {
        var names = new { person = person.ToString(), organisation = organisation.ToString() };
        var isChanged = await _database.WriteAsync(
            async t =>
            {
                var connection = t.Connection!;
                using var key = await _accounts.Store.ReadKeyAsync(connection, person, t);
                if (key is null)
                {
                    return false;
                }

                // Taken first: it also makes those wait who change the same membership on another node.
                var listed = await DirectoryVersion.NextAsync(t);
                if (require is not null && !await require(t))
                {
                    return false;
                }

                var known = await connection.QuerySingleOrDefaultAsync<byte[]>(
                    "SELECT details FROM membership WHERE person_id = @person AND organisation_id = @organisation", names, t);
                var place = PersonStore.MembershipPlace(organisation);
                if (change(known is null ? null : key.Open(place, known, PeopleJson.Default.MembershipDetails)) is not { } changed)
                {
                    return false;
                }

                await connection.ExecuteAsync(
                    """
                    INSERT INTO membership (person_id, organisation_id, details) VALUES (@person, @organisation, @details)
                    ON CONFLICT (person_id, organisation_id) DO UPDATE SET details = @details
                    """,
                    new { names.person, names.organisation, details = key.Seal(place, changed, PeopleJson.Default.MembershipDetails) },
                    t);
                if (profession is not null)
                {
                    await _accounts.Store.ChangeAsync(t, person, profile => profile with { IsProfessional = true, Role = profession });
                }

                await connection.ExecuteAsync(
                    "UPDATE person SET listed = @listed WHERE person_id = @person AND (listed IS NOT NULL OR @isProfessional)",
                    new { names.person, listed, isProfessional = profession is not null },
                    t);
                return true;
            },
            cancel);
        _accounts.Forget(person);
        Interlocked.Increment(ref _changes);
        return isChanged;
    }

    /// <summary>The listing, fresh.</summary>
    internal async Task<Listing> ReadAsync(CancellationToken cancel)
    {
        await _reading.WaitAsync(cancel);
        try
        {
            var changes = Volatile.Read(ref _changes);
            if (_readAt is { } at && _readChanges == changes && _clock.GetElapsedTime(at) < _freshness)
            {
                return _listing;
            }

            var now = _clock.GetTimestamp();
            _listing = await _database.ReadAsync(c => _reader.ReadChangesAsync(c, _listing), cancel);
            (_readAt, _readChanges) = (now, changes);
            return _listing;
        }
        finally
        {
            _reading.Release();
        }
    }
}
