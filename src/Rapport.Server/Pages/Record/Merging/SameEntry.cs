using Rapport.Merging;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Record.Merging;

/// <summary>Another entry that tells of the same thing.</summary>
/// <param name="Line">What it says in short.</param>
/// <param name="Reference">Its FHIR reference.</param>
/// <param name="Why">By which rule the two are one, in a sentence.</param>
/// <param name="IsByPatient">Whether the patient said so.</param>
/// <param name="From">Who told it: the source, or whoever it names itself; null when nobody is known.</param>
public sealed record SameEntry(EntryLine Line, string Reference, string Why, bool IsByPatient, string? From)
{
    /// <summary>What is one with the first entry of an answer.</summary>
    /// <param name="answer">An answer to a query that merges.</param>
    /// <param name="sources">The sources of one's own record; none for somebody else's, where they are not for others to know.</param>
    public static IReadOnlyList<SameEntry> Of(RecordAnswer answer, IReadOnlyList<Source> sources) =>
    [
        .. answer.SameAs(0).Select(same =>
        {
            var resource = answer.ReadResource(same.Index);
            var entry = answer.Entries[same.Index];
            var source = sources.FirstOrDefault(known => known.Number == entry.Source)?.Description.Name;
            return new SameEntry(
                EntryReader.Line(resource), entry.Reference, Sentence(same.Reason, entry.ResourceType), same.Reason.By == SameBy.Patient, source ?? (Authors.Of(resource.Root) is [var author, ..] ? author : null));
        }),
    ];

    private static string Sentence(MergeReason reason, string type)
    {
        if (reason.By == SameBy.Patient)
        {
            return MergingText.ByPatient;
        }

        var by = reason.By switch
        {
            SameBy.Identifier => MergingText.ByIdentifier,
            SameBy.Content => MergingText.ByContent,
            SameBy.Code => MergingText.ByCode,
            SameBy.Concept => MergingText.ByConcept,
            SameBy.Name => MergingText.ByName,
            SameBy.LikeName => MergingText.ByLikeName,
            SameBy.Parts => MergingText.ByParts,
            SameBy.Ingredient => MergingText.ByIngredient,
            _ => MergingText.ByAntigen,
        };
        string?[] parts =
        [
            by,
            type == "Observation" && reason.By != SameBy.Identifier ? MergingText.SameValue : null,
            reason.When switch
            {
                SameWhen.Moment => MergingText.WhenMoment,
                SameWhen.Day => MergingText.WhenDay,
                SameWhen.OtherTime => MergingText.WhenOtherTime,
                SameWhen.DayApart => MergingText.WhenDayApart,
                SameWhen.ClockApart => MergingText.WhenClockApart,
                SameWhen.Within => MergingText.WhenWithin,
                SameWhen.Unknown => MergingText.WhenUnknown,
                _ => null,
            },
        ];
        return Say.Fill(MergingText.Because, Say.List([.. parts.OfType<string>()]));
    }
}
