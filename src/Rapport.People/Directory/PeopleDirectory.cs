using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// Professionals and organisations, which everyone of the installation may find by a part of the name. Anyone else is only found by their
/// exact sign-in name (<see cref="Accounts.FindBySignInNameAsync"/>). Thread safe.
/// </summary>
public sealed class PeopleDirectory
{
    internal PeopleDirectory(Database database, Keyring keyring, TimeProvider clock, PeopleOptions options, Accounts accounts) =>
        _ = (database, keyring, clock, options, accounts);

    /// <summary>
    /// Professionals in whose name each word of <paramref name="text"/> occurs, whatever its case and accents; those where it begins a word
    /// first, then by name; 20 at most. None for a text without letters or digits.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<Professional>> SearchProfessionalsAsync(string text, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Organisations, found in the same way.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<Organisation>> SearchOrganisationsAsync(string text, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Adds an organisation; its name has 1 to 200 characters.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Result<Organisation>> AddOrganisationAsync(string name, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>The organisation of an id, or null.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Organisation?> FindOrganisationAsync(OrganisationId id, CancellationToken cancel) => throw new NotSupportedException();

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
    public Task<Result<Person>> AddMemberAsync(OrganisationId organisation, PersonId person, string? role, DateTimeOffset? until, CancellationToken cancel) =>
        throw new NotSupportedException();

    /// <summary>
    /// Ends now what <see cref="AddMemberAsync"/> stated; false when there is nothing to end. Once it returns, consents given to the organisation
    /// no longer mean this person on this node, and on other nodes within <see cref="PeopleOptions.Freshness"/>.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> EndMemberAsync(OrganisationId organisation, PersonId person, CancellationToken cancel) => throw new NotSupportedException();
}
