using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Summaries;

/// <summary>A document of what a patient chose: a section for each kind, first what must not be missed. Pure.</summary>
internal static class ChosenEntries
{
    /// <summary>What whoever treats somebody they do not know must not miss.</summary>
    private static readonly string[] First = ["allergies", "medicines"];

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
            .. from kind in Kind.All.OrderBy(static kind => Array.IndexOf(First, kind.Name) is >= 0 and var at ? at : First.Length)
               where kind != Kind.You
               let held = entries.Where(entry => Kind.Of(entry.Resource.TypeName) == kind).ToList()
               where held.Count > 0
               select new DocumentSection(Say.Sentence(kind.Many), [.. held.OrderByDescending(static entry => EntryReader.Line(entry.Resource).Danger is not null)]),
            .. leftOut == 0 ? Array.Empty<DocumentSection>() : [new DocumentSection(PatientSummaryText.LeftOutTitle, []) { Words = Say.Count(PatientSummaryText.LeftOut, leftOut) }],
        ],
    };
}
