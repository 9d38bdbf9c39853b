using System.Collections.Immutable;
using Rapport.Data;

namespace Rapport.People;

/// <summary>The directory as a node holds it in memory. Immutable.</summary>
/// <param name="Seen">The version of the directory when it was last read.</param>
/// <param name="Settled">The version at the reading before: what came later is read once more, see <see cref="PeopleDirectory"/>.</param>
/// <param name="Professionals">Everyone listed, by id.</param>
/// <param name="Organisations">Every organisation, by id.</param>
internal sealed record Listing(
    long Seen, long Settled, ImmutableDictionary<PersonId, ListedProfessional> Professionals, ImmutableDictionary<OrganisationId, ListedOrganisation> Organisations)
{
    internal static Listing Empty { get; } = new(
        0, 0, ImmutableDictionary<PersonId, ListedProfessional>.Empty, ImmutableDictionary<OrganisationId, ListedOrganisation>.Empty);

    /// <summary>The entries whose folded name has each word of the query; those first where each begins a word, then by name.</summary>
    internal static IEnumerable<T> Search<T>(IEnumerable<T> all, Func<T, string> foldedName, string query, int limit)
    {
        var words = NameFolding.Fold(query).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return [];
        }

        return all
            .Where(entry => Array.TrueForAll(words, word => foldedName(entry).Contains(word, StringComparison.Ordinal)))
            .OrderBy(entry => Array.TrueForAll(words, word => foldedName(entry).Contains(' ' + word, StringComparison.Ordinal)) ? 0 : 1)
            .ThenBy(foldedName, StringComparer.Ordinal)
            .Take(limit);
    }
}

internal sealed record ListedProfessional(PersonId Id, string DisplayName, string FoldedName, string? Role, IReadOnlyList<Membership> Memberships);

internal sealed record ListedOrganisation(Organisation Organisation, string FoldedName);
