using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Acting.Carers;

/// <summary>What somebody is told who was taken out of those who look after a child, until they say that they know.</summary>
internal static class TakenOut
{
    /// <summary>Of what is noted for somebody that which is true, newest first: it is noted before it is done, and whoever looks after the child still, or stepped back themselves, was not taken out.</summary>
    /// <remarks>Of a record that is damaged nobody can tell, and nothing is told.</remarks>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<CareEnding>> OfAsync(Modules modules, Person person, CancellationToken cancel)
    {
        List<CareEnding> over = [];
        foreach (var ended in await modules.People.EndedCare.ListAsync(person.Id, cancel))
        {
            try
            {
                if (await modules.Records.Acting.OpenAsync(ended.Child, Patients.ActorOf(person), cancel) is not { IsParental: true }
                    && await modules.Records.Guardians.HasTakenOutAsync(ended.Child, ended.By, ended.Agreements, cancel))
                {
                    over.Add(ended);
                }
            }
            catch (RecordUnreadableException)
            {
                // Whoever opens the record is logged then; here it is looked at each minute.
            }
        }

        return over;
    }
}
