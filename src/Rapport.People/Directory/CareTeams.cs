using System.Data.Common;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>Some of an organisation's people whom a record can be shared with together: a care team, or everybody in a role.</summary>
/// <param name="Reference">How a Consent names them.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Organisation">Where they work.</param>
/// <param name="IsRole">Whether it is a role, and not a team.</param>
public sealed record OrganisationGroup(string Reference, string Name, Organisation Organisation, bool IsRole);

/// <summary>
/// The care teams of organisations, and the roles in which these vouch for people: consents may name either, and mean whoever is in it when something is decided. Thread safe.
/// </summary>
/// <remarks>
/// Once a change returns it holds on this node, and on other nodes within <see cref="PeopleOptions.Freshness"/>, as whatever is stated of who works where.
/// </remarks>
public sealed class CareTeams
{
    /// <summary>Teams of an organisation at most.</summary>
    public const int Most = 200;

    private const int MaxFound = 20;

    private readonly PeopleDirectory _directory;
    private readonly Accounts _accounts;
    private readonly TimeProvider _clock;

    internal CareTeams(PeopleDirectory directory, Accounts accounts, TimeProvider clock) => (_directory, _accounts, _clock) = (directory, accounts, clock);

    /// <summary>Adds a team to an organisation; its name has 1 to 100 characters and is that of no other team there.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<CareTeam>> AddAsync(OrganisationId organisation, string name, CancellationToken cancel)
    {
        if (PlainText.Check(name, PeopleText.AName, 100, out var problem) is not { } text)
        {
            return Result<CareTeam>.Bad(problem!);
        }

        var team = new CareTeam(CareTeamId.New(organisation), text);
        problem = Say.Fill(PeopleText.NoOrganisation, organisation.ToString());
        var isAdded = await _directory.ChangeAsync(organisation, Add, cancel);
        return isAdded ? Result<CareTeam>.Ok(team) : Result<CareTeam>.Bad(problem);

        Task<OrganisationProfile?> Add(DbTransaction transaction, OrganisationProfile known)
        {
            var teams = known.Teams ?? [];
            var isTaken = teams.Any(other => NameFolding.Fold(other.Name) == NameFolding.Fold(text));
            problem = isTaken ? Say.Fill(PeopleText.TeamThere, text) : Say.Fill(PeopleText.TooManyTeams, Say.Number(Most));
            return Task.FromResult(isTaken || teams.Count >= Most ? null : known with { Teams = [.. teams, new TeamProfile(team.Id.Local.ToString(), text)] });
        }
    }

    /// <summary>Takes a team away in which nobody is any more; false when somebody is, or there is no such team.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> RemoveAsync(CareTeamId team, CancellationToken cancel) => _directory.ChangeAsync(
        team.Organisation,
        async (transaction, known) => Knows(known, team) && !await HasMembersAsync(transaction, team)
            ? known with { Teams = [.. known.Teams!.Where(other => other.Id != team.Local.ToString())] }
            : null,
        cancel);

    /// <summary>
    /// States that somebody who works for the organisation is in a team from now on, or no longer. False when there is nothing to change: no such team, or somebody who does not work there.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> SetMemberAsync(CareTeamId team, PersonId person, bool isMember, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var local = team.Local.ToString();
        return _directory.ChangeAsync(
            team.Organisation,
            person,
            known => known is null || known.Until <= now || (known.Teams ?? []).Contains(local) == isMember ? null
                : known with { Teams = isMember ? [.. known.Teams ?? [], local] : [.. known.Teams!.Where(other => other != local)] },
            null,
            cancel,
            async transaction => await _directory.ReadProfileAsync(transaction, team.Organisation) is { } profile && Knows(profile, team));
    }

    /// <summary>The team or role that a Consent names; null when there is none. A role is there as long as somebody has it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<OrganisationGroup?> FindAsync(string reference, CancellationToken cancel)
    {
        var organisation = CareTeamId.TryParseReference(reference, out var team)
            ? team.Organisation
            : OrganisationRole.OrganisationOf(reference);
        return organisation is { } id ? (await OfAsync(id, cancel)).FirstOrDefault(group => group.Reference == reference) : null;
    }

    /// <summary>
    /// Teams and roles in whose name, or in the name of their organisation, each word of <paramref name="text"/> occurs, as <see cref="PeopleDirectory.SearchOrganisationsAsync"/> compares; 20 at most.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<OrganisationGroup>> SearchAsync(string text, CancellationToken cancel) =>
        [.. Listing.Search(All(await _directory.ReadAsync(cancel), static _ => true), static group => NameFolding.Fold($"{group.Name} {group.Organisation.Name}"), text, MaxFound)];

    /// <summary>The teams of an organisation and the roles in which it vouches for somebody now; teams first, each by name.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<OrganisationGroup>> OfAsync(OrganisationId organisation, CancellationToken cancel) =>
        [.. All(await _directory.ReadAsync(cancel), id => id == organisation)];

    private IEnumerable<OrganisationGroup> All(Listing listing, Func<OrganisationId, bool> isWanted)
    {
        var now = _clock.GetUtcNow();
        var organisations = listing.Organisations.Values.Select(static listed => listed.Organisation).Where(organisation => isWanted(organisation.Id));
        var roles = from listed in listing.Professionals.Values
                    from membership in listed.Memberships
                    where isWanted(membership.Organisation) && membership.Since <= now && (membership.Until is null || membership.Until > now)
                    let role = membership.VouchedRole
                    where role is not null && listing.Organisations.ContainsKey(role.Organisation)
                    select role;
        return organisations.SelectMany(static organisation => organisation.Teams.Select(team => new OrganisationGroup(team.Reference, team.Name, organisation, IsRole: false)))
            .Concat(roles.OrderBy(static role => role.Name, StringComparer.Ordinal).DistinctBy(static role => role.Reference)
                .Select(role => new OrganisationGroup(role.Reference, role.Name, listing.Organisations[role.Organisation].Organisation, IsRole: true)));
    }

    private static bool Knows(OrganisationProfile organisation, CareTeamId team) => organisation.Teams?.Any(known => known.Id == team.Local.ToString()) == true;

    /// <summary>Whether somebody is in it now; who works there no longer is not.</summary>
    private async Task<bool> HasMembersAsync(DbTransaction transaction, CareTeamId team)
    {
        foreach (var person in await _directory.ListAllAsync(transaction, team.Organisation))
        {
            if (await _accounts.Store.ReadAsync(transaction.Connection!, person, transaction) is { } member
                && member.Organisations.Any(membership => membership.Teams.Contains(team)))
            {
                return true;
            }
        }

        return false;
    }
}
