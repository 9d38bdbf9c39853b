using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.CardsIssued;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Record.Summary;
using Rapport.Server.Summaries;

namespace Rapport.Server.Pages.Cards;

/// <summary>An entry that can stand on a card.</summary>
/// <param name="Section">What entries like it are called.</param>
/// <param name="Reference">Its reference.</param>
/// <param name="Text">It in one line.</param>
/// <param name="Labels">What it is marked as.</param>
/// <param name="Medicine">The reference of the entry that names the medicine which it is about; null for none.</param>
public sealed record CardCandidate(string Section, string Reference, string Text, IReadOnlyList<string> Labels, string? Medicine)
{
    /// <summary>Whether it stays off a card unless the patient ticks it.</summary>
    public bool IsSensitive => RecordSummary.IsSensitive(Labels);

    /// <summary>What can stand on a card, what several sources tell of one thing once.</summary>
    /// <param name="own">Whose record.</param>
    /// <param name="isSummary">Whether it is about what whoever helps needs first, and not about vaccinations.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<IReadOnlyList<CardCandidate>> AllAsync(OwnAccess own, bool isSummary, CancellationToken cancel)
    {
        var answer = await own.QueryAsync(PatientSummary.Query, cancel);
        var entries = Enumerable.Range(0, answer.MatchCount).Where(i => CardBundle.Holds(answer.Entries[i].ResourceType)).Select(i => (Entry: answer.Entries[i], Resource: answer.ReadResource(i))).ToList();
        return
        [
            .. from section in SummarySection.All
               where section.IsRequired == isSummary
               from found in entries
               where section.Holds(found.Resource) && (isSummary || found.Resource.TypeName == "Immunization")
               select new CardCandidate(section.Heading(), found.Entry.Reference, CardMaking.LineOf(found.Resource), found.Entry.Labels, MedicineOf(found.Resource)),
        ];
    }

    private static string? MedicineOf(Resource entry) =>
        entry.Root.TryGetChild("medicationReference", out var to) && to.Text("reference") is { } reference && reference.StartsWith("Medication/", StringComparison.Ordinal) ? reference : null;
}
