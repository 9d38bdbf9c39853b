using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// What scripts sign in with: <c>rapport_</c> and 256 random bits, of which only a keyed hash is stored. Thread safe.
/// </summary>
/// <remarks>
/// A node holds the tokens in use in memory, by the SHA-256 of the secret, never the secret, and asks the database again after
/// <see cref="PeopleOptions.Freshness"/> (2 seconds). So a token that was revoked here stops here at once, and on other nodes within that time.
/// </remarks>
public sealed class AccessTokens
{
    internal AccessTokens(Database database, Keyring keyring, TimeProvider clock, PeopleOptions options, Accounts accounts) =>
        _ = (database, keyring, clock, options, accounts);

    /// <summary>Makes a token.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="label">What its person calls it: 1 to 100 characters.</param>
    /// <param name="expires">From when on it opens nothing; null for no end.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The token with its secret, or what is wrong with the input.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Result<NewAccessToken>> CreateAsync(PersonId person, string label, DateTimeOffset? expires, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>The person of a secret, or null for whatever opens nothing. Mostly answered from memory, at once and without allocation.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public ValueTask<Person?> FindAsync(ReadOnlySpan<char> secret, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Takes a token back; false when the person has no such token. Once it returns, this node no longer accepts the token.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> RevokeAsync(PersonId person, TokenId token, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>The tokens of a person that have not expired, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<AccessToken>> ListAsync(PersonId person, CancellationToken cancel) => throw new NotSupportedException();
}
