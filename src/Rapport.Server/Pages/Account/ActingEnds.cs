using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Account;

/// <summary>What somebody does for others ends with their account: nobody is told afterwards that one who is gone looks after a child.</summary>
/// <param name="Acting">For whom they act now.</param>
/// <param name="Damaged">How many records there are besides for whose patients they act, as far as anybody can tell: these are damaged, and nothing is written there.</param>
internal sealed record ActingEnds(IReadOnlyList<ActingAccess> Acting, int Damaged)
{
    /// <summary>For whom somebody acts now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<ActingEnds> OfAsync(HttpContext http, RecordDoor door, RecordsModule records, CancellationToken cancel)
    {
        var (acting, damaged) = (new List<ActingAccess>(), 0);
        foreach (var patient in await records.Compartments.ActedForAsync(http.GetActor(), cancel))
        {
            var (access, isDamaged) = await door.LookAtActingAsync(http, patient);
            damaged += isDamaged ? 1 : 0;
            if (access is not null)
            {
                acting.Add(access);
            }
        }

        return new ActingEnds(acting, damaged);
    }

    /// <summary>The children whom nobody would look after as they do.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<ActingAccess>> LeftAloneAsync(CancellationToken cancel)
    {
        var alone = new List<ActingAccess>();
        foreach (var access in Acting)
        {
            if (await access.OtherParentsAsync(cancel) is { IsEnough: false })
            {
                alone.Add(access);
            }
        }

        return alone;
    }

    /// <summary>Lays all of it down, or nothing where a child would be left alone of which they do not know that. Of two who close their accounts at once one is asked: what was laid down before that stays so.</summary>
    /// <param name="known">The children of whom they know that nobody is left.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The children whom nobody would look after, and they do not know it: they go on for these. None once all is laid down.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<ActingAccess>> LayDownAsync(IReadOnlyCollection<PatientId> known, CancellationToken cancel)
    {
        if (await UnknownAsync(known, cancel) is { Count: > 0 } unknown)
        {
            return unknown;
        }

        foreach (var access in Acting)
        {
            if (!await access.LeaveAsync(known.Contains(access.Patient), cancel))
            {
                return [access];
            }
        }

        return [];
    }

    /// <summary>The children whom nobody would look after as they do, and of whom they do not know that.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<ActingAccess>> UnknownAsync(IReadOnlyCollection<PatientId> known, CancellationToken cancel) =>
        [.. (await LeftAloneAsync(cancel)).Where(access => !known.Contains(access.Patient))];
}
