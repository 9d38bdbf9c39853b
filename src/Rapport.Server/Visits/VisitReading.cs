using System.Globalization;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Record.Summary;

namespace Rapport.Server.Visits;

/// <summary>
/// Reads what the rules go by out of a record. One question to its index, of which the newest of each kind are opened and no more: a record of many years costs what a small one does.
/// </summary>
internal static class VisitReading
{
    private const int MostVisits = 20, MostMedicines = 150, MostStatements = 100, MostLaboratory = 250, MostVitals = 100, MostOthers = 100, MostProblems = 100, MostDoings = 60, MostDue = 10;

    /// <summary>Years after which nothing is called new, and from which on a weight is compared.</summary>
    private const int MostYears = 2, Grown = 18;

    /// <summary>The most entries that are opened.</summary>
    public const int MostOpened = 1 + MostVisits + MostMedicines + MostStatements + MostLaboratory + MostVitals + MostOthers + MostProblems + (2 * MostDoings) + (2 * MostDue);

    /// <summary>What a record is asked, by the clock of who reads: a day is written as it was where it was written down.</summary>
    public static RecordQuery QueryAt(DateTimeOffset now) => new RecordQuery.Several(
    [
        Of("Patient", "_count=1"),
        Of("Encounter", $"_sort=-date&_count={MostVisits}"),
        Of("MedicationRequest", $"status=active,on-hold,stopped&_sort=-authoredon&_count={MostMedicines}"),
        Of("MedicationStatement", $"status=active,on-hold,intended,stopped&_sort=-effective&_count={MostStatements}"),
        Of("Observation", $"category=laboratory&_sort=-date&_count={MostLaboratory}"),
        Of("Observation", $"category=vital-signs&_sort=-date&_count={MostVitals}"),
        Of("Observation", $"_sort=-date&_count={MostOthers}"),
        Of("Condition", $"clinical-status:not=resolved,inactive,remission&verification-status:not=refuted,entered-in-error&_sort=-onset-date&_count={MostProblems}"),
        Of("Procedure", $"_sort=-date&_count={MostDoings}"),
        Of("CarePlan", $"status=active,on-hold&_sort=-date&_count={MostDoings}"),
        Of("ImmunizationRecommendation", $"_sort=-date&_count={MostDue}"),
        Of("Appointment", $"status=booked,pending,proposed&date=ge{TimeZones.Local(now).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}&_sort=date&_count={MostDue}"),
    ])
    { Merges = true };

    /// <summary>What the answer to <see cref="QueryAt"/> says; of what several sources tell as one, one.</summary>
    public static VisitFacts Read(RecordAnswer answer, DateTimeOffset now)
    {
        var at = TimeZones.Local(now).DateTime;
        var entries = Enumerable.Range(0, answer.MatchCount).Select(i => EntryAt(answer, i)).OrderByDescending(static entry => entry.At).ToList();
        var visits = Of("Encounter");
        var last = visits.Find(visit => visit.At < at && visit.Status is not ("planned" or "cancelled" or "entered-in-error"))?.At?.Date ?? at.AddYears(-1);
        var born = Of("Patient") is [var patient, ..] && patient.Resource.Root.Text("birthDate") is { } birth ? FhirDate.At(birth) : null;
        return new VisitFacts
        {
            Now = at,
            Since = last < at.AddYears(-MostYears) ? at.AddYears(-MostYears) : last,
            IsChild = born > at.AddYears(-Grown),
            Medicines = Of("MedicationRequest", "MedicationStatement"),
            Results = Of("Observation"),
            Problems = Of("Condition"),
            Doings = [.. visits, .. Of("Procedure", "CarePlan")],
            Due = [.. Of("ImmunizationRecommendation", "Appointment").AsEnumerable().Reverse()],
        };

        List<VisitEntry> Of(params string[] types) => entries.FindAll(entry => types.Contains(entry.Resource.TypeName));
    }

    private static VisitEntry EntryAt(RecordAnswer answer, int index)
    {
        var resource = answer.ReadResource(index);
        return new VisitEntry(
            resource, EntryReader.Line(resource), answer.Entries[index].Reference,
            answer.SameAs(index).Select(static same => same.Index).Prepend(index).Any(member => RecordSummary.IsSensitive(answer.Entries[member].Labels)));
    }

    private static SearchQuery Of(string type, string query) => SearchQuery.Parse(type, SearchQuery.SplitUrlQuery(query)).Query ?? throw new InvalidOperationException($"`{query}` is no search");
}
