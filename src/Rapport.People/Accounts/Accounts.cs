using System.Data.Common;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>
/// Who has an account. Each person has a data key of their own, under which all that is known of them is sealed. Thread safe.
/// </summary>
/// <remarks>
/// A node holds the people it lately met in memory. What is changed on this node is true here at once, on other nodes within
/// <see cref="PeopleOptions.Freshness"/>.
/// </remarks>
public sealed class Accounts
{
    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly PasswordHashing _hashing;
    private readonly NameLookUps _lookUps;
    private readonly FreshCache<PersonId, Person> _people;

    internal Accounts(Database database, Keyring keyring, TimeProvider clock, PeopleOptions options, PasswordHashing hashing)
    {
        _database = database;
        _clock = clock;
        _hashing = hashing;
        _lookUps = new NameLookUps(database, clock, this);
        _people = new FreshCache<PersonId, Person>(clock, options.Freshness, capacity: 20_000);
        Store = new PersonStore(keyring, clock);
        StoredPasswords = new PasswordStore(Store, clock);
        SignInNames = new SignInNames(keyring);
        OwnRecords = new OwnRecords(Store);
        Invitations = new InvitationStore(keyring, Store);
        Blocked = new BlockStore(keyring, Store);
    }

    /// <summary>Called once a person's sessions, but for the one that is kept, are gone from the database.</summary>
    internal Action<PersonId, SessionId?>? SessionsEnded { get; set; }

    /// <summary>Called once a professional was added.</summary>
    internal Action? ListingChanged { get; set; }

    internal PersonStore Store { get; }

    internal PasswordStore StoredPasswords { get; }

    internal SignInNames SignInNames { get; }

    internal OwnRecords OwnRecords { get; }

    internal InvitationStore Invitations { get; }

    internal BlockStore Blocked { get; }

    /// <summary>
    /// Adds a person. A sign-in name has 2 to 64 of the letters a to z, digits and <c>. - _ @ +</c>, begins with a letter or digit, and is the
    /// same in capitals; an e-mail address will do.
    /// </summary>
    /// <returns>The person, or what is wrong with the input: a name that is taken or not allowed, a password that is too short.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Result<Person>> AddAsync(NewPerson person, CancellationToken cancel) => AddAsync(PersonId.New(), person, static _ => Task.FromResult(true), "", cancel);

    /// <summary>
    /// Adds somebody who signs up, under a sign-in name that is made for them: their first name and five digits or more. So nobody learns from the sign-up page who
    /// has an account.
    /// </summary>
    /// <param name="displayName">What they call themselves.</param>
    /// <param name="password">8 to 1024 characters.</param>
    /// <param name="invitation">The secret of the invitation that lets them, which is kept for them from then on; null where anybody may.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The person, or what is wrong with the name, the password or the invitation.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Result<Person>> SignUpAsync(string displayName, string password, string? invitation, CancellationToken cancel) =>
        AddUnderNewNameAsync(displayName, password, invitation, cancel);

    private async Task<Result<Person>> AddUnderNewNameAsync(string displayName, string? password, string? invitation, CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            var signInName = SignInName.Propose(displayName, attempt);
            var id = PersonId.New();
            var added = await AddAsync(
                id, new NewPerson { SignInName = signInName, DisplayName = displayName, Password = password }, t => Invitations.KeepAsync(t, invitation, id, _clock.GetUtcNow()), PeopleText.InvitationOver, cancel);
            if (added.IsOk || added.Problem != Taken(signInName))
            {
                return added;
            }
        }
    }

    /// <summary>
    /// Adds a child whose record somebody else begins: a person with a sign-in name that is made for them, and no way to sign in until the operator lets them in.
    /// </summary>
    /// <returns>The person, or what is wrong with the name.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Result<Person>> AddDependentAsync(string displayName, CancellationToken cancel) => AddUnderNewNameAsync(displayName, null, null, cancel);

    /// <summary>Adds a person of this id, with what else belongs into the same transaction.</summary>
    /// <param name="id">A new id.</param>
    /// <param name="person">Who.</param>
    /// <param name="also">Told false, nothing is added.</param>
    /// <param name="otherwise">What to tell then.</param>
    /// <param name="cancel">Gives up.</param>
    internal async Task<Result<Person>> AddAsync(PersonId id, NewPerson person, Func<DbTransaction, Task<bool>> also, string otherwise, CancellationToken cancel)
    {
        if (SignInName.Normalize(person.SignInName, out var problem) is not { } signInName
            || PlainText.Check(person.DisplayName, PeopleText.AName, 100, out problem) is not { } displayName)
        {
            return Result<Person>.Bad(problem!);
        }

        var role = person.Role is null ? null : PlainText.Check(person.Role, PeopleText.ARole, 100, out problem);
        if (problem is not null)
        {
            return Result<Person>.Bad(problem);
        }

        if (person.Password is { } password && PasswordHashing.Problem(password, signInName, displayName) is { } weak)
        {
            return Result<Person>.Bad(weak);
        }

        var profile = new PersonProfile(signInName, displayName, person.IsProfessional, role, person.Record?.ToString(), person.IsOperator);
        var hash = person.Password is null ? null : await _hashing.HashAsync(person.Password, cancel);
        try
        {
            problem = await _database.WriteAsync(
                async t =>
                {
                    var taken = await InsertAsync(t, id, profile, hash);
                    return taken is not null || await also(t) ? taken : throw new GaveUpException();
                },
                cancel);
        }
        catch (GaveUpException)
        {
            problem = otherwise;
        }

        if (problem is null && profile.IsProfessional)
        {
            ListingChanged?.Invoke();
        }

        return problem is null ? Result<Person>.Ok(Store.Build(id, profile, [])) : Result<Person>.Bad(problem);
    }

    /// <summary>The person of an id, or null. Mostly answered from memory, then without allocation.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public ValueTask<Person?> FindAsync(PersonId id, CancellationToken cancel)
    {
        if (_people.TryGet(id, out var person))
        {
            if (person.ChangesAt > _clock.GetUtcNow())
            {
                return new ValueTask<Person?>(person);
            }

            _people.Remove(id);
        }

        return new ValueTask<Person?>(LoadAsync(id, cancel));
    }

    /// <summary>The person of exactly this sign-in name (in any case), or null.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Person?> FindBySignInNameAsync(string signInName, CancellationToken cancel)
    {
        if (SignInName.Normalize(signInName, out _) is not { } name)
        {
            return null;
        }

        var id = await _database.ReadAsync(c => SignInNames.FindAsync(c, name), cancel);
        return id is { } found && await FindAsync(found, cancel) is { } person && person.SignInName == name ? person : null;
    }

    /// <summary>
    /// The person of exactly this sign-in name, for somebody who was told it: null too when they have looked up too many lately (20 at once, then one each 30
    /// seconds), so that nobody goes through all names; and for whoever that person blocks, unless they know each other by the circle of one of them.
    /// </summary>
    /// <param name="asker">Who looks.</param>
    /// <param name="signInName">As typed.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="inEmergency">Whether it is at the emergency door, which who has it opens or closes to all alike: a block is no part of that.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Person?> LookUpAsync(PersonId asker, string signInName, CancellationToken cancel, bool inEmergency = false) =>
        _lookUps.FindAsync(asker, signInName, inEmergency, cancel);

    /// <summary>The person that <c>Practitioner/…</c>, <c>PractitionerRole/…</c>, <c>RelatedPerson/…</c> or <c>Patient/…</c> means, or null.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Person?> FindByReferenceAsync(string reference, CancellationToken cancel)
    {
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return null;
        }

        PersonId? id = null;
        if (reference.StartsWith("Patient/", StringComparison.Ordinal))
        {
            if (PatientId.TryParse(reference.AsSpan(slash + 1), out var patient))
            {
                id = await _database.ReadAsync(c => OwnRecords.OwnerOfAsync(c, patient), cancel);
            }
        }
        else if (PersonId.TryParse(reference.AsSpan(slash + 1), out var named))
        {
            id = named;
        }

        // The row that led here is in clear; what the person's own key opened decides.
        var person = id is { } found ? await FindAsync(found, cancel) : null;
        return person is not null && person.RecipientReferences.Contains(reference) ? person : null;
    }

    /// <summary>Makes a compartment a person's own. For good: neither the person nor the compartment can be tied to another.</summary>
    /// <returns>The person, or why it cannot be.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<Person>> SetRecordAsync(PersonId id, PatientId record, CancellationToken cancel)
    {
        var problem = await _database.WriteAsync(t => OwnRecords.SetAsync(t, id, record), cancel);
        _people.Remove(id);
        return problem is null ? Result<Person>.Ok((await FindAsync(id, cancel))!) : Result<Person>.Bad(problem);
    }

    /// <summary>
    /// Closes an account for good: erases the person's key and all that is theirs here. Their record is erased first, by whoever asks for this. In the ledgers of
    /// others they stay named. False when there is no such person.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> CloseAsync(PersonId id, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { } person)
        {
            return false;
        }

        var isClosed = await _database.WriteAsync(t => Store.CloseAsync(t, id, SignInNames.HashOf(person.SignInName), person.Record?.ToString()), cancel);
        _people.Remove(id);
        SessionsEnded?.Invoke(id, null);
        if (person.IsProfessional)
        {
            ListingChanged?.Invoke();
        }

        await _database.EmptyLogAsync(CancellationToken.None);
        return isClosed;
    }

    /// <summary>Makes somebody an operator, or no longer one: at once on this node, on others within the freshness. False when there is no such person.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> SetOperatorAsync(PersonId id, bool isOperator, CancellationToken cancel) => ChangeAsync(id, profile => profile with { IsOperator = isOperator }, cancel);

    /// <summary>Keeps the language a person chose, for all their devices. False when there is no such person.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> SetLanguageAsync(PersonId id, SpokenLanguage language, CancellationToken cancel) => ChangeAsync(id, profile => profile with { Language = language.Code }, cancel);

    /// <summary>Keeps the time zone a person chose, for all their devices. False when there is no such person.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> SetTimeZoneAsync(PersonId id, TimeZoneInfo zone, CancellationToken cancel) => ChangeAsync(id, profile => profile with { TimeZone = zone.Id }, cancel);

    /// <summary>What was known of this person was changed on this node.</summary>
    internal void Forget(PersonId id) => _people.Remove(id);

    private async Task<bool> ChangeAsync(PersonId id, Func<PersonProfile, PersonProfile> change, CancellationToken cancel)
    {
        var isSet = await _database.WriteAsync(t => Store.ChangeAsync(t, id, change), cancel);
        _people.Remove(id);
        return isSet;
    }

    private static string Taken(string signInName) => Say.Fill(PeopleText.Taken, signInName);

    // A method of its own: what it captures would otherwise be allocated on the way that needs nothing.
    private Task<Person?> LoadAsync(PersonId id, CancellationToken cancel) =>
        _people.GetAsync(id, () => _database.ReadAsync(c => Store.ReadAsync(c, id), CancellationToken.None), cancel);

    private async Task<string?> InsertAsync(DbTransaction transaction, PersonId id, PersonProfile profile, string? passwordHash)
    {
        // The two claims first: when the second fails, only the first is to be undone.
        if (!await SignInNames.ClaimAsync(transaction, profile.SignInName, id))
        {
            return Taken(profile.SignInName);
        }

        if (profile.Record is { } record && !await OwnRecords.ClaimAsync(transaction, PatientId.Parse(record), id))
        {
            await SignInNames.LetGoAsync(transaction, profile.SignInName);
            return Say.Fill(PeopleText.OthersRecord, record.ToString());
        }

        using var key = await Store.AddAsync(transaction, id, profile);
        if (passwordHash is not null)
        {
            await StoredPasswords.SetAsync(transaction, id, passwordHash, null);
        }

        return null;
    }

    /// <summary>Undoes the transaction.</summary>
    private sealed class GaveUpException : Exception;
}
