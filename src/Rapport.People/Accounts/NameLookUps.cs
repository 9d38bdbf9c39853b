using Rapport.Data;

namespace Rapport.People;

/// <summary>Finds people by their exact sign-in name for others who were told it. The steps are the same whether or not anybody has the name, and whether or not they block who looks. Thread safe.</summary>
internal sealed class NameLookUps(Database database, TimeProvider clock, Accounts accounts)
{
    private readonly SignInThrottle _throttle = new(clock);

    /// <summary>See <see cref="Accounts.LookUpAsync"/>.</summary>
    internal async Task<Person?> FindAsync(PersonId asker, string signInName, bool inEmergency, CancellationToken cancel)
    {
        if (_throttle.TryEnterByName(asker.ToString()) is not null)
        {
            return null;
        }

        var person = await accounts.FindBySignInNameAsync(signInName, cancel);
        var isHidden = await IsHiddenAsync(asker, person, cancel);
        return isHidden && !inEmergency ? null : person;
    }

    private async Task<bool> IsHiddenAsync(PersonId asker, Person? person, CancellationToken cancel)
    {
        var (found, theirs, own) = (person?.Id ?? PersonId.New(), person?.Record, (await accounts.FindAsync(asker, cancel))?.Record);
        return await database.ReadAsync(
            async c => await accounts.Blocked.ContainsAsync(c, found, asker) & !(await Circle.ContainsAsync(c, accounts.Store.Tables, own, found) | await Circle.ContainsAsync(c, accounts.Store.Tables, theirs, asker)),
            cancel);
    }
}
