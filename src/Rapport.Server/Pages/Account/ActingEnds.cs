using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Account;

/// <summary>What somebody does for others ends with their account: nobody is told afterwards that one who is gone looks after a child.</summary>
internal static class ActingEnds
{
    /// <summary>For whom they act now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<ActingAccess>> OfAsync(HttpContext http, RecordDoor door, RecordsModule records, CancellationToken cancel)
    {
        var acting = new List<ActingAccess>();
        foreach (var patient in await records.Compartments.ActedForAsync(http.GetActor(), cancel))
        {
            if (await door.OpenActingAsync(http, patient) is { } access)
            {
                acting.Add(access);
            }
        }

        return acting;
    }

    /// <summary>The names of the children whom nobody would look after as they do.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<string>> LeftAloneAsync(IReadOnlyList<ActingAccess> acting, CancellationToken cancel)
    {
        var names = new List<string>();
        foreach (var access in acting)
        {
            if (await access.OtherParentsAsync(cancel) is { IsEnough: false })
            {
                names.Add(access.PatientName);
            }
        }

        return names;
    }

    /// <summary>Lays all of it down. Of two who close their accounts at once one is asked.</summary>
    /// <param name="acting">What they do.</param>
    /// <param name="evenIfNobodyIsLeft">They know that nobody is left for a child.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False where nobody would be left and they were not asked: then the rest of it goes on too.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<bool> LayDownAsync(IReadOnlyList<ActingAccess> acting, bool evenIfNobodyIsLeft, CancellationToken cancel)
    {
        foreach (var access in acting)
        {
            if (!await access.LeaveAsync(evenIfNobodyIsLeft, cancel))
            {
                return false;
            }
        }

        return true;
    }
}
