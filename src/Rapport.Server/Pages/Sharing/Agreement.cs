using Rapport.Consent;
using Rapport.Data;
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
/// <param name="Recipients">Whom it is for, as they are told inside a sentence.</param>
/// <param name="State">Whether it opens anything.</param>
public sealed record Agreement(StoredConsent Consent, SharingTerms? Terms, IReadOnlyList<string> Recipients, AgreementState State)
{
    /// <summary>Whom it is for, inside a sentence.</summary>
    public string Who => Recipients.Count == 0 ? "everyone" : Say.List(Recipients);

    /// <summary>The day it was made.</summary>
    public string Day => Consent.Consent.DateTime is { } made ? FhirDate.Day(made) ?? made : Say.Day(Consent.Entry.LastUpdated);

    /// <summary>Whether it opens anything, and since or until when.</summary>
    public string StateText => State switch
    {
        AgreementState.ToCome => $"Begins on {Say.Day(Consent.Consent.ValidFrom!.Value)}",
        AgreementState.Now => "In force now",
        _ when Consent.Consent.Status == "entered-in-error" => $"Taken back on {Say.Day(Consent.Entry.LastUpdated)}",
        _ when !Consent.Consent.Counts => $"Stopped on {Say.Day(Consent.Entry.LastUpdated)}",
        _ => $"Ended on {Say.LastDay(Consent.Consent.ValidUntil!.Value)}",
    };

    /// <summary>An agreement out of a consent.</summary>
    internal static async Task<Agreement> OfAsync(StoredConsent consent, Recipients recipients, PersonId self, DateTimeOffset now, CancellationToken cancel)
    {
        var terms = SharingTerms.TryRead(consent.Resource);
        var names = new List<string>();
        foreach (var reference in consent.Consent.Recipients)
        {
            var known = await recipients.ResolveAsync(reference, self, cancel);
            names.Add(known?.Told ?? (terms is not null && terms.Recipient == reference ? terms.RecipientName : reference));
        }

        var state = !consent.Consent.Counts || consent.Consent.ValidUntil <= now ? AgreementState.Ended
            : consent.Consent.ValidFrom > now ? AgreementState.ToCome
            : AgreementState.Now;
        return new Agreement(consent, terms, names, state);
    }
}

/// <summary>What a recipient would see and what they would not, counted by kind.</summary>
/// <param name="Seen">Entries they would see.</param>
/// <param name="Home">Entries they would not.</param>
/// <param name="Kinds">By kind: how many they would see, of how many.</param>
/// <param name="Private">By sensitive label: how many they would see, of how many. An entry may carry several.</param>
/// <param name="HeldBack">Entries of what was chosen that they would not see because they are marked as sensitive.</param>
/// <param name="Titles">What they would see by name, with how often there is such an entry; by kind.</param>
public sealed record SharingSummary(
    int Seen, int Home, IReadOnlyList<(Kind Kind, int Seen, int Total)> Kinds, IReadOnlyList<(string Label, int Seen, int Total)> Private, int HeldBack,
    IReadOnlyList<(Kind Kind, IReadOnlyList<(string Title, int Count)> Titles)> Titles)
{
    /// <summary>Whether nothing of what was chosen is marked as sensitive, so that the marks kept nothing back.</summary>
    public bool IsUnmarked => HeldBack == 0 && Private.All(label => label.Seen == 0);

    public static SharingSummary Of(SharingPreview preview, SharingTerms terms)
    {
        var byType = preview.ByType();
        var kinds =
            from kind in Kind.All
            let counts = kind.TypesAmong(byType.Keys).Select(type => byType[type]).ToList()
            where counts.Count > 0
            select (kind, counts.Sum(count => count.Seen), counts.Sum(count => count.Total));
        var entries = preview.Entries().ToList();
        var labels =
            from entry in entries
            from label in entry.Entry.Labels
            where SecurityLabels.IsSensitive("", label)
            group entry.Reason.Permitted by label into marked
            orderby SecurityLabels.Describe("", marked.Key)
            select (marked.Key, marked.Count(permitted => permitted), marked.Count());
        var titles =
            from line in preview.ReadSeen().Select(seen => EntryReader.Line(seen.Resource))
            group line.Title by line.Kind into kind
            orderby Kind.All.ToList().IndexOf(kind.Key)
            select (kind.Key, (IReadOnlyList<(string, int)>)[.. kind.CountBy(title => title).OrderBy(title => title.Key).Select(title => (title.Key, title.Value))]);
        return new SharingSummary(
            preview.Seen, preview.Home, [.. kinds], [.. labels], entries.Count(entry => IsHeldBack(entry.Entry, entry.Reason, terms)), [.. titles]);
    }

    /// <summary>Whether it would go along but for its label. The reason alone does not tell: where labels are named, a consent speaks of what carries none of them not at all.</summary>
    private static bool IsHeldBack(AnsweredEntry entry, DecisionReason reason, SharingTerms terms) =>
        !reason.Permitted && entry.ResourceType != "Consent" && (terms.Types?.Contains(entry.ResourceType) ?? true)
        && entry.Labels.Any(label => SecurityLabels.IsSensitive("", label));
}
