using System.Data.Common;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>
/// Professionals and organisations, which everyone of the installation may find by a part of the name. Anyone else is only found by their
/// exact sign-in name (<see cref="Accounts.FindBySignInNameAsync"/>). Thread safe.
/// </summary>
public sealed class PeopleDirectory : IDisposable
{
    private const int MaxFound = 20;

    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly Accounts _accounts;
    private readonly OrganisationStore _organisations;
    private readonly MembershipStore _memberships;
    private readonly FreshListing _listing;

    internal PeopleDirectory(Database database, Keyring keyring, TimeProvider clock, PeopleOptions options, Accounts accounts)
    {
        _database = database;
        _clock = clock;
        _accounts = accounts;
        _organisations = new OrganisationStore(keyring);
        _memberships = new MembershipStore(accounts.Store);
        _listing = new FreshListing(database, clock, options.Freshness, new ListingReader(keyring, accounts.Store));
        accounts.ListingChanged = _listing.Changed;
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
        await _database.WriteAsync(t => _organisations.AddAsync(t, id, new OrganisationProfile(text)), cancel);
        _listing.Changed();
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
        var officers = new List<Person>();
        foreach (var member in await _database.ReadAsync(c => _memberships.ListAsync(c, organisation), cancel))
        {
            if (await _accounts.FindAsync(member, cancel) is { } person && person.Organisations.Any(known => known.Organisation == organisation && known.IsPrivacyOfficer))
            {
                officers.Add(person);
            }
        }

        return [.. officers.OrderBy(static officer => officer.DisplayName, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public void Dispose() => _listing.Dispose();

    /// <summary>Changes what is known of an organisation; false when there is none, or <paramref name="change"/> gives null.</summary>
    internal async Task<bool> ChangeAsync(OrganisationId organisation, Func<DbTransaction, OrganisationProfile, Task<OrganisationProfile?>> change, CancellationToken cancel)
    {
        var isChanged = await _database.WriteAsync(t => _organisations.ChangeAsync(t, organisation, change), cancel);
        _listing.Changed();
        return isChanged;
    }

    /// <summary>What is known of an organisation; null for none.</summary>
    internal Task<OrganisationProfile?> ReadProfileAsync(DbTransaction transaction, OrganisationId organisation) => _organisations.ReadAsync(transaction, organisation);

    /// <summary>Whoever works for an organisation or did.</summary>
    internal Task<List<PersonId>> ListAllAsync(DbTransaction transaction, OrganisationId organisation) => _memberships.ListAsync(transaction.Connection!, organisation, transaction);

    /// <summary>The listing, fresh.</summary>
    internal Task<Listing> ReadAsync(CancellationToken cancel) => _listing.ReadAsync(cancel);

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

    /// <summary>Changes what is stated of somebody who works for an organisation: see <see cref="MembershipStore.ChangeAsync"/>.</summary>
    internal async Task<bool> ChangeAsync(
        OrganisationId organisation, PersonId person, Func<MembershipDetails?, MembershipDetails?> change, string? profession, CancellationToken cancel, Func<DbTransaction, Task<bool>>? require = null)
    {
        var isChanged = await _database.WriteAsync(t => _memberships.ChangeAsync(t, organisation, person, change, profession, require), cancel);
        _accounts.Forget(person);
        _listing.Changed();
        return isChanged;
    }
}
