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
    private readonly NameLookUps _lookUps;
    private readonly FreshCache<PersonId, Person> _people;

    internal Accounts(Database database, Keyring keyring, TimeProvider clock, PeopleOptions options, PasswordHashing hashing)
    {
        _database = database;
        _clock = clock;
        _lookUps = new NameLookUps(database, clock, this);
        _people = new FreshCache<PersonId, Person>(clock, options.Freshness, capacity: 20_000);
        Store = new PersonStore(keyring, clock);
        StoredPasswords = new PasswordStore(Store);
        SignInNames = new SignInNames(keyring);
        OwnRecords = new OwnRecords(Store);
        Invitations = new InvitationStore(keyring, Store);
        Blocked = new BlockStore(keyring, Store);
        Opening = new AccountOpening(this, database, clock, hashing);
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

    internal AccountOpening Opening { get; }

    /// <summary>
    /// Adds a person. A sign-in name has 2 to 64 of the letters a to z, digits and <c>. - _ @ +</c>, begins with a letter or digit, and is the
    /// same in capitals; an e-mail address will do.
    /// </summary>
    /// <returns>The person, or what is wrong with the input: a name that is taken or not allowed, a password that is too short.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Result<Person>> AddAsync(NewPerson person, CancellationToken cancel) => Opening.AddAsync(PersonId.New(), person, static _ => Task.FromResult(true), "", cancel);

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
        Opening.AddUnderNewNameAsync(displayName, password, invitation, cancel);

    /// <summary>
    /// Adds a child whose record somebody else begins: a person with a sign-in name that is made for them, and no way to sign in until the operator lets them in.
    /// </summary>
    /// <returns>The person, or what is wrong with the name.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Result<Person>> AddDependentAsync(string displayName, CancellationToken cancel) => Opening.AddUnderNewNameAsync(displayName, null, null, cancel);

    /// <summary>Whether somebody is a child who has never been in (<see cref="Person.IsDependent"/>), as the database says it at this moment: what a child was let into no node gives away from memory.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> IsDependentAsync(PersonId id, CancellationToken cancel) => _database.ReadAsync(c => new Dependents(Store).ContainsAsync(c, id), cancel);

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

    /// <summary>Those of some ids whom there are. Whoever is not in memory is asked for together with the others who are not.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyDictionary<PersonId, Person>> FindAllAsync(IReadOnlyCollection<PersonId> ids, CancellationToken cancel)
    {
        Dictionary<PersonId, Person> found = [];
        List<PersonId> missing = [];
        foreach (var id in ids.Distinct())
        {
            if (_people.TryGet(id, out var known) && known.ChangesAt > _clock.GetUtcNow())
            {
                found[id] = known;
            }
            else
            {
                _people.Remove(id);
                missing.Add(id);
            }
        }

        if (missing.Count == 0)
        {
            return found;
        }

        // Each has a place in memory before any is read: whoever changes one of them meanwhile takes that place away.
        var reading = new TaskCompletionSource<IReadOnlyDictionary<PersonId, Person>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = missing.ConvertAll(id => _people.GetAsync(id, async () => (await reading.Task).GetValueOrDefault(id), cancel));
        try
        {
            reading.SetResult(await _database.ReadAsync(c => Store.ReadAllAsync(c, _database.Dialect, missing), CancellationToken.None));
        }
        catch (Exception e)
        {
            // Thrown below, to all who wait.
            reading.SetException(e);
        }

        foreach (var person in await Task.WhenAll(waiting))
        {
            if (person is not null)
            {
                found[person.Id] = person;
            }
        }

        return found;
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
        // What led here the installation's key tells; what the person's own key opened decides.
        var person = await FindMeantAsync(reference, cancel);
        return person is not null && person.RecipientReferences.Contains(reference) ? person : null;
    }

    /// <summary>Whether nobody of this server can come by a reference any more: whoever it meant has no account. By one that they have only while somebody vouches for them they may come again.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> IsGoneAsync(string reference, CancellationToken cancel) => await FindMeantAsync(reference, cancel) is null;

    private async Task<Person?> FindMeantAsync(string reference, CancellationToken cancel)
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

        return id is { } found ? await FindAsync(found, cancel) : null;
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

        var isClosed = await _database.WriteAsync(t => Store.CloseAsync(t, id, SignInNames.HashOf(person.SignInName), person.Record), cancel);
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

    // A method of its own: what it captures would otherwise be allocated on the way that needs nothing.
    private Task<Person?> LoadAsync(PersonId id, CancellationToken cancel) =>
        _people.GetAsync(id, () => _database.ReadAsync(c => Store.ReadAsync(c, id), CancellationToken.None), cancel);
}
