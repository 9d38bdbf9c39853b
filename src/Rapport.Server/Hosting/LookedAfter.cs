using Rapport.People;
using Rapport.Records;

namespace Rapport.Server.Hosting;

/// <summary>The small children whom somebody looks after as each would itself. Thread safe.</summary>
internal sealed class LookedAfter(Modules modules)
{
    /// <summary>Records that are looked at of those for which somebody acts.</summary>
    private const int Most = 100;

    /// <summary>All of them. Of a record that is damaged nobody can tell who looks after it: nobody does.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<(GuardianAccess Guardian, Person Child)>> AllAsync(Person person, CancellationToken cancel)
    {
        List<(GuardianAccess, Person)> children = [];
        var actor = Patients.ActorOf(person);
        foreach (var patient in (await modules.Records.Compartments.ActedForAsync(actor, cancel)).Take(Most))
        {
            try
            {
                if (await modules.Records.Guardians.OpenAsync(patient, actor, cancel) is { } guardian && await modules.People.Accounts.FindByReferenceAsync($"Patient/{patient}", cancel) is { } child)
                {
                    children.Add((guardian, child));
                }
            }
            catch (RecordUnreadableException)
            {
                // What others ask is told all the same.
            }
        }

        return children;
    }
}
