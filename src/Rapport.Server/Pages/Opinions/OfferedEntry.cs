using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Opinions;

/// <summary>An entry that can go along with a question, ready to be shown.</summary>
/// <param name="Reference">Its FHIR reference.</param>
/// <param name="Title">Why it is offered.</param>
/// <param name="Line">What it is.</param>
/// <param name="Labels">What it is marked as.</param>
/// <param name="IsTicked">Whether it goes along.</param>
/// <param name="Files">The FHIR references of the files that go along with it.</param>
public sealed record OfferedEntry(string Reference, string Title, EntryLine Line, IReadOnlyList<string> Labels, bool IsTicked, IReadOnlyList<string> Files)
{
    /// <summary>The FHIR references of the others that are shown as one with it: all of them go along, or none.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>All that goes along when it does.</summary>
    public IEnumerable<string> All => [Reference, .. Others, .. Files];

    /// <summary>What else to know of it: what was measured, when, and that it is held back.</summary>
    public string About => string.Join(" · ", ((string?[])[Line.Value, Line.Date, Others.Count > 0 ? Say.Count(OpinionText.ToldBy, Others.Count + 1) : null, Labels.Count > 0 ? OpinionText.HeldBack : null]).Where(static part => !string.IsNullOrEmpty(part)));
}
