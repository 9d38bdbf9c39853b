using System.Data.Common;
using Microsoft.AspNetCore.Identity;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>Signing in with a password: checked, changed and removed. Thread safe.</summary>
public sealed class Passwords
{
    private readonly Database _database;
    private readonly Accounts _accounts;
    private readonly PasswordHashing _hashing;
    private readonly PasswordStore _stored;
    private readonly SignInThrottle _throttle;

    internal Passwords(Database database, TimeProvider clock, Accounts accounts, PasswordHashing hashing)
    {
        _database = database;
        _accounts = accounts;
        _hashing = hashing;
        _stored = accounts.StoredPasswords;
        _throttle = new SignInThrottle(clock);
    }

    private static string WrongText => PeopleText.WrongPassword;

    /// <summary>
    /// Checks a password. An unknown name takes the same work and gets the same answer as a wrong password. Too many attempts are refused for a while,
    /// known name or not: see <see cref="PasswordCheck.RetryAfter"/>.
    /// </summary>
    /// <param name="signInName">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="source">Where the attempt comes from, such as a network address: what others try from elsewhere does not keep a person out where they signed in before.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<PasswordCheck> CheckAsync(string signInName, string password, string source, CancellationToken cancel)
    {
        if (SignInName.Normalize(signInName, out _) is not { } name || password.Length is 0 or > PasswordHashing.MaxLength)
        {
            return new PasswordCheck(null, WrongText, null);
        }

        if (_throttle.TryEnter(name, source) is { } wait)
        {
            var seconds = (int)Math.Ceiling(wait.TotalSeconds);
            return new PasswordCheck(null, Say.Count(PeopleText.TooManySignIns, seconds), TimeSpan.FromSeconds(seconds));
        }

        var (id, stored) = await _database.ReadAsync(c => ReadPasswordAsync(c, name), cancel);
        var result = await _hashing.VerifyAsync(stored?.Text, password, cancel);
        if (result == PasswordVerificationResult.Failed || await _accounts.FindAsync(id, cancel) is not { } person || person.SignInName != name)
        {
            return new PasswordCheck(null, WrongText, null);
        }

        _throttle.Succeeded(name, source);
        if (result == PasswordVerificationResult.SuccessRehashNeeded)
        {
            var hash = await _hashing.HashAsync(password, cancel);
            await _database.WriteAsync(t => _stored.SetAsync(t, id, hash, stored!.Version), cancel);
        }

        return new PasswordCheck(person, null, null);
    }

    /// <summary>Sets a new password and ends the person's sessions, but for the one in which this is done. Access tokens stay.</summary>
    /// <param name="id">Whose. The caller has made sure that it is this person who asks.</param>
    /// <param name="newPassword">8 to 1024 characters.</param>
    /// <param name="keep">The session that goes on; null for none.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The person, or what is wrong with the new password.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<Person>> ChangeAsync(PersonId id, string newPassword, SessionId? keep, CancellationToken cancel)
    {
        if (await _accounts.FindAsync(id, cancel) is not { } known)
        {
            return Result<Person>.Bad(Say.Fill(PeopleText.NoPerson, id.ToString()));
        }

        if (PasswordHashing.Problem(newPassword, known.SignInName, known.DisplayName) is { } weak)
        {
            return Result<Person>.Bad(weak);
        }

        var hash = await _hashing.HashAsync(newPassword, cancel);
        var isSet = await _database.WriteAsync(
            async t => await _stored.SetAsync(t, id, hash, null) && await Sessions.EndOthersAsync(t, _accounts.Store.Tables, id, keep) >= 0, cancel);
        _accounts.SessionsEnded?.Invoke(id, keep);
        return isSet && await _accounts.FindAsync(id, cancel) is { } person ? Result<Person>.Ok(person) : Result<Person>.Bad(Say.Fill(PeopleText.NoPerson, id.ToString()));
    }

    /// <summary>Whether a person can sign in with a password.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> HasAsync(PersonId id, CancellationToken cancel) => await VersionAsync(id, cancel) > 0;

    /// <summary>Which of a person's passwords is in force: another number after each change; 0 for none.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<long> VersionAsync(PersonId id, CancellationToken cancel) => _database.ReadAsync(c => _stored.VersionAsync(c, id), cancel);

    /// <summary>From now on no password opens this account; false, and nothing is changed, when none does or nothing else would.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> RemoveAsync(PersonId id, CancellationToken cancel) => _database.WriteAsync(t => PasswordStore.RemoveAsync(t, id), cancel);

    /// <summary>Reads what a name's password is checked against, in as many steps for a name nobody has.</summary>
    private async Task<(PersonId Id, PasswordStore.StoredPassword? Password)> ReadPasswordAsync(DbConnection connection, string name)
    {
        var id = await _accounts.SignInNames.FindAsync(connection, name) ?? PersonId.New();
        return (id, await _stored.ReadAsync(connection, id));
    }
}
