using System.Buffers.Text;
using System.Security.Cryptography;
using Dapper;
using Rapport.Data;
using Rapport.Language;

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
    /// <summary>What every secret begins with, so that one that lies about is recognised.</summary>
    public const string Prefix = "rapport_";

    private const int SecretLength = 8 + 43;
    private static readonly TimeSpan s_noteUseAfter = TimeSpan.FromHours(1);

    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly Accounts _accounts;
    private readonly SecretStore<TokenDetails> _stored;
    private readonly FreshCache<SecretHash, Known> _tokens;

    internal AccessTokens(Database database, Keyring keyring, TimeProvider clock, PeopleOptions options, Accounts accounts)
    {
        _database = database;
        _clock = clock;
        _accounts = accounts;
        _stored = new SecretStore<TokenDetails>(keyring, accounts.Store, "access-token", accounts.Store.Tables.AccessToken, PeopleJson.Default.TokenDetails);
        _tokens = new FreshCache<SecretHash, Known>(clock, options.Freshness, capacity: 20_000);
    }

    /// <summary>Makes a token.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="label">What its person calls it: 1 to 100 characters.</param>
    /// <param name="scopes">What it may be used for: some of <see cref="TokenScopes.All"/>, or <see cref="TokenScopes.Measure"/> alone.</param>
    /// <param name="expires">From when on it opens nothing; null for no end.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The token with its secret, or what is wrong with the input.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<NewAccessToken>> CreateAsync(
        PersonId person, string label, TokenScopes scopes, DateTimeOffset? expires, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        if (PlainText.Check(label, PeopleText.TokenLabel, 100, out var problem) is not { } text)
        {
            return Result<NewAccessToken>.Bad(problem!);
        }

        if (scopes == TokenScopes.None || ((scopes & ~TokenScopes.All) != 0 && scopes is not (TokenScopes.Measure or TokenScopes.App)))
        {
            return Result<NewAccessToken>.Bad(scopes.HasFlag(TokenScopes.App) ? PeopleText.AppAlone : PeopleText.UselessToken);
        }

        if (expires <= now)
        {
            return Result<NewAccessToken>.Bad(PeopleText.TokenExpired);
        }

        var secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var hash = _stored.HashOf(secret);
        var id = TokenId.New();
        var details = new TokenDetails(text, now.ToUnixTimeMilliseconds(), expires?.ToUnixTimeMilliseconds(), scopes);
        var isMade = await _database.WriteAsync(
            async t =>
            {
                using var key = await _accounts.Store.ReadKeyAsync(t.Connection!, person, t);
                return key is not null && await t.Connection!.ExecuteAsync(
                    """
                    DELETE FROM access_token WHERE person_id = @person AND expires_at <= @now;
                    INSERT INTO access_token (secret_hash, person_id, id_hash, names, details, expires_at) VALUES (@hash, @person, @token, @names, @details, @expires)
                    """,
                    new
                    {
                        hash,
                        person = person.ToString(),
                        token = _stored.IdHash(id.ToString()),
                        names = _stored.SealId(hash, id.ToString()),
                        details = _stored.Seal(key, person, hash, details),
                        expires = details.ExpiresAt,
                        now = details.CreatedAt,
                    },
                    t) > 0;
            },
            cancel);
        return isMade
            ? Result<NewAccessToken>.Ok(new NewAccessToken(ToToken(new Known(id, person, details, null)), secret))
            : Result<NewAccessToken>.Bad(Say.Fill(PeopleText.NoPerson, person.ToString()));
    }

    /// <summary>Who a secret belongs to and what it is for, or null for whatever opens nothing. Mostly answered from memory, at once and without allocation.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public ValueTask<TokenUse?> FindAsync(ReadOnlySpan<char> secret, CancellationToken cancel)
    {
        if (secret.Length != SecretLength || !secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return default;
        }

        var key = SecretHash.Of(secret);
        return _tokens.TryGet(key, out var known)
            ? PersonAsync(known, cancel)
            : LoadAsync(key, secret.ToString(), cancel);
    }

    /// <summary>Takes a token back; false when the person has no such token. Once it returns, this node no longer accepts the token.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> RevokeAsync(PersonId person, TokenId token, CancellationToken cancel)
    {
        var revoked = await _database.WriteAsync(
            t => t.Connection!.ExecuteAsync(
                "DELETE FROM access_token WHERE person_id = @person AND id_hash = @token", new { person = person.ToString(), token = _stored.IdHash(token.ToString()) }, t),
            cancel);
        _tokens.RemoveWhere(t => t.Person == person && t.Id == token);
        return revoked > 0;
    }

    /// <summary>The tokens of a person that have not expired, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<AccessToken>> ListAsync(PersonId person, CancellationToken cancel)
    {
        var known = await _database.ReadAsync(c => _stored.ListAsync(c, person), cancel);
        var now = _clock.GetUtcNow();
        return [.. known.Select(Known.Of).Where(t => !IsOver(t, now)).OrderByDescending(static t => t.Details.CreatedAt).Select(ToToken)];
    }

    private static bool IsOver(Known token, DateTimeOffset now) => token.Details.ExpiresAt <= now.ToUnixTimeMilliseconds();

    private static AccessToken ToToken(Known known) => new()
    {
        Id = known.Id,
        Label = known.Details.Label,
        Scopes = known.Details.Scopes ?? TokenScopes.All,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(known.Details.CreatedAt),
        ExpiresAt = known.Details.ExpiresAt is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires) : null,
        LastUsedAt = known.LastUsedAt is { } used ? DateTimeOffset.FromUnixTimeMilliseconds(used) : null,
    };

    private ValueTask<TokenUse?> PersonAsync(Known known, CancellationToken cancel) =>
        IsOver(known, _clock.GetUtcNow()) ? default : UseAsync(_accounts.FindAsync(known.Person, cancel), known);

    private static ValueTask<TokenUse?> UseAsync(ValueTask<Person?> person, Known known)
    {
        return person.IsCompletedSuccessfully ? new(known.Use(person.Result)) : AwaitAsync(person, known);

        static async ValueTask<TokenUse?> AwaitAsync(ValueTask<Person?> person, Known known) => known.Use(await person);
    }

    private async ValueTask<TokenUse?> LoadAsync(SecretHash key, string secret, CancellationToken cancel) =>
        await _tokens.GetAsync(key, () => ReadAsync(secret), cancel) is { } known ? await PersonAsync(known, cancel) : null;

    private async Task<Known?> ReadAsync(string secret)
    {
        var hash = _stored.HashOf(secret);
        var known = await _database.ReadAsync(c => _stored.FindAsync(c, hash), CancellationToken.None) is { } found ? Known.Of(found) : null;
        var now = _clock.GetUtcNow();
        if (known is null || IsOver(known, now))
        {
            return null;
        }

        if (known.LastUsedAt is null || now.ToUnixTimeMilliseconds() - known.LastUsedAt >= s_noteUseAfter.TotalMilliseconds)
        {
            await LastUse.NoteAsync(
                _database,
                async t => await t.Connection!.ExecuteAsync("UPDATE access_token SET last_used_at = @used WHERE secret_hash = @hash", new { used = now.ToUnixTimeMilliseconds(), hash }, t) > 0);
        }

        return known;
    }

    private sealed record Known(TokenId Id, PersonId Person, TokenDetails Details, long? LastUsedAt)
    {
        private TokenUse? _use;

        internal static Known Of(KnownSecret<TokenDetails> secret) =>
            TokenId.TryParse(secret.Id, out var id) ? new(id, secret.Person, secret.Details, secret.LastUsedAt) : throw new FormatException("not a token id");

        /// <summary>The same object for the same person, so that whoever builds on it can keep what they built.</summary>
        internal TokenUse? Use(Person? person) =>
            person is null ? null : _use is { } use && ReferenceEquals(use.Person, person) ? use : _use = new TokenUse(person, Details.Scopes ?? TokenScopes.All, Id, Details.Label);
    }
}
