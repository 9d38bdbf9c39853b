using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// Who is signed in where. A session is kept on the server; the browser holds a 256-bit random secret, of which only a keyed hash is stored.
/// It ends when it is ended, when it was not used for <see cref="PeopleOptions.SessionIdle"/>, and in any case after
/// <see cref="PeopleOptions.SessionLength"/>. Thread safe.
/// </summary>
/// <remarks>
/// A node holds the sessions in use in memory, by the SHA-256 of the secret, never the secret, and asks the database again after
/// <see cref="PeopleOptions.Freshness"/>. So a session that was ended here stops here at once, and on other nodes within that time.
/// </remarks>
public sealed class Sessions
{
    /// <summary>Characters of a secret: 32 bytes in base64url.</summary>
    public const int SecretLength = 43;

    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly PeopleOptions _options;
    private readonly Accounts _accounts;
    private readonly TimeSpan _noteUseAfter;
    private readonly SecretStore<SessionDetails> _stored;
    private readonly FreshCache<SecretHash, Known> _sessions;

    internal Sessions(Database database, Keyring keyring, TimeProvider clock, PeopleOptions options, Accounts accounts)
    {
        _database = database;
        _clock = clock;
        _options = options;
        _accounts = accounts;
        _noteUseAfter = TimeSpan.FromTicks(Math.Min(TimeSpan.FromMinutes(5).Ticks, options.SessionIdle.Ticks / 10));
        _stored = new SecretStore<SessionDetails>(keyring, accounts.Store, "session", accounts.Store.Tables.Session, PeopleJson.Default.SessionDetails);
        _sessions = new FreshCache<SecretHash, Known>(clock, options.Freshness, capacity: 20_000);
        accounts.SessionsEnded = (person, keep) => _sessions.RemoveWhere(s => s.Person == person && s.Id != keep);
    }

    /// <summary>Starts a session.</summary>
    /// <param name="person">Who signed in.</param>
    /// <param name="userAgent">The device, in words; cut to 200 characters.</param>
    /// <param name="signedInBy">How the person showed who they are.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="isConfirmed">Whether that is the strongest the person has, so that what matters need not ask again at once.</param>
    /// <returns>The secret: <see cref="SecretLength"/> characters of base64url.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<string> StartAsync(PersonId person, string userAgent, SignInMethod signedInBy, CancellationToken cancel, bool isConfirmed = true)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var (hash, id) = (_stored.HashOf(secret), SessionId.New().ToString());
        var now = _clock.GetUtcNow();
        var ends = now + _options.SessionLength;
        var details = new SessionDetails(
            userAgent.Length <= 200 ? userAgent : userAgent[..200], now.ToUnixTimeMilliseconds(), ends.ToUnixTimeMilliseconds(), signedInBy, isConfirmed ? now.ToUnixTimeMilliseconds() : 0,
            now.ToUnixTimeMilliseconds());
        var isFirst = await _database.WriteAsync(
            async t =>
            {
                using var key = await _accounts.Store.ReadKeyAsync(t.Connection!, person, t)
                    ?? throw new InvalidOperationException("a session was to be started for nobody");
                await t.Connection!.ExecuteAsync(
                    """
                    INSERT INTO sign_in_session (secret_hash, person_id, id_hash, names, details, last_used_at, ends_at)
                    VALUES (@hash, @person, @session, @names, @details, @now, @ends)
                    """,
                    new
                    {
                        hash,
                        person = person.ToString(),
                        session = _stored.IdHash(id),
                        names = _stored.SealId(hash, id),
                        details = _stored.Seal(key, person, hash, details),
                        now = CoarseTime.Used(now),
                        ends = CoarseTime.Ends(ends),
                    },
                    t);

                // By whichever way they came in: from now on a child looks after themself, also when this way is lost again.
                return await NoteBeenInAsync(t, person);
            },
            cancel);
        if (isFirst)
        {
            _accounts.Forget(person);
        }

        return secret;
    }

    /// <summary>The session of a secret, or null when there is none, or none any more. Counts as a use of it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public ValueTask<Session?> FindAsync(ReadOnlySpan<char> secret, CancellationToken cancel)
    {
        if (secret.Length != SecretLength)
        {
            return default;
        }

        var key = SecretHash.Of(secret);
        return _sessions.TryGet(key, out var known) ? WithPersonAsync(known, cancel) : LoadAsync(key, secret.ToString(), cancel);
    }

    /// <summary>What names the session of a secret for <see cref="OpenAmongAsync"/>; it opens nothing. Empty when no session can have such a secret.</summary>
    public string TicketOf(ReadOnlySpan<char> secret) => secret.Length == SecretLength ? Convert.ToHexStringLower(_stored.HashOf(secret.ToString())) : "";

    /// <summary>
    /// Which of these sessions are open now, by what the database says, in one question for all: for connections that stay open. It counts as no use of them, so that
    /// a page left open keeps no session alive.
    /// </summary>
    /// <param name="tickets">What <see cref="TicketOf"/> gave.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlySet<string>> OpenAmongAsync(IReadOnlyCollection<string> tickets, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        var (moment, idle) = (now.ToUnixTimeMilliseconds(), (now - _options.SessionIdle).ToUnixTimeMilliseconds());
        HashSet<string> open = [];
        foreach (var some in tickets.Distinct().Chunk(500))
        {
            var parameters = new DynamicParameters(new { now = moment, idle = idle - CoarseTime.Hour });
            for (var i = 0; i < some.Length; i++)
            {
                parameters.Add($"h{i}", Convert.FromHexString(some[i]));
            }

            var hashes = string.Join(", ", some.Select((_, i) => $"@h{i}"));
            var sql = $"SELECT secret_hash, last_used_at, ends_at FROM sign_in_session WHERE secret_hash IN ({hashes}) AND ends_at > @now AND last_used_at > @idle";
            foreach (var (hash, used, ends) in await _database.ReadAsync(c => c.QueryAsync<(byte[], long, long)>(sql, parameters), cancel))
            {
                // Nearly all are open by what stands in clear. Of those that are about to end, the moment is sealed.
                if ((used > idle && ends - CoarseTime.Day >= moment)
                    || (await _database.ReadAsync(c => _stored.FindAsync(c, hash), cancel) is { } found && !IsOver(Known.Of(found), now)))
                {
                    open.Add(Convert.ToHexStringLower(hash));
                }
            }
        }

        return open;
    }

    /// <summary>Removes what is left of everybody's sessions that are over: at most an hour after one was not used for too long, and a day after its end.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task SweepAsync(CancellationToken cancel)
    {
        const string isOver = "(ends_at <= @now OR last_used_at <= @idle)";
        var now = _clock.GetUtcNow();
        var times = new { now = now.ToUnixTimeMilliseconds(), idle = (now - _options.SessionIdle).ToUnixTimeMilliseconds() - CoarseTime.Hour };
        foreach (var of in await _database.ReadAsync(c => c.QueryAsync<string>($"SELECT DISTINCT person_id FROM sign_in_session WHERE {isOver}", times), cancel))
        {
            var person = PersonId.Parse(of);
            var isFirst = await _database.WriteAsync(
                async t =>
                {
                    await t.Connection!.ExecuteAsync($"DELETE FROM sign_in_session WHERE person_id = @of AND {isOver}", new { of, times.now, times.idle }, t);

                    // In an account from before it was noted, that they have been in is told by the session alone.
                    return await NoteBeenInAsync(t, person);
                },
                cancel);
            if (isFirst)
            {
                _accounts.Forget(person);
            }
        }
    }

    /// <summary>Ends the session of a secret. Nothing happens when there is none.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task EndAsync(ReadOnlySpan<char> secret, CancellationToken cancel)
    {
        return secret.Length == SecretLength ? EndAsync(SecretHash.Of(secret), _stored.HashOf(secret.ToString())) : Task.CompletedTask;

        async Task EndAsync(SecretHash key, byte[] hash)
        {
            await _database.WriteAsync(
                t => t.Connection!.ExecuteAsync("DELETE FROM sign_in_session WHERE secret_hash = @hash", new { hash }, t), cancel);
            _sessions.Remove(key);
        }
    }

    /// <summary>Ends one of a person's sessions; false when they have no such session.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> EndAsync(PersonId person, SessionId session, CancellationToken cancel)
    {
        var ended = await _database.WriteAsync(
            t => t.Connection!.ExecuteAsync(
                "DELETE FROM sign_in_session WHERE person_id = @person AND id_hash = @session",
                new { person = person.ToString(), session = _stored.IdHash(session.ToString()) },
                t),
            cancel);
        _sessions.RemoveWhere(s => s.Person == person && s.Id == session);
        return ended > 0;
    }

    /// <summary>Ends all sessions of a person but one.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task EndOthersAsync(PersonId person, SessionId? keep, CancellationToken cancel)
    {
        await _database.WriteAsync(t => EndOthersAsync(t, _accounts.Store.Tables, person, keep), cancel);
        _sessions.RemoveWhere(s => s.Person == person && s.Id != keep);
    }

    /// <summary>Notes that the person of a session has just shown again who they are; false when there is no such session.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> ConfirmAsync(PersonId person, SessionId session, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var isNoted = await _database.WriteAsync(t => _stored.ChangeAsync(t, person, session.ToString(), details => details with { ConfirmedAt = now }), cancel);
        _sessions.RemoveWhere(s => s.Person == person && s.Id == session);
        return isNoted;
    }

    /// <summary>The sessions of a person that have not ended, latest use first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<Session>> ListAsync(PersonId person, CancellationToken cancel)
    {
        if (await _accounts.FindAsync(person, cancel) is not { } who)
        {
            return [];
        }

        var known = await _database.ReadAsync(c => _stored.ListAsync(c, person), cancel);
        var now = _clock.GetUtcNow();
        return [.. known.Select(Known.Of).Where(s => !IsOver(s, now)).OrderByDescending(static s => s.LastUsedAt).Select(s => ToSession(s, who))];
    }

    internal static Task<int> EndOthersAsync(DbTransaction transaction, PeopleTables tables, PersonId person, SessionId? keep) =>
        transaction.Connection!.ExecuteAsync(
            "DELETE FROM sign_in_session WHERE person_id = @person AND id_hash <> @keep",
            new { person = person.ToString(), keep = keep is { } kept ? tables.Session.Hash("id", kept) : [] },
            transaction);

    private Task<bool> NoteBeenInAsync(DbTransaction transaction, PersonId person) =>
        _accounts.Store.ChangeAsync(transaction, person, static profile => profile.IsDependent is not false ? profile with { IsDependent = false } : null);

    private static Session ToSession(Known known, Person person) => new()
    {
        Id = known.Id,
        Person = person,
        UserAgent = known.Details.UserAgent,
        StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(known.Details.StartedAt),
        LastUsedAt = known.LastUsedAt,
        EndsAt = known.EndsAt,
        SignedInBy = known.Details.SignedInBy ?? SignInMethod.Password,
        ConfirmedAt = DateTimeOffset.FromUnixTimeMilliseconds(known.Details.ConfirmedAt ?? known.Details.StartedAt),
    };

    private bool IsOver(Known session, DateTimeOffset now) => now >= session.EndsAt || now >= session.LastUsedAt + _options.SessionIdle;

    private ValueTask<Session?> WithPersonAsync(Known known, CancellationToken cancel)
    {
        if (IsOver(known, _clock.GetUtcNow()))
        {
            return default;
        }

        var person = _accounts.FindAsync(known.Person, cancel);
        return person.IsCompletedSuccessfully ? new ValueTask<Session?>(person.Result is { } who ? ToSession(known, who) : null) : AwaitAsync(person, known);

        static async ValueTask<Session?> AwaitAsync(ValueTask<Person?> person, Known known) => await person is { } who ? ToSession(known, who) : null;
    }

    private async ValueTask<Session?> LoadAsync(SecretHash key, string secret, CancellationToken cancel) =>
        await _sessions.GetAsync(key, () => ReadAsync(secret), cancel) is { } known ? await WithPersonAsync(known, cancel) : null;

    private async Task<Known?> ReadAsync(string secret)
    {
        var hash = _stored.HashOf(secret);
        var known = await _database.ReadAsync(c => _stored.FindAsync(c, hash), CancellationToken.None) is { } found ? Known.Of(found) : null;
        var now = _clock.GetUtcNow();
        if (known is null || IsOver(known, now))
        {
            return null;
        }

        return now - known.LastUsedAt >= _noteUseAfter && await LastUse.NoteAsync(_database, t => NoteUseAsync(t, known, hash, now)) ? known with { LastUsedAt = now } : known;
    }

    private async Task<bool> NoteUseAsync(DbTransaction transaction, Known session, byte[] hash, DateTimeOffset now) =>
        await _stored.ChangeAsync(transaction, session.Person, session.Id.ToString(), details => details with { LastUsedAt = now.ToUnixTimeMilliseconds() })
        && await transaction.Connection!.ExecuteAsync("UPDATE sign_in_session SET last_used_at = @used WHERE secret_hash = @hash", new { used = CoarseTime.Used(now), hash }, transaction) > 0;

    private sealed record Known(SessionId Id, PersonId Person, SessionDetails Details, DateTimeOffset LastUsedAt, DateTimeOffset EndsAt)
    {
        internal static Known Of(KnownSecret<SessionDetails> secret)
        {
            var (details, used) = (secret.Details, secret.Details.LastUsedAt ?? Math.Max(secret.LastUsedAt ?? 0, secret.Details.StartedAt));
            return SessionId.TryParse(secret.Id, out var id)
                ? new(id, secret.Person, details, DateTimeOffset.FromUnixTimeMilliseconds(used), DateTimeOffset.FromUnixTimeMilliseconds(details.EndsAt))
                : throw new FormatException("not a session id");
        }
    }
}
