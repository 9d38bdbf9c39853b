using Rapport.Data;

namespace Rapport.People;

/// <summary>Who has an account. Thread safe.</summary>
public sealed class Accounts : IDisposable
{
    internal Accounts(Database database, Keyring keyring, TimeProvider clock, PeopleOptions options) => _ = (database, keyring, clock, options);

    /// <summary>
    /// Adds a person. A sign-in name has 2 to 64 letters, digits and <c>. - _ @ +</c>, begins with a letter or digit, and is the same in
    /// capitals; an e-mail address will do.
    /// </summary>
    /// <returns>The person, or what is wrong with the input: a name that is taken or not allowed, a password that is too short.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Result<Person>> AddAsync(NewPerson person, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>The person of an id, or null. Mostly answered from memory.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public ValueTask<Person?> FindAsync(PersonId id, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>The person of exactly this sign-in name (in any case), or null.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Person?> FindBySignInNameAsync(string signInName, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>The person that <c>Practitioner/…</c>, <c>RelatedPerson/…</c> or <c>Patient/…</c> means, or null.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Person?> FindByReferenceAsync(string reference, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Makes a compartment a person's own. For good: neither the person nor the compartment can be tied to another.</summary>
    /// <returns>The person, or why it cannot be.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Result<Person>> SetRecordAsync(PersonId id, PatientId record, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>
    /// Checks a password. An unknown name takes the same work and gets the same answer as a wrong password.
    /// </summary>
    /// <param name="signInName">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="source">Where the attempt comes from, such as a network address: attempts from elsewhere do not use up this one's.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<PasswordCheck> CheckPasswordAsync(string signInName, string password, string source, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Sets a new password.</summary>
    /// <returns>The person, or what is wrong with the new password.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Result<Person>> ChangePasswordAsync(PersonId id, string newPassword, CancellationToken cancel) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => GC.KeepAlive(this);
}
