using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// Who is signed in where. A session is kept on the server; the browser holds a 256-bit random secret, of which only a keyed hash is stored.
/// It ends when it is ended, when it was not used for <see cref="PeopleOptions.SessionIdle"/>, and in any case after
/// <see cref="PeopleOptions.SessionLength"/>. Thread safe.
/// </summary>
public sealed class Sessions
{
    internal Sessions(Database database, Keyring keyring, TimeProvider clock, PeopleOptions options, Accounts accounts) =>
        _ = (database, keyring, clock, options, accounts);

    /// <summary>Starts a session.</summary>
    /// <param name="person">Who signed in.</param>
    /// <param name="userAgent">The device, in words; cut to 200 characters.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The secret: 43 characters of base64url.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<string> StartAsync(PersonId person, string userAgent, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>The session of a secret, or null when there is none, or none any more. Counts as a use of it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public ValueTask<Session?> FindAsync(ReadOnlySpan<char> secret, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Ends the session of a secret. Nothing happens when there is none.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task EndAsync(ReadOnlySpan<char> secret, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Ends one of a person's sessions; false when they have no such session.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> EndAsync(PersonId person, SessionId session, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Ends all sessions of a person but one.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task EndOthersAsync(PersonId person, SessionId? keep, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>The sessions of a person that have not ended, latest use first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<Session>> ListAsync(PersonId person, CancellationToken cancel) => throw new NotSupportedException();
}
