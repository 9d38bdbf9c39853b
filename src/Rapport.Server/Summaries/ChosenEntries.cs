using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Summaries;

/// <summary>A document of what a patient chose: a section for each kind. Pure.</summary>
internal static class ChosenEntries
{
    /// <summary>The document.</summary>
    /// <param name="entries">What was chosen.</param>
    /// <param name="leftOut">How many entries did not fit.</param>
    public static SharedDocument Document(IReadOnlyList<SharedEntry> entries, int leftOut) => new()
    {
        Title = PatientSummaryText.ChosenTitle,
        Type = new DocumentCode("11503-0", "Medical records"),
        Entries = entries,
        Sections =
        [
            .. from kind in Kind.All
               where kind != Kind.You
               let held = entries.Where(entry => Kind.Of(entry.Resource.TypeName) == kind).ToList()
               where held.Count > 0
               select new DocumentSection(Say.Sentence(kind.Many), held),
            .. leftOut == 0 ? Array.Empty<DocumentSection>() : [new DocumentSection(PatientSummaryText.LeftOutTitle, []) { Words = Say.Count(PatientSummaryText.LeftOut, leftOut) }],
        ],
    };
}
