using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>Reads what the <see cref="PeopleDirectory"/> lists. Used within a connection of the caller. Thread safe.</summary>
internal sealed class ListingReader(Keyring keyring, PersonStore store)
{
    /// <summary>Where what is known of an organisation stands.</summary>
    internal static Place PlaceOf(OrganisationId id) => Place.Of("organisation", id, 0);

    /// <summary>The listing, with what has changed since it was read before.</summary>
    internal async Task<Listing> ReadChangesAsync(DbConnection connection, Dialect dialect, Listing before)
    {
        var version = await DirectoryVersion.ReadAsync(connection);
        if (version == before.Settled)
        {
            return before;
        }

        var since = new { since = before.Settled };
        var organisations = await connection.QueryAsync<OrganisationRow>("SELECT organisation_id, profile FROM organisation WHERE listed > @since", since);
        var people = (await connection.QueryAsync<PersonRow>("SELECT person_id, data_key, version, profile FROM person WHERE listed > @since", since)).AsList();
        var memberships = await store.ReadMembershipsAsync(connection, dialect, people.Select(static p => PersonId.Parse(p.PersonId)));
        return new Listing(
            version,
            before.Seen,
            before.Professionals.RemoveRange(people.Where(static p => p.IsClosed).Select(static p => PersonId.Parse(p.PersonId)))
                .SetItems(people.Where(static p => !p.IsClosed).Select(p => Open(p, memberships[PersonId.Parse(p.PersonId)])).Select(static p => KeyValuePair.Create(p.Id, p))),
            before.Organisations.SetItems(organisations.Select(Open).Select(static o => KeyValuePair.Create(o.Organisation.Id, o))));
    }

    private ListedProfessional Open(PersonRow row, IEnumerable<MembershipRow> memberships)
    {
        var id = PersonId.Parse(row.PersonId);
        using var key = store.OpenKey(id, row.DataKey);
        var profile = PersonStore.Profile(id, row, key);
        return new ListedProfessional(
            id, profile.DisplayName, NameFolding.Fold(profile.DisplayName), profile.Role, [.. memberships.Select(m => store.Open(id, m, key))]);
    }

    private static CareTeam[] Open(OrganisationId organisation, IReadOnlyList<TeamProfile> teams) =>
        [.. teams.Select(team => new CareTeam(CareTeamId.Of(organisation, LocalId.Parse(team.Id)), team.Name)).OrderBy(static team => NameFolding.Fold(team.Name), StringComparer.Ordinal)];

    private ListedOrganisation Open(OrganisationRow row)
    {
        var id = OrganisationId.Parse(row.OrganisationId);
        var profile = keyring.Installation.Open(PlaceOf(id), row.Profile, PeopleJson.Default.OrganisationProfile);
        var organisation = new Organisation(id, profile.Name);
        return new ListedOrganisation(profile.Teams is { Count: > 0 } teams ? organisation with { Teams = Open(id, teams) } : organisation, NameFolding.Fold(profile.Name));
    }

    private sealed class OrganisationRow
    {
        public required string OrganisationId { get; init; }

        public required byte[] Profile { get; init; }
    }
}
