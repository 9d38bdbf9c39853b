using Rapport.Fhir;
using Rapport.Labelling;

namespace Rapport.Records;

/// <summary>The labels of one entry, each with why: for its patient's eyes.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Resource">What it says.</param>
/// <param name="There">The labels that it carries.</param>
/// <param name="Away">Those that it would carry, had the patient not taken them away.</param>
public sealed record EntryLabels(AnsweredEntry Entry, Resource Resource, IReadOnlyList<ExplainedLabel> There, IReadOnlyList<ExplainedLabel> Away)
{
    /// <summary>In how many places of the record it stands, this one among them: what is shown as one is marked as one.</summary>
    public int Places { get; init; } = 1;

    /// <summary>The codes that say what it is, or of which category: what the patient may speak of as a kind.</summary>
    public IReadOnlySet<(string System, string Code)> Codes => OwnLabels.CodesOf(Resource);
}

/// <summary>A label of an entry, and why it is there or would be.</summary>
/// <param name="Label">The label.</param>
/// <param name="Found">What the rules find.</param>
/// <param name="IsSaid">Whether a source said so.</param>
/// <param name="Word">What the patient said of it; null for nothing.</param>
public sealed record ExplainedLabel(SecurityLabel Label, IReadOnlyList<FoundLabel> Found, bool IsSaid, OwnLabel? Word);
