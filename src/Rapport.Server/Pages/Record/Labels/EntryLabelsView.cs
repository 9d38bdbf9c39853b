using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Record.Labels;

/// <summary>The labels of one entry of one's own, ready to be shown.</summary>
/// <param name="Labels">The labels, each with why.</param>
/// <param name="Source">What the entry's source is called; null when nobody knows.</param>
public sealed record EntryLabelsView(EntryLabels Labels, string? Source)
{
    /// <summary>The entry, by its FHIR reference.</summary>
    public string Reference => Labels.Entry.Reference;

    /// <summary>What it is.</summary>
    public EntryLine Line { get; } = EntryReader.Line(Labels.Resource);

    /// <summary>What it is called, as something that others are called too.</summary>
    public IReadOnlyList<LabelKind> Kinds { get; } = LabelKind.Of(Labels.Resource);

    /// <summary>Whether it stays home only until somebody has looked at it.</summary>
    public bool IsToBeLookedAt => Labels.There.Any(static label => label.Label == SecurityLabel.Restricted && label.Found.Any(static found => found.IsNotLookedAt));

    /// <summary>Whether it is a comment, which goes along with the entry that it is about.</summary>
    public bool IsComment => Comment.Is(Labels.Resource.Root);

    /// <summary>Whether it leads to a file, of which the same is said.</summary>
    public bool HasFile => Labels.Entry.ResourceType is "DocumentReference" or "Media" || (Labels.Entry.ResourceType == "DiagnosticReport" && Labels.Resource.Root.All("presentedForm").Count > 0);

    /// <summary>What is said of this entry alone is said of: each place where it stands, with its files.</summary>
    public string OnlyThis => (Labels.Places > 1, HasFile) switch
    {
        (true, true) => Say.Count(LabelsText.OnlyThisPlacesWithFile, Labels.Places),
        (true, false) => Say.Count(LabelsText.OnlyThisPlaces, Labels.Places),
        (false, true) => LabelsText.OnlyThisWithFile,
        _ => LabelsText.OnlyThis,
    };

    /// <summary>What is told when something was said of it.</summary>
    public string Done => Labels.Places > 1 ? Say.Count(LabelsText.DonePlaces, Labels.Places) : LabelsText.Done;

    /// <summary>The marks to choose from, those that it has among them, each with whether it has it.</summary>
    public IReadOnlyList<(SecurityLabel Label, bool IsThere)> Choices
    {
        get
        {
            var there = Labels.There.Select(static label => label.Label).ToHashSet();
            return [.. LabelWords.Offered.Concat(there).Distinct().Where(static label => label.Code.Length > 0).Select(label => (label, there.Contains(label)))];
        }
    }
}
