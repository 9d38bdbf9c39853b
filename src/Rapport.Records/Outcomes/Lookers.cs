using System.Text;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>Notes who looked at a record, so that they find it again when they want to say what came of it.</summary>
internal static class Lookers
{
    /// <summary>It is noted at most so often for one person and record: to the hour is enough, and a look shall cost no more than its ledger entry.</summary>
    private static readonly TimeSpan Often = TimeSpan.FromHours(1);

    /// <summary>Notes it, before the look is recorded: a note without a look leads to nothing, and there is no look without a note.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal static ValueTask NoteAsync(RecordServices services, Compartment compartment, Actor looker, DateTimeOffset now, CancellationToken cancel) =>
        IsNoted(compartment, looker, now) ? ValueTask.CompletedTask : new(NoteInTurnAsync(services, compartment, looker, now, cancel));

    private static bool IsNoted(Compartment compartment, Actor looker, DateTimeOffset now) => compartment.Lookers.TryGetValue(looker.Reference, out var last) && now - last < Often;

    private static async Task NoteInTurnAsync(RecordServices services, Compartment compartment, Actor looker, DateTimeOffset now, CancellationToken cancel)
    {
        await compartment.NotingLookers.WaitAsync(cancel);
        try
        {
            if (!IsNoted(compartment, looker, now))
            {
                compartment.Lookers[looker.Reference] = DateTimeOffset.FromUnixTimeMilliseconds(await NoteNowAsync(services, compartment, looker, now.ToUnixTimeMilliseconds(), cancel));
            }
        }
        finally
        {
            compartment.NotingLookers.Release();
        }
    }

    /// <summary>When it is noted last.</summary>
    private static async Task<long> NoteNowAsync(RecordServices services, Compartment compartment, Actor looker, long now, CancellationToken cancel)
    {
        var hash = services.LookerHash(looker.Reference);
        if (await services.Lookers.ReadAsync(compartment.IdText, hash, cancel) is { } known && now - known < (long)Often.TotalMilliseconds)
        {
            return known;
        }

        var name = Encoding.UTF8.GetBytes(await NameAsync(services, compartment, looker, now, cancel));
        await services.Lookers.NoteAsync(
            new LookerRow { PatientId = compartment.IdText, Looker = hash, LookedAt = now, Body = compartment.Sealer.Seal(Places.Looker(compartment.Id, hash), name) }, cancel);
        return now;
    }

    /// <summary>The name that the patient shares under with them; empty where their agreements name nobody.</summary>
    private static async Task<string> NameAsync(RecordServices services, Compartment compartment, Actor looker, long now, CancellationToken cancel)
    {
        var hashes = looker.RecipientReferences.Select(services.RecipientHash).ToList();
        var rows = await services.Store.ReadSharedWithAsync(hashes, now, compartment.IdText, compartment.IdText, cancel);
        foreach (var row in rows)
        {
            try
            {
                return SharingLabel.Decode(compartment.Sealer.Open(Places.Sharing(compartment.Id, row.Recipient), row.Label)).Name;
            }
            catch (SealBrokenException)
            {
                // One that was tampered with names nobody, and keeps nobody from looking.
            }
        }

        return "";
    }
}
