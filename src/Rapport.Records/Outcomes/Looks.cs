using System.Text;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>A visit of somebody to somebody else's record, as whoever looked may know it.</summary>
/// <param name="Patient">Whose record.</param>
/// <param name="PatientName">The name they knew it by; empty when they knew none.</param>
/// <param name="Visit">When they looked what for, and what they said came of it.</param>
public sealed record LookedAt(PatientId Patient, string PatientName, Visit Visit);

/// <summary>
/// What somebody looked at, and what they say came of it: for each only their own looks, also after access has ended. They learn nothing of the record by it, nor of what
/// others did. Thread safe.
/// </summary>
public sealed class Looks
{
    /// <summary>Records whose looks are told: those looked at last.</summary>
    private const int MostRecords = 100;

    private readonly RecordServices _services;

    internal Looks(RecordServices services) => _services = services;

    /// <summary>The visits of somebody since a time, newest first. What the patients felt of them is left out.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<LookedAt>> ListAsync(Actor looker, DateTimeOffset since, CancellationToken cancel)
    {
        var visits = new List<LookedAt>();
        HashSet<string> theirs = [.. NamesOf(looker)];
        foreach (var reference in theirs)
        {
            foreach (var row in await _services.Lookers.ListAsync(_services.LookerHash(reference), since.ToUnixTimeMilliseconds(), MostRecords, cancel))
            {
                visits.AddRange((await VisitsAsync(row, reference, cancel)).Where(visit => visit.Visit.Last.At >= since));
            }
        }

        return [.. visits.OrderByDescending(static visit => visit.Visit.Last.At).ThenBy(static visit => visit.Patient)];
    }

    /// <summary>Says what came of the visit that a look belongs to.</summary>
    /// <param name="looker">Who says it.</param>
    /// <param name="patient">Whose record they looked at.</param>
    /// <param name="outcome">Of which look, and what: one of <see cref="Outcome.OfLookers"/>.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="ArgumentException">It is no outcome that whoever looked may tell.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<OutcomeTold> TellAsync(Actor looker, PatientId patient, Outcome outcome, CancellationToken cancel)
    {
        HashSet<string> theirs = [.. NamesOf(looker)];
        try
        {
            return await _services.Cache.GetAsync(patient) is { } compartment && compartment.Owner != looker.Person
                ? await OutcomeWriting.TellAsync(_services, compartment, looker, outcome, look => theirs.Contains(look.Actor), cancel)
                : OutcomeTold.NothingHere;
        }
        catch (Exception e) when (IsOver(e))
        {
            return OutcomeTold.NothingHere;
        }
    }

    /// <summary>What somebody said last came of the visit that a look of theirs belongs to; null when they said nothing, or there is no such look.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Outcome?> SaidAsync(Actor looker, PatientId patient, long look, CancellationToken cancel)
    {
        HashSet<string> theirs = [.. NamesOf(looker)];
        try
        {
            return await _services.Cache.GetAsync(patient) is { } compartment && Visit.Find((await new OwnLedger(_services, compartment).HistoryAsync(cancel)).Deeds, look) is { } visit && theirs.Contains(visit.First.Actor)
                ? visit.SaidLast
                : null;
        }
        catch (Exception e) when (IsOver(e))
        {
            return null;
        }
    }

    /// <summary>Every name under which a ledger may have somebody: what they are called changes as they begin to keep a record, or to work with patients.</summary>
    private static IEnumerable<string> NamesOf(Actor looker) =>
        [looker.Reference, $"Practitioner/{looker.Person}", $"RelatedPerson/{looker.Person}", .. looker.RecipientReferences.Where(static reference => reference.StartsWith("Patient/", StringComparison.Ordinal))];

    /// <summary>A record that is damaged or erased is told of by nobody's looks.</summary>
    private static bool IsOver(Exception e) => e is RecordErasedException || RecordDamage.IsShownBy(e);

    private async Task<IReadOnlyList<LookedAt>> VisitsAsync(LookerRow row, string reference, CancellationToken cancel)
    {
        try
        {
            var patient = PatientId.Parse(row.PatientId);
            if (await _services.Cache.GetAsync(patient) is not { } compartment)
            {
                return [];
            }

            var name = Encoding.UTF8.GetString(compartment.Sealer.Open(Places.Looker(patient, row.Looker), row.Body));
            var history = await new OwnLedger(_services, compartment).HistoryAsync(cancel);
            return [.. Visit.In(history.Deeds, look => look.Actor == reference).Select(visit => new LookedAt(patient, name, visit with { Felt = [] }))];
        }
        catch (Exception e) when (IsOver(e))
        {
            return [];
        }
    }
}
