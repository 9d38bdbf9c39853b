using Rapport.Consent;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>Whether an agreement opens anything.</summary>
public enum AgreementState
{
    /// <summary>It does.</summary>
    Now,

    /// <summary>It will.</summary>
    ToCome,

    /// <summary>It was stopped or ran out.</summary>
    Ended,
}

/// <summary>An agreement of the patient's, ready to be shown.</summary>
/// <param name="Consent">The consent.</param>
/// <param name="Terms">What it says in plain words; null when it says more than these can tell.</param>
/// <param name="Names">Whom it is for.</param>
/// <param name="State">Whether it opens anything.</param>
public sealed record Agreement(StoredConsent Consent, SharingTerms? Terms, IReadOnlyList<string> Names, AgreementState State);

/// <summary>What a recipient would see and what stays home, counted by kind.</summary>
/// <param name="Seen">Entries they would see.</param>
/// <param name="Home">Entries that stay home.</param>
/// <param name="Kinds">By kind: how many they would see, of how many.</param>
/// <param name="Private">By sensitive label: how many they would see, of how many. An entry may carry several.</param>
public sealed record SharingSummary(
    int Seen, int Home, IReadOnlyList<(Kind Kind, int Seen, int Total)> Kinds, IReadOnlyList<(string Label, int Seen, int Total)> Private)
{
    public static SharingSummary Of(SharingPreview preview)
    {
        var byType = preview.ByType();
        var kinds =
            from kind in Kind.All
            let counts = kind.TypesAmong(byType.Keys).Select(type => byType[type]).ToList()
            where counts.Count > 0
            select (kind, counts.Sum(count => count.Seen), counts.Sum(count => count.Total));
        var labels =
            from entry in preview.Entries()
            from label in entry.Entry.Labels
            group entry.Reason.Permitted by label into marked
            orderby SecurityLabels.Describe("", marked.Key)
            select (marked.Key, marked.Count(permitted => permitted), marked.Count());
        return new SharingSummary(preview.Seen, preview.Home, [.. kinds], [.. labels]);
    }
}
