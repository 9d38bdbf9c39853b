using System.Data.Common;
using Rapport.Data;
using Rapport.Language;

namespace Rapport.People;

/// <summary>Makes new accounts: each under a sign-in name that nobody has. Thread safe.</summary>
internal sealed class AccountOpening(Accounts accounts, Database database, TimeProvider clock, PasswordHashing hashing)
{
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

        var profile = new PersonProfile(signInName, displayName, person.IsProfessional, role, person.Record?.ToString(), person.IsOperator, IsDependent: person.IsDependent);
        var hash = person.Password is null ? null : await hashing.HashAsync(person.Password, cancel);
        try
        {
            problem = await database.WriteAsync(
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
            accounts.ListingChanged?.Invoke();
        }

        return problem is null ? Result<Person>.Ok(accounts.Store.Build(id, profile, [])) : Result<Person>.Bad(problem);
    }

    /// <summary>Adds somebody under a name that is made for them; who has no password is a child whose record somebody else begins.</summary>
    internal async Task<Result<Person>> AddUnderNewNameAsync(string displayName, string? password, string? invitation, CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            var signInName = SignInName.Propose(displayName, attempt);
            var id = PersonId.New();
            var added = await AddAsync(
                id, new NewPerson { SignInName = signInName, DisplayName = displayName, Password = password, IsDependent = password is null }, t => accounts.Invitations.KeepAsync(t, invitation, id, clock.GetUtcNow()), PeopleText.InvitationOver, cancel);
            if (added.IsOk || added.Problem != Taken(signInName))
            {
                return added;
            }
        }
    }

    private static string Taken(string signInName) => Say.Fill(PeopleText.Taken, signInName);

    private async Task<string?> InsertAsync(DbTransaction transaction, PersonId id, PersonProfile profile, string? passwordHash)
    {
        // The two claims first: when the second fails, only the first is to be undone.
        if (!await accounts.SignInNames.ClaimAsync(transaction, profile.SignInName, id))
        {
            return Taken(profile.SignInName);
        }

        if (profile.Record is { } record && !await accounts.OwnRecords.ClaimAsync(transaction, PatientId.Parse(record), id))
        {
            await accounts.SignInNames.LetGoAsync(transaction, profile.SignInName);
            return Say.Fill(PeopleText.OthersRecord, record.ToString());
        }

        using var key = await accounts.Store.AddAsync(transaction, id, profile);
        if (passwordHash is not null)
        {
            await accounts.StoredPasswords.SetAsync(transaction, id, passwordHash, null);
        }

        return null;
    }

    /// <summary>Undoes the transaction.</summary>
    private sealed class GaveUpException : Exception;
}
