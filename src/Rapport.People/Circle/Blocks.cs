using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>Somebody who is blocked.</summary>
/// <param name="Person">Who.</param>
/// <param name="Since">Since when.</param>
public sealed record BlockedPerson(Person Person, DateTimeOffset Since)
{
    /// <summary>The name of who did it for a small child whom they look after; null where whoever blocks did.</summary>
    public string? ByName { get; init; }
}

/// <summary>
/// From whom people want to hear nothing: no requests, no invitations, no new conversation. What somebody shares, and what they hold in an emergency, is not touched by it. Thread safe.
/// </summary>
/// <remarks>
/// The blocked are told nothing. Whoever asks here on their behalf MUST answer them as if there were nobody, by the same steps. An answer is never from memory: a block holds on every node once it is made.
/// </remarks>
public sealed class Blocks
{
    /// <summary>People whom one person may block.</summary>
    public const int Most = 1000;

    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly Accounts _accounts;

    internal Blocks(Database database, TimeProvider clock, Accounts accounts) => (_database, _clock, _accounts) = (database, clock, accounts);

    /// <summary>Whether somebody blocks somebody.</summary>
    /// <param name="by">Who may block.</param>
    /// <param name="who">Who may be blocked.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> IsBlockedAsync(PersonId by, PersonId who, CancellationToken cancel) => _database.ReadAsync(c => _accounts.Blocked.ContainsAsync(c, by, who), cancel);

    /// <summary>Who of several blocks somebody.</summary>
    /// <param name="by">Who may block.</param>
    /// <param name="who">Who may be blocked.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlySet<PersonId>> WhoBlockAsync(IReadOnlyCollection<PersonId> by, PersonId who, CancellationToken cancel) => _database.ReadAsync<IReadOnlySet<PersonId>>(
        async c =>
        {
            var blocking = new HashSet<PersonId>();
            foreach (var each in by)
            {
                if (await _accounts.Blocked.ContainsAsync(c, each, who))
                {
                    blocking.Add(each);
                }
            }

            return blocking;
        },
        cancel);

    /// <summary>Whom somebody blocks, and since when.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyDictionary<PersonId, DateTimeOffset>> SinceAsync(PersonId by, CancellationToken cancel) => _database.ReadAsync<IReadOnlyDictionary<PersonId, DateTimeOffset>>(
        async c => (await _accounts.Blocked.ListAsync(c, by)).ToDictionary(static blocked => blocked.Who, static blocked => blocked.Since), cancel);

    /// <summary>Blocks somebody, whose requests that wait are gone with it: they see them wait until they are over.</summary>
    /// <param name="by">Who blocks.</param>
    /// <param name="who">Whom.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="acting">Who does it for a small child whom they look after; null where whoever blocks does.</param>
    /// <returns>Who it was, or why it cannot be.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<Person>> AddAsync(Person by, Person who, CancellationToken cancel, PersonId? acting = null)
    {
        if (by.Id == who.Id)
        {
            return Result<Person>.Bad(PeopleText.BlockedOneself);
        }

        var now = _clock.GetUtcNow();
        var isBlocked = await _database.WriteAsync(
            async t =>
            {
                var isAdded = await _accounts.Blocked.AddAsync(t, by.Id, who.Id, acting, now, Most);
                if (isAdded && by.Record is { } record)
                {
                    await RequestStore.DeleteAllAsync(t, _accounts.Store.Tables, record, who.Id);
                }

                return isAdded;
            },
            cancel);
        return isBlocked ? Result<Person>.Ok(who) : Result<Person>.Bad(Say.Fill(PeopleText.TooManyBlocked, Say.Number(Most)));
    }

    /// <summary>Blocks somebody no longer; false when they were not.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> RemoveAsync(PersonId by, PersonId who, CancellationToken cancel) => _database.WriteAsync(t => _accounts.Blocked.RemoveAsync(t, by, who), cancel);

    /// <summary>Whom somebody blocks, the latest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<BlockedPerson>> ListAsync(PersonId by, CancellationToken cancel)
    {
        var blocked = new List<BlockedPerson>();
        foreach (var (who, since, acting) in await _database.ReadAsync(c => _accounts.Blocked.ListAsync(c, by), cancel))
        {
            if (await _accounts.FindAsync(who, cancel) is { } person)
            {
                blocked.Add(new BlockedPerson(person, since) { ByName = acting is { } did ? (await _accounts.FindAsync(did, cancel))?.DisplayName : null });
            }
        }

        return blocked;
    }
}
