using System.Buffers.Text;
using System.Runtime.ExceptionServices;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>
/// Signing in with passkeys (W3C Web Authentication, level 3), several for each person. ASP.NET Core Identity checks what the authenticator signed: challenge,
/// origin, the server's domain, that its person was verified, the signature, and that its counter never goes back. Thread safe.
/// </summary>
/// <remarks>
/// Between question and answer nothing is kept here: the browser brings the question back as a sealed ticket. Each ticket counts once, on all nodes,
/// because the answer is noted in the transaction that acts on it.
/// </remarks>
public sealed class Passkeys : IDisposable
{
    /// <summary>Passkeys one person may have.</summary>
    public const int MaxEach = 20;

    private static string Wrong => PeopleText.WrongPasskey;
    private static string Late => PeopleText.TookTooLong;

    private static readonly TimeSpan s_answerWithin = TimeSpan.FromMinutes(5);

    private readonly Database _database;
    private readonly Keyring _keyring;
    private readonly TimeProvider _clock;
    private readonly Accounts _accounts;
    private readonly PasskeyStore _store;
    private readonly UserManager<Person> _manager;
    private readonly PasskeyHandler<Person> _handler;

    internal Passkeys(Database database, Keyring keyring, TimeProvider clock, Accounts accounts)
    {
        _database = database;
        _keyring = keyring;
        _clock = clock;
        _accounts = accounts;
        _store = new PasskeyStore(database, keyring, accounts);
        _manager = new UserManager<Person>(
            _store, Options.Create(new IdentityOptions()), null!, [], [], null!, new IdentityErrorDescriber(), null!, NullLogger<UserManager<Person>>.Instance);
        _handler = new PasskeyHandler<Person>(_manager, Options.Create(new IdentityPasskeyOptions
        {
            AuthenticatorTimeout = s_answerWithin,

            // A passkey replaces name and password, so it must know its person, and must have been unlocked by them.
            ResidentKeyRequirement = "required",
            UserVerificationRequirement = "required",
            ValidateOrigin = static context => ValueTask.FromResult(
                !context.CrossOrigin && context.Origin == $"{context.HttpContext.Request.Scheme}://{context.HttpContext.Request.Host}"),
        }));
    }

    /// <summary>Asks for a new passkey of this person.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<PasskeyQuestion> AskForNewAsync(Person person, HttpContext http) =>
        AskForNewAsync(new PasskeyUserEntity { Id = person.Id.ToString(), Name = person.SignInName, DisplayName = person.DisplayName }, null, http);

    /// <summary>Asks for the first passkey of somebody who is about to have an account.</summary>
    /// <param name="displayName">1 to 100 characters.</param>
    /// <param name="http">The request; its host is the domain that the passkey will belong to.</param>
    /// <returns>The question, or what is wrong with the name.</returns>
    public async Task<Result<PasskeyQuestion>> AskForFirstAsync(string displayName, HttpContext http)
    {
        if (PlainText.Check(displayName, PeopleText.AName, 100, out var problem) is not { } name)
        {
            return Result<PasskeyQuestion>.Bad(problem!);
        }

        var newcomer = new Newcomer(PersonId.New().ToString(), SignInName.Propose(name), name);
        var entity = new PasskeyUserEntity { Id = newcomer.Person, Name = newcomer.SignInName, DisplayName = name };
        return Result<PasskeyQuestion>.Ok(await AskForNewAsync(entity, newcomer, http));
    }

    /// <summary>Asks for a passkey that is here already: of anyone, or of one person.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<PasskeyQuestion> AskAsync(Person? person, HttpContext http)
    {
        var options = await _handler.MakeRequestOptionsAsync(person, http);
        return new PasskeyQuestion(options.RequestOptionsJson, Seal(new Ticket(Purpose(person), options.AssertionState ?? "", EndsAt(), null)));
    }

    /// <summary>Adds the passkey that answers the question.</summary>
    /// <param name="person">Whose.</param>
    /// <param name="name">What its person calls it: 1 to 60 characters.</param>
    /// <param name="ticket">The ticket of the question.</param>
    /// <param name="answer">WebAuthn's JSON form of the new credential.</param>
    /// <param name="http">The request.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The passkey, or why not.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<Passkey>> AddAsync(Person person, string name, string ticket, string answer, HttpContext http, CancellationToken cancel)
    {
        if (PlainText.Check(name, PeopleText.PasskeyName, 60, out var problem) is not { } label)
        {
            return Result<Passkey>.Bad(problem!);
        }

        if (Open(ticket) is not { } question || question.Purpose != "new " + person.Id)
        {
            return Result<Passkey>.Bad(Late);
        }

        if (await AttestAsync(question, answer, http) is not { } info)
        {
            return Result<Passkey>.Bad(Wrong);
        }

        if ((await ListAsync(person.Id, cancel)).Count >= MaxEach)
        {
            return Result<Passkey>.Bad(Say.Fill(PeopleText.TooManyPasskeys, Say.Number(MaxEach)));
        }

        var id = PasskeyId.New();
        var isAdded = await _database.WriteAsync(
            async t => await SpendAsync(t, ticket, question.EndsAt) && await _store.AddAsync(t, person.Id, id, label, info), cancel);
        return isAdded
            ? Result<Passkey>.Ok(ToPasskey(new PasskeyStore.Stored(id, PasskeyDetails.Of(info, label, null))))
            : Result<Passkey>.Bad(Wrong);
    }

    /// <summary>Adds the person who answered <see cref="AskForFirstAsync"/>, with that passkey.</summary>
    /// <returns>The person, or why not.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Result<Person>> SignUpAsync(string passkeyName, string ticket, string answer, string? invitation, HttpContext http, CancellationToken cancel)
    {
        if (Open(ticket) is not { Purpose: "first", Newcomer: { } newcomer } question)
        {
            return Result<Person>.Bad(Late);
        }

        if (await AttestAsync(question, answer, http) is not { } info)
        {
            return Result<Person>.Bad(Wrong);
        }

        var id = PersonId.Parse(newcomer.Person);
        return await _accounts.Opening.AddAsync(
            id,
            new NewPerson { SignInName = newcomer.SignInName, DisplayName = newcomer.DisplayName },
            async t => await SpendAsync(t, ticket, question.EndsAt) && await _accounts.Invitations.KeepAsync(t, invitation, id, _clock.GetUtcNow()) && await _store.AddAsync(t, id, PasskeyId.New(), passkeyName, info),
            Wrong,
            cancel);
    }

    /// <summary>The person whose passkey answers the question; null for whatever is not accepted.</summary>
    /// <param name="expected">Who it must be; null for anyone.</param>
    /// <param name="ticket">The ticket of the question.</param>
    /// <param name="answer">WebAuthn's JSON form of the credential.</param>
    /// <param name="http">The request.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Person?> CheckAsync(Person? expected, string ticket, string answer, HttpContext http, CancellationToken cancel)
    {
        if (Open(ticket) is not { } question || question.Purpose != Purpose(expected))
        {
            return null;
        }

        var result = await _handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = http, CredentialJson = answer, AssertionState = question.State });
        ThrowIfOurs(result.Failure);
        if (result is not { Succeeded: true, User: { } person, Passkey: { } info } || (expected is not null && expected.Id != person.Id))
        {
            return null;
        }

        var known = (await _store.ListAsync(person.Id, cancel)).Find(p => p.Details.CredentialId.AsSpan().SequenceEqual(info.CredentialId));
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var isTaken = known is not null && await _database.WriteAsync(
            async t => await SpendAsync(t, ticket, question.EndsAt)
                && await _store.ChangeAsync(t, person.Id, known.Id, d => d with { SignCount = info.SignCount, IsBackedUp = info.IsBackedUp, LastUsedAt = now }),
            cancel);
        return isTaken ? person : null;
    }

    /// <summary>The passkeys of a person, oldest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<Passkey>> ListAsync(PersonId person, CancellationToken cancel) => [.. (await _store.ListAsync(person, cancel)).Select(ToPasskey)];

    /// <summary>Gives a passkey another name; the problem when the name will not do or there is no such passkey.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<string?> RenameAsync(PersonId person, PasskeyId id, string name, CancellationToken cancel)
    {
        if (PlainText.Check(name, PeopleText.PasskeyName, 60, out var problem) is not { } label)
        {
            return problem;
        }

        return await _database.WriteAsync(t => _store.ChangeAsync(t, person, id, d => d with { Name = label }), cancel) ? null : PeopleText.PasskeyGone;
    }

    /// <summary>
    /// Removes a passkey; false, and nothing is removed, when the person has no such passkey or signs in with nothing else. Sessions that it started go on: see
    /// <see cref="Sessions.EndOthersAsync(PersonId, SessionId?, CancellationToken)"/>.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> RemoveAsync(PersonId person, PasskeyId id, CancellationToken cancel) => _database.WriteAsync(
        async t =>
        {
            await PersonStore.HoldAsync(t, person);
            return await t.Connection!.ExecuteAsync(
                """
                DELETE FROM passkey WHERE person_id = @person AND passkey_id = @id
                AND (EXISTS (SELECT 1 FROM sign_in_password WHERE person_id = @person) OR (SELECT COUNT(*) FROM passkey WHERE person_id = @person) > 1)
                """,
                new { person = person.ToString(), id = id.ToString() },
                t) > 0;
        },
        cancel);

    /// <inheritdoc/>
    public void Dispose() => _manager.Dispose();

    private static string Purpose(Person? person) => person is null ? "anyone" : "check " + person.Id;

    private static Passkey ToPasskey(PasskeyStore.Stored stored) => new()
    {
        Id = stored.Id,
        Name = stored.Details.Name,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(stored.Details.CreatedAt),
        LastUsedAt = stored.Details.LastUsedAt is { } used ? DateTimeOffset.FromUnixTimeMilliseconds(used) : null,
        IsBackedUp = stored.Details.IsBackedUp,
    };

    /// <summary>The framework answers whatever goes wrong with a failure: that our own database failed is no fault of the passkey.</summary>
    private static void ThrowIfOurs(PasskeyException? failure)
    {
        if (failure?.InnerException is StorageException or SealBrokenException)
        {
            ExceptionDispatchInfo.Throw(failure.InnerException);
        }
    }

    private async Task<PasskeyQuestion> AskForNewAsync(PasskeyUserEntity entity, Newcomer? newcomer, HttpContext http)
    {
        var options = await _handler.MakeCreationOptionsAsync(entity, http);
        var purpose = newcomer is null ? "new " + entity.Id : "first";
        return new PasskeyQuestion(options.CreationOptionsJson, Seal(new Ticket(purpose, options.AttestationState ?? "", EndsAt(), newcomer)));
    }

    private async Task<UserPasskeyInfo?> AttestAsync(Ticket question, string answer, HttpContext http)
    {
        var result = await _handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = http, CredentialJson = answer, AttestationState = question.State });
        ThrowIfOurs(result.Failure);
        return result is { Succeeded: true } ? result.Passkey : null;
    }

    private long EndsAt() => (_clock.GetUtcNow() + s_answerWithin).ToUnixTimeMilliseconds();

    private string Seal(Ticket ticket) =>
        Base64Url.EncodeToString(_keyring.Installation.Seal(new Place("passkey-ticket", 0, 0), ticket, PeopleJson.Default.Ticket));

    private Ticket? Open(string ticket)
    {
        try
        {
            var opened = ticket.Length > 4096 ? null : _keyring.Installation.Open(new Place("passkey-ticket", 0, 0), Base64Url.DecodeFromChars(ticket), PeopleJson.Default.Ticket);
            return opened is not null && opened.EndsAt > _clock.GetUtcNow().ToUnixTimeMilliseconds() ? opened : null;
        }
        catch (Exception e) when (e is FormatException or SealBrokenException)
        {
            return null;
        }
    }

    /// <summary>Notes that a ticket was used; false when it was used before, in whichever spelling of its base64.</summary>
    private async Task<bool> SpendAsync(System.Data.Common.DbTransaction transaction, string ticket, long endsAt)
    {
        await transaction.Connection!.ExecuteAsync(
            "DELETE FROM passkey_answer WHERE ends_at <= @now", new { now = _clock.GetUtcNow().ToUnixTimeMilliseconds() }, transaction);
        return await transaction.Connection!.ExecuteAsync(
            "INSERT INTO passkey_answer (ticket_hash, ends_at) VALUES (@hash, @endsAt) ON CONFLICT (ticket_hash) DO NOTHING",
            new { hash = _keyring.LookupHash("passkey-ticket", Convert.ToBase64String(Base64Url.DecodeFromChars(ticket))), endsAt },
            transaction) > 0;
    }
}

/// <param name="Purpose">What the question was for: an answer to one question is none to another.</param>
/// <param name="State">What the framework wants back.</param>
/// <param name="EndsAt">Until when an answer counts, in Unix milliseconds.</param>
/// <param name="Newcomer">Who is about to have an account.</param>
internal sealed record Ticket(string Purpose, string State, long EndsAt, Newcomer? Newcomer);

internal sealed record Newcomer(string Person, string SignInName, string DisplayName);
