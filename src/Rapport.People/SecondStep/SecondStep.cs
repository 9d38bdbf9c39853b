using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Dapper;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>An authenticator app that is about to be used.</summary>
/// <param name="Secret">What to type into the app: base 32 in groups of four.</param>
/// <param name="Uri">The same as <c>otpauth://</c>, for a QR code.</param>
public sealed record AuthenticatorSetup(string Secret, string Uri);

/// <summary>What a person has beside a passkey or password.</summary>
/// <param name="HasApp">Whether signing in with the password asks for a code.</param>
/// <param name="RecoveryCodes">Recovery codes that are left.</param>
public sealed record SecondStepState(bool HasApp, int RecoveryCodes);

/// <summary>
/// What is asked for after the password: a code from an authenticator app (RFC 6238), or a recovery code written down before. And what opens when the rest is
/// lost. A code counts once, on all nodes. Thread safe.
/// </summary>
public sealed class SecondStep
{
    /// <summary>Recovery codes that are made at once.</summary>
    public const int RecoveryCodeCount = 10;

    // Letters and digits that cannot be taken for each other; 12 of them are 58 bits, behind a throttle.
    private const string CodeAlphabet = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int CodeLength = 12;

    private static readonly TimeSpan s_operatorCodeFor = TimeSpan.FromHours(1);

    private readonly Database _database;
    private readonly Keyring _keyring;
    private readonly TimeProvider _clock;
    private readonly Accounts _accounts;
    private readonly SignInThrottle _throttle;

    internal SecondStep(Database database, Keyring keyring, TimeProvider clock, Accounts accounts)
    {
        _database = database;
        _keyring = keyring;
        _clock = clock;
        _accounts = accounts;
        _throttle = new SignInThrottle(clock);
    }

    /// <summary>What a person has.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<SecondStepState> FindAsync(PersonId person, CancellationToken cancel) => _database.ReadAsync(
        async c => new SecondStepState(
            (await ReadAsync(c, person, null))?.Details.IsConfirmed == true,
            await c.ExecuteScalarAsync<int>(
                "SELECT COUNT(*) FROM recovery_code WHERE person_id = @person AND ends_at IS NULL", new { person = person.ToString() })),
        cancel);

    /// <summary>Makes a secret for an app. It counts once <see cref="ConfirmAppAsync"/> has seen a code of it; until then an app that is in use stays.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<AuthenticatorSetup> BeginAppAsync(Person person, CancellationToken cancel)
    {
        var secret = RandomNumberGenerator.GetBytes(Totp.SecretLength);
        await _database.WriteAsync(t => ChangeAsync(t, person.Id, d => d is null ? new AuthenticatorDetails(null, 0, secret) : d with { Next = secret }), cancel);
        var text = Totp.ToText(secret);
        var uri = $"otpauth://totp/Rapport:{Uri.EscapeDataString(person.SignInName)}?secret={text.Replace(" ", "", StringComparison.Ordinal)}&issuer=Rapport";
        return new AuthenticatorSetup(text, uri);
    }

    /// <summary>From now on the app of <see cref="BeginAppAsync"/> is asked; false when the code is not one of it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> ConfirmAppAsync(PersonId person, string code, CancellationToken cancel)
    {
        if (_throttle.TryEnter("app " + person, "") is not null)
        {
            return false;
        }

        var typed = Typed(code);
        var isRight = await _database.WriteAsync(
            t => ChangeAsync(t, person, d => d?.Next is { } next && Totp.Match(next, typed, _clock.GetUtcNow(), 0) is { } step ? new AuthenticatorDetails(next, step, null) : null),
            cancel);
        if (isRight)
        {
            _throttle.Succeeded("app " + person, "");
        }

        return isRight;
    }

    /// <summary>The app is not asked any more.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task RemoveAppAsync(PersonId person, CancellationToken cancel) => _database.WriteAsync(
        t => t.Connection!.ExecuteAsync("DELETE FROM authenticator_app WHERE person_id = @person", new { person = person.ToString() }, t), cancel);

    /// <summary>Makes new recovery codes; those from before open nothing any more.</summary>
    /// <returns>The codes, such as <c>abcd-efgh-jkmn</c>: the only time they can be seen.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<string>> NewRecoveryCodesAsync(PersonId person, CancellationToken cancel)
    {
        string[] codes = [.. Enumerable.Range(0, RecoveryCodeCount).Select(static _ => NewCode())];
        await _database.WriteAsync(
            async t =>
            {
                var rows = codes.Select(code => new { person = person.ToString(), hash = HashOf(person, Typed(code)), byOperator = false });
                await t.Connection!.ExecuteAsync("DELETE FROM recovery_code WHERE person_id = @person AND ends_at IS NULL", new { person = person.ToString() }, t);
                return await t.Connection!.ExecuteAsync(
                    "INSERT INTO recovery_code (person_id, code_hash, by_operator, ends_at) VALUES (@person, @hash, @byOperator, NULL)", rows, t);
            },
            cancel);
        return codes;
    }

    /// <summary>A code with which the operator lets a person in who lost everything: good once, for an hour, in place of password and second step.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<string> NewOperatorCodeAsync(PersonId person, CancellationToken cancel)
    {
        var code = NewCode();
        await _database.WriteAsync(
            t => t.Connection!.ExecuteAsync(
                """
                DELETE FROM recovery_code WHERE person_id = @person AND by_operator = @byOperator;
                INSERT INTO recovery_code (person_id, code_hash, by_operator, ends_at) VALUES (@person, @hash, @byOperator, @ends)
                """,
                new
                {
                    person = person.ToString(),
                    hash = HashOf(person, Typed(code)),
                    byOperator = true,
                    ends = (_clock.GetUtcNow() + s_operatorCodeFor).ToUnixTimeMilliseconds(),
                },
                t),
            cancel);
        return code;
    }

    /// <summary>Checks a code of the app, or takes a recovery code, after the password was right or for somebody who is signed in.</summary>
    /// <returns>How the code was accepted, or what to tell.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<CodeCheck> CheckAsync(PersonId person, string code, string source, CancellationToken cancel)
    {
        if (Enter("code " + person, source) is { } refused)
        {
            return refused;
        }

        var typed = Typed(code);
        var isOfApp = typed.Length == Totp.Digits && await _database.WriteAsync(t => ChangeAsync(t, person, d => Use(d, typed)), cancel);
        var isRight = isOfApp || await TakeAsync(person, typed, byOperator: false, cancel);
        if (isRight)
        {
            _throttle.Succeeded("code " + person, source);
        }

        return new CodeCheck(isOfApp ? SignInMethod.PasswordAndCode : isRight ? SignInMethod.RecoveryCode : null, isRight ? null : CodeCheck.Wrong, null);
    }

    /// <summary>
    /// Lets in who has nothing but a name and a code: a recovery code when the person has no password to be asked for first, or a code from the operator. What is
    /// wrong is not told, nor whether there is such a name.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<(Person? Person, CodeCheck Check)> RecoverAsync(string signInName, string code, string source, CancellationToken cancel)
    {
        if (SignInName.Normalize(signInName, out _) is not { } name)
        {
            return (null, new CodeCheck(null, CodeCheck.Wrong, null));
        }

        if (_throttle.TryEnterFrom("recover " + name, source) is { } wait && Refused(wait) is { } refused)
        {
            return (null, refused);
        }

        // The same steps for a name nobody has.
        var person = await _accounts.FindBySignInNameAsync(name, cancel);
        var id = person?.Id ?? PersonId.New();
        var typed = Typed(code);
        var hasPassword = await _database.ReadAsync(c => _accounts.StoredPasswords.VersionAsync(c, id), cancel) > 0;
        var isOperators = await TakeAsync(id, typed, byOperator: true, cancel);
        var isOwn = await TakeAsync(hasPassword ? PersonId.New() : id, typed, byOperator: false, cancel);
        var isRight = isOperators || isOwn;
        if (person is null || !isRight)
        {
            return (null, new CodeCheck(null, CodeCheck.Wrong, null));
        }

        _throttle.Succeeded("recover " + name, source);
        return (person, new CodeCheck(isOperators ? SignInMethod.OperatorCode : SignInMethod.RecoveryCode, null, null));
    }

    private static string NewCode() => string.Join('-', RandomNumberGenerator.GetString(CodeAlphabet, CodeLength).Chunk(4).Select(static c => new string(c)));

    /// <summary>What was typed without the spaces and hyphens between its groups.</summary>
    private static string Typed(string code) =>
        code.Length > 64 ? "" : new string([.. code.Where(static c => c is not (' ' or '-' or '\u00A0')).Select(char.ToLowerInvariant)]);

    private CodeCheck? Enter(string name, string source)
    {
        return _throttle.TryEnter(name, source) is { } wait ? Refused(wait) : null;
    }

    private static CodeCheck Refused(TimeSpan wait)
    {
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        return new CodeCheck(null, Say.Count(PeopleText.TooManyCodes, seconds), TimeSpan.FromSeconds(seconds));
    }

    private AuthenticatorDetails? Use(AuthenticatorDetails? details, string code) =>
        details is { Secret: { } secret } && Totp.Match(secret, code, _clock.GetUtcNow(), details.LastStep) is { } step ? details with { LastStep = step } : null;

    private async Task<bool> TakeAsync(PersonId person, string code, bool byOperator, CancellationToken cancel) => await _database.WriteAsync(
        t => t.Connection!.ExecuteAsync(
            "DELETE FROM recovery_code WHERE person_id = @person AND code_hash = @hash AND by_operator = @byOperator AND (ends_at IS NULL OR ends_at > @now)",
            new { person = person.ToString(), hash = HashOf(person, code), byOperator, now = _clock.GetUtcNow().ToUnixTimeMilliseconds() },
            t),
        cancel) > 0;

    // Bound to the person: a row that is given to another opens nothing there.
    private byte[] HashOf(PersonId person, string code) => _keyring.LookupHash("recovery-code", $"{person} {code}");

    private async Task<Stored?> ReadAsync(DbConnection connection, PersonId person, DbTransaction? transaction)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(
            "SELECT version, details FROM authenticator_app WHERE person_id = @person", new { person = person.ToString() }, transaction);
        if (row is null)
        {
            return null;
        }

        using var key = await _accounts.Store.ReadKeyAsync(connection, person, transaction);
        return key is null ? null : new Stored(row.Version, key.Open(PlaceOf(person, row.Version), row.Details, PeopleJson.Default.AuthenticatorDetails));
    }

    /// <summary>Changes what is kept; false when <paramref name="change"/> gives null. Asked again when another node was faster: that is what makes a code count once.</summary>
    private async Task<bool> ChangeAsync(DbTransaction transaction, PersonId person, Func<AuthenticatorDetails?, AuthenticatorDetails?> change)
    {
        while (true)
        {
            var stored = await ReadAsync(transaction.Connection!, person, transaction);
            using var key = await _accounts.Store.ReadKeyAsync(transaction.Connection!, person, transaction);
            if (key is null || change(stored?.Details) is not { } changed)
            {
                return false;
            }

            var version = (stored?.Version ?? 0) + 1;
            var done = await transaction.Connection!.ExecuteAsync(
                """
                INSERT INTO authenticator_app (person_id, version, details) VALUES (@person, @version, @details)
                ON CONFLICT (person_id) DO UPDATE SET version = @version, details = @details WHERE authenticator_app.version = @before
                """,
                new
                {
                    person = person.ToString(),
                    version,
                    before = version - 1,
                    details = key.Seal(PlaceOf(person, version), changed, PeopleJson.Default.AuthenticatorDetails),
                },
                transaction);
            if (done > 0)
            {
                return true;
            }
        }
    }

    private static Place PlaceOf(PersonId person, long version) => Place.Of("authenticator-app", person, version);

    private sealed record Stored(long Version, AuthenticatorDetails Details);

    private sealed class Row
    {
        public required long Version { get; init; }

        public required byte[] Details { get; init; }
    }
}

/// <summary>What became of a code.</summary>
/// <param name="Method">How it was accepted; null when it was not.</param>
/// <param name="Problem">What to tell when it was not.</param>
/// <param name="RetryAfter">How long to wait before the next, when there were too many.</param>
public sealed record CodeCheck(SignInMethod? Method, string? Problem, TimeSpan? RetryAfter)
{
    internal static string Wrong => PeopleText.WrongCode;
}

/// <param name="Secret">What codes are made from; null until the first app is confirmed.</param>
/// <param name="LastStep">The step of the last code that was accepted.</param>
/// <param name="Next">The secret of an app that is not confirmed yet.</param>
internal sealed record AuthenticatorDetails(byte[]? Secret, long LastStep, byte[]? Next)
{
    [JsonIgnore]
    internal bool IsConfirmed => Secret is not null;
}
