using Rapport.Consent;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>What a recipient would see and what stays home, entry by entry, each with why.</summary>
/// <param name="Seen">What they would see.</param>
/// <param name="Home">What they would not. Agreements are told apart: nobody counts them as entries of their health.</param>
/// <param name="HasAgreements">Whether there are agreements that stay home.</param>
/// <param name="Private">By sensitive label: how many they would see, of how many. An entry may carry several.</param>
/// <param name="HeldBack">Entries that they would not see only because they are marked as sensitive: counted alike before it is agreed to and after.</param>
public sealed record SharingSummary(SummarySide Seen, SummarySide Home, bool HasAgreements, IReadOnlyList<(string Label, int Seen, int Total)> Private, int HeldBack)
{
    /// <summary>Of what they would see, what several sources tell: all that those say goes along, and counts once.</summary>
    public int Joined { get; init; }

    /// <summary>Whether letters or reports are among what they would see: these go along whole.</summary>
    public bool HasDocuments => Seen.Kinds.Any(static kind => kind.Kind.Name is "documents" or "reports");

    /// <summary>Whether nothing of what was chosen is marked as sensitive, so that the marks kept nothing back.</summary>
    public bool IsUnmarked => HeldBack == 0 && Private.All(label => label.Seen == 0);

    /// <summary>Reads all of it.</summary>
    /// <param name="preview">What would be decided.</param>
    /// <param name="terms">What is agreed with them, and would be.</param>
    /// <param name="leavesOut">Of what would be permitted, what is left out all the same, and why; null for nothing.</param>
    public static SharingSummary Of(SharingPreview preview, IReadOnlyList<SharingTerms> terms, Func<AnsweredEntry, DecisionReason?>? leavesOut = null)
    {
        var entries = Entries(preview, leavesOut).ToList();
        var labels =
            from entry in entries
            from label in entry.Entry.Labels
            where SecurityLabels.IsSensitive("", label)
            group entry.Reason.Permitted by label into marked
            orderby SecurityLabels.Describe("", marked.Key)
            select (marked.Key, marked.Count(permitted => permitted), marked.Count());
        List<AgreedData> agreed = [.. terms.Select(one => AgreedData.Of(one, preview))];
        var sides = entries.ToLookup(entry => entry.Reason.Permitted);
        var agreements = sides[false].ToLookup(entry => Kind.Of(entry.Entry.ResourceType) == Kind.Agreements);
        return new SharingSummary(
            SummarySide.Of(SummarySide.Seen, preview, [.. sides[true]]), SummarySide.Of(SummarySide.Home, preview, [.. agreements[false]]), agreements[true].Any(), [.. labels], entries.Count(entry => IsHeldBack(entry.Entry, entry.Reason, agreed)))
        {
            Joined = sides[true].Count(entry => preview.SeenWith(entry.Entry) > 0),
        };
    }

    /// <summary>The entries of one kind on one side, newest first.</summary>
    /// <param name="preview">What would be decided.</param>
    /// <param name="before">What is decided now.</param>
    /// <param name="side">The <see cref="SummarySide.Name"/>.</param>
    /// <param name="kind">The kind.</param>
    public static List<(AnsweredEntry Entry, DecisionReason Reason)> ListOf(SharingPreview preview, SharingPreview before, string side, Kind kind) =>
        ListOf(side is SummarySide.Gained or SummarySide.Lost ? SharingDifference.Between(before, preview, side) : preview.Entries(), side, kind);

    /// <summary>The same, with what is left out of it.</summary>
    /// <param name="preview">What would be decided.</param>
    /// <param name="leavesOut">Of what would be permitted, what is left out all the same, and why; null for nothing.</param>
    /// <param name="side">The <see cref="SummarySide.Name"/>.</param>
    /// <param name="kind">The kind.</param>
    public static List<(AnsweredEntry Entry, DecisionReason Reason)> ListOf(SharingPreview preview, Func<AnsweredEntry, DecisionReason?>? leavesOut, string side, Kind kind) =>
        ListOf(Entries(preview, leavesOut), side, kind);

    private static List<(AnsweredEntry Entry, DecisionReason Reason)> ListOf(IEnumerable<(AnsweredEntry Entry, DecisionReason Reason)> entries, string side, Kind kind) =>
    [
        .. from entry in entries
           where entry.Reason.Permitted == side is SummarySide.Seen or SummarySide.Gained && Kind.Of(entry.Entry.ResourceType) == kind
           orderby entry.Entry.When?.Low ?? long.MinValue descending
           select entry,
    ];

    private static IEnumerable<(AnsweredEntry Entry, DecisionReason Reason)> Entries(SharingPreview preview, Func<AnsweredEntry, DecisionReason?>? leavesOut) => leavesOut is null
        ? preview.Entries()
        : preview.Entries().Select(entry => entry.Reason.Permitted && leavesOut(entry.Entry) is { } why ? (entry.Entry, why) : entry);

    /// <summary>Whether it would go along but for its label. The reason alone does not tell: where labels are named, a consent speaks of what carries none of them not at all. Nor do the terms, where they are about what is related to an entry.</summary>
    private static bool IsHeldBack(AnsweredEntry entry, DecisionReason reason, List<AgreedData> agreed) =>
        !reason.Permitted && entry.ResourceType != "Consent" && entry.Labels.Any(label => SecurityLabels.IsSensitive("", label))
        && (reason.Kind == ReasonKind.Sensitive || agreed.Exists(data => data.SpeaksOf(entry)));
}

/// <summary>One side of the summary.</summary>
/// <param name="Name">Names it in forms: one of the names here.</param>
/// <param name="Count">How many entries.</param>
/// <param name="Kinds">By kind, in the order in which pages show them.</param>
public sealed record SummarySide(string Name, int Count, IReadOnlyList<SummaryKind> Kinds)
{
    /// <summary>What they would see.</summary>
    public const string Seen = "seen";

    /// <summary>What stays home.</summary>
    public const string Home = "home";

    /// <summary>What they would see and do not see now.</summary>
    public const string Gained = "gained";

    /// <summary>What they see now and would see no longer.</summary>
    public const string Lost = "lost";

    internal static SummarySide Of(string name, SharingPreview preview, List<(AnsweredEntry Entry, DecisionReason Reason)> entries) => new(
        name, entries.Count,
        [
            .. from entry in entries
               group entry by Kind.Of(entry.Entry.ResourceType) into kind
               orderby Kind.All.ToList().IndexOf(kind.Key)
               select SummaryKind.Of(preview, kind.Key, [.. kind]),
        ]);
}

/// <summary>The entries of one kind on one side.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Count">How many.</param>
/// <param name="Reasons">By the reason why they are there, the most frequent first; no more than are shown.</param>
public sealed record SummaryKind(Kind Kind, int Count, IReadOnlyList<SummaryReason> Reasons)
{
    /// <summary>Reasons that are told; all are told where entries are listed one by one.</summary>
    private const int MostReasons = 4;

    /// <summary>Names that are listed under one reason.</summary>
    private const int MostTitles = 8;

    private const int MostTitle = 80;

    internal static SummaryKind Of(SharingPreview preview, Kind kind, List<(AnsweredEntry Entry, DecisionReason Reason)> entries) => new(
        kind, entries.Count,
        [
            .. (from entry in entries
                group entry.Entry by entry.Reason.Text into reason
                orderby reason.Count() descending
                select SummaryReason.Of(preview, reason.Key, [.. reason], MostTitles)).Take(MostReasons),
        ]);

    /// <summary>What an entry is, cut short where somebody wrote a whole letter into a title.</summary>
    internal static string TitleOf(SharingPreview preview, AnsweredEntry entry)
    {
        var title = EntryReader.Line(preview.Read(entry)).BothNames;
        return title.Shorten(MostTitle);
    }
}

/// <summary>Entries of one kind that are where they are for the same reason.</summary>
/// <param name="Text">The reason, in a sentence.</param>
/// <param name="Titles">What they are, by name, with how often there is such an entry.</param>
/// <param name="More">How many other names there are.</param>
public sealed record SummaryReason(string Text, IReadOnlyList<(string Title, int Count)> Titles, int More)
{
    internal static SummaryReason Of(SharingPreview preview, string reason, List<AnsweredEntry> entries, int most)
    {
        var titles = entries.CountBy(entry => SummaryKind.TitleOf(preview, entry)).OrderByDescending(title => title.Value).ThenBy(title => title.Key, StringComparer.Ordinal).ToList();
        return new SummaryReason(reason, [.. titles.Take(most).Select(title => (title.Key, title.Value))], Math.Max(0, titles.Count - most));
    }
}
