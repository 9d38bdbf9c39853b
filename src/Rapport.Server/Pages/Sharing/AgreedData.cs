using Rapport.Records;
using Rapport.Server.Pages.Sharing.SeriesTerms;

namespace Rapport.Server.Pages.Sharing;

/// <summary>Which entries of a record an agreement is about by what they are and when they were, whatever they are marked as.</summary>
internal sealed class AgreedData
{
    private readonly SharingTerms _terms;
    private readonly IReadOnlyList<(NamedSeries Series, IReadOnlySet<string> With)> _ofSeries, _keptSeries;

    private AgreedData(SharingTerms terms, SharingPreview preview) =>
        (_terms, _ofSeries, _keptSeries) = (terms, With(preview, terms.Series), With(preview, terms.ButSeries));

    /// <param name="terms">What is agreed on.</param>
    /// <param name="preview">The record.</param>
    public static AgreedData Of(SharingTerms terms, SharingPreview preview) => new(terms, preview);

    /// <summary>Whether it is about an entry by its kind. What names entries, or is about what is related to one, is not told so.</summary>
    public bool SpeaksOf(AnsweredEntry entry) =>
        _terms is { Entry: null, Entries.Count: 0 } && (_terms.Types?.Contains(entry.ResourceType) ?? true) && _terms.IsOfItsDays(entry.When)
        && (_ofSeries.Count == 0 || IsOf(_ofSeries, entry)) && !IsOf(_keptSeries, entry) && _terms.But.All(but => but.Reference != entry.Reference);

    private static bool IsOf(IReadOnlyList<(NamedSeries Series, IReadOnlySet<string> With)> some, AnsweredEntry entry) =>
        some.Any(one => (one.Series.Types?.Contains(entry.ResourceType) ?? true) && one.With.Contains(entry.Reference));

    private static IReadOnlyList<(NamedSeries, IReadOnlySet<string>)> With(SharingPreview preview, IReadOnlyList<NamedSeries> series) =>
        [.. series.Select(one => (one, preview.WithCodes(one.Codes.Select(static code => code.Known))))];
}
