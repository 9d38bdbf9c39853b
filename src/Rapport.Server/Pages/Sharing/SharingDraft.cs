using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Primitives;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing.SeriesTerms;

namespace Rapport.Server.Pages.Sharing;

/// <summary>What may be shared of a record, by how much it is.</summary>
public enum SharingScope
{
    /// <summary>The kinds that are ticked.</summary>
    Kinds,

    /// <summary>One entry.</summary>
    Entry,

    /// <summary>One entry, with what belongs to it.</summary>
    Around,

    /// <summary>All kinds, those that come later among them.</summary>
    Everything,

    /// <summary>Entries that are chosen one by one.</summary>
    Entries,

    /// <summary>All there is of some series, and what is still to come.</summary>
    Series,
}

/// <summary>
/// What was chosen so far on the way to an agreement, as it was sent: nothing of it is checked yet but for what the record does not hold, which is never kept, so that
/// nobody can make it long.
/// </summary>
public sealed record SharingDraft
{
    /// <summary>Months that a share lasts when the patient does not say otherwise.</summary>
    private const int UsualMonths = 3;

    /// <summary>Looks that somebody may be given.</summary>
    public const int MostLooks = 100;

    private const int MostText = 100;

    /// <summary>The reference of the recipient.</summary>
    public string? Who { get; init; }

    /// <summary>What was typed to find someone.</summary>
    public string? Find { get; init; }

    /// <summary>The code of a <see cref="SharingAim"/>.</summary>
    public string Aim { get; init; } = "";

    /// <summary>The purpose of the agreement that is changed.</summary>
    public string? Purpose { get; init; }

    /// <summary>The FHIR reference of the entry that it is about.</summary>
    public string? About { get; init; }

    /// <summary>What sharing began from, which is what is proposed: <c>entry</c>, <c>kind</c> or <c>everything</c>; null when from none of these.</summary>
    public string? Began { get; init; }

    /// <summary>How much.</summary>
    public SharingScope Scope { get; init; }

    /// <summary>The names of the kinds.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>The sensitive labels that go along.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The first day of which data go along, as typed; empty for any.</summary>
    public string DataFrom { get; init; } = "";

    /// <summary>The last day of which data go along, as typed; empty for any.</summary>
    public string DataTo { get; init; } = "";

    /// <summary>The entries that go along when they are chosen one by one, as <see cref="EntryPicks.Short"/> names them.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>The entries that stay home all the same, named in the same way.</summary>
    public IReadOnlyList<string> But { get; init; } = [];

    /// <summary>The series that go along when they are chosen, as <see cref="PickedSeries.Key"/> names them.</summary>
    public IReadOnlyList<string> Series { get; init; } = [];

    /// <summary>The series that stay home all the same, named in the same way.</summary>
    public IReadOnlyList<string> ButSeries { get; init; } = [];

    /// <summary>Whether more series were ticked than an agreement names.</summary>
    public bool TooManySeries { get; init; }

    /// <summary>A digest of what the last step showed: that alone is agreed to. Null before it.</summary>
    public string? Shown { get; init; }

    /// <summary>What was typed to find an entry or a series.</summary>
    public string? FindEntry { get; init; }

    /// <summary>Whether more entries were ticked than an agreement names.</summary>
    public bool TooManyEntries { get; init; }

    /// <summary>For which aim <see cref="Scope"/> and <see cref="Kinds"/> were proposed or chosen; null when neither yet.</summary>
    public string? ChosenFor { get; init; }

    /// <summary>The first day as typed; empty for at once.</summary>
    public string From { get; init; } = "";

    /// <summary><c>months</c>, <c>year</c>, <c>day</c>, <c>looks</c>, <c>treatment</c> or <c>open</c>.</summary>
    public string Lasting { get; init; } = "months";

    /// <summary>How many looks as typed, for <c>looks</c>.</summary>
    public string Looks { get; init; } = "";

    /// <summary>The FHIR reference of the treatment, for <c>treatment</c>.</summary>
    public string? Treatment { get; init; }

    /// <summary>The last day as typed, for <c>day</c>.</summary>
    public string Until { get; init; } = "";

    /// <summary>What the recipient may do beside seeing: of <see cref="SharingActions.All"/>.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    /// <summary>Whether the recipient is not told that there may be more.</summary>
    public bool Quiet { get; init; }

    /// <summary>The local id of the agreement that it changes; null for a new one.</summary>
    public string? Changes { get; init; }

    /// <summary>The request of the recipient's that it answers; null for none.</summary>
    public string? Answers { get; init; }

    /// <summary>The version of it that was looked at.</summary>
    public int Version { get; init; }

    /// <summary>Whether more labels were ticked than an address holds.</summary>
    public bool TooManyLabels { get; init; }

    /// <summary>Whether it changes an agreement.</summary>
    [JsonIgnore]
    public bool IsChange => Changes is not null;

    /// <summary>What an agreement says, to be changed.</summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="terms">Its terms.</param>
    /// <param name="asksUntil">Whether it is to last another time: then the usual one is proposed.</param>
    /// <param name="today">The present day.</param>
    public static SharingDraft Of(Agreement agreement, SharingTerms terms, bool asksUntil, DateOnly today)
    {
        var lasting = terms.Bounds switch { { Looks: not null } => "looks", { Treatment: not null } => "treatment", _ => asksUntil ? "months" : terms.Until is null ? "open" : "day" };
        return new SharingDraft
        {
            Who = terms.Recipient,
            Aim = SharingAim.AsItIs,
            Purpose = terms.Purpose,
            Began = terms.Entry is null ? null : "entry",
            About = terms.Entry,
            Scope = terms switch { { Entries.Count: > 0 } => SharingScope.Entries, { Entry: not null, Around.Count: > 0 } => SharingScope.Around, { Entry: not null } => SharingScope.Entry, { Series.Count: > 0 } => SharingScope.Series, { Types: null } => SharingScope.Everything, _ => SharingScope.Kinds },
            DataFrom = terms.DataFrom?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
            DataTo = terms.DataTo?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
            Only = [.. terms.Entries.Select(static entry => EntryPicks.Short(entry.Reference))],
            But = [.. terms.But.Select(static entry => EntryPicks.Short(entry.Reference))],
            Series = [.. terms.Series.Select(series => SeriesKey.OfAgreed(series, terms.Types)).Distinct()],
            ButSeries = [.. terms.ButSeries.Select(series => SeriesKey.OfAgreed(series, terms.Types)).Distinct()],
            Kinds = terms is { Entry: null, Entries.Count: 0, Series.Count: 0 } ? [.. (terms.Kinds ?? []).Select(kind => kind.Name)] : [],
            Labels = terms.Labels,
            ChosenFor = SharingAim.AsItIs,
            From = terms.From is { } from && from > today ? from.ToString("yyyy-MM-dd") : "",
            Lasting = lasting,
            Looks = terms.Bounds.LooksLeft is > 0 and var left ? left.ToString(CultureInfo.InvariantCulture) : "",
            Treatment = terms.Bounds.Treatment,
            Until = lasting == "day" && terms.Until is { } until ? until.ToString("yyyy-MM-dd") : "",
            Actions = terms.Actions,
            Quiet = !terms.TellsOfMore,
            Answers = terms.Answers?.ToString(),
            Changes = agreement.LocalId,
            Version = agreement.Consent.Entry.Version,
        };
    }

    /// <summary>The last day of a share that begins today and lasts the usual time.</summary>
    public static DateOnly UsualEnd(DateOnly today) => today.AddMonths(UsualMonths);

    /// <summary>Whether what is chosen is what its aim proposes, wherever sharing could have begun: then alone the words of the proposal are true.</summary>
    [JsonIgnore]
    public bool IsProposal => Began is null && SharingAim.Find(Aim) is { } aim && Scope == aim.Scope && aim.KindNames.ToHashSet().SetEquals(Kinds);

    /// <summary>With what the first step sent. Whom an agreement is with does not change: another person is another agreement.</summary>
    public SharingDraft WithWho(IFormCollection form)
    {
        var who = IsChange ? Who : Text(form["who"]) ?? Who;
        return this with
        {
            Who = who,
            Find = Text(form["find"]),
            Aim = Text(form["aim"]) ?? "",

            // What is shared with somebody else is no answer to whoever asked.
            Answers = who == Who ? Answers : null,
        };
    }

    /// <summary>With what the second step sent.</summary>
    /// <param name="form">The fields.</param>
    /// <param name="labelsInRecord">The labels there are: others are not kept.</param>
    public SharingDraft WithWhat(IFormCollection form, IEnumerable<string> labelsInRecord)
    {
        var kinds = form["kind"].ToHashSet();
        var labels = form["label"].ToHashSet();
        return this with
        {
            Scope = form["scope"].ToString() switch
            {
                "entry" => SharingScope.Entry,
                "around" => SharingScope.Around,
                "everything" => SharingScope.Everything,
                "entries" => SharingScope.Entries,
                "series" => SharingScope.Series,
                _ => SharingScope.Kinds,
            },
            About = Began == "entry" ? About : Text(form["about"]),
            Kinds = [.. Kind.Shareable.Select(kind => kind.Name).Where(kinds.Contains)],
            Labels = [.. labelsInRecord.Where(labels.Contains)],
            TooManyLabels = false,
            DataFrom = Text(form["data-from"]) ?? "",
            DataTo = Text(form["data-to"]) ?? "",
            ChosenFor = Aim,
        };
    }

    /// <summary>With the entries that were ticked of those that were offered.</summary>
    /// <param name="form">The fields.</param>
    /// <param name="offered">What was offered: nothing else is kept.</param>
    /// <param name="only">Whether these alone go along; else they stay home.</param>
    public SharingDraft WithPicks(IFormCollection form, IEnumerable<PickedEntry> offered, bool only)
    {
        var ticked = form["entry"].ToHashSet();
        List<string> picks = [.. offered.Where(entry => ticked.Contains(entry.Reference)).Select(static entry => EntryPicks.Short(entry.Reference)).Distinct()];
        var kept = this with { FindEntry = Text(form["find"]), TooManyEntries = picks.Count > EntryPicks.Most };
        List<string> most = [.. picks.Take(EntryPicks.Most)];
        return only ? kept with { Only = most } : kept with { But = most };
    }

    /// <summary>With the series that were ticked of those that were offered.</summary>
    /// <inheritdoc cref="WithPicks"/>
    public SharingDraft WithSeries(IFormCollection form, IEnumerable<PickedSeries> offered, bool only)
    {
        var ticked = form["series"].ToHashSet();

        // What was offered when the page was made and is not any more is kept, so that it is told and not passed over.
        List<string> picks = [.. offered.Select(static series => series.Key).Where(ticked.Contains).Concat(ticked.Where(SeriesKey.Is).OfType<string>()).Distinct()];
        var kept = this with { FindEntry = Text(form["find"]), TooManySeries = picks.Count > SeriesPicks.Most };
        List<string> most = [.. picks.Take(SeriesPicks.Most)];
        return only ? kept with { Series = most } : kept with { ButSeries = most };
    }

    /// <summary>With what the third step sent.</summary>
    public SharingDraft WithUntil(IFormCollection form) => this with
    {
        From = Text(form["from"]) ?? "",
        Lasting = Text(form["lasting"]) ?? "months",
        Until = Text(form["until"]) ?? "",
        Looks = Text(form["looks"]) ?? "",
        Treatment = Text(form["treatment"]),
        Actions = SharingActions.Read(form["may"]),
        Quiet = form["more"] != "on",
    };

    /// <summary>With the least that serves the aim and the recipient, unless something was chosen for it already.</summary>
    public SharingDraft WithProposal() => SharingAim.Find(Aim) is not { } aim || ChosenFor == Aim
        ? this
        : this with
        {
            Scope = Began switch
            {
                "entry" => aim == SharingAim.Opinion ? SharingScope.Around : SharingScope.Entry,
                "kind" or "everything" => Scope,
                _ => aim.Scope,
            },
            Kinds = Began == "kind" ? Kinds : aim.KindNames,
            ChosenFor = Aim,
        };

    /// <summary>The HL7 purpose it is for with this recipient; null when it does not say.</summary>
    public string? PurposeFor(RecipientChoice recipient) => Aim == SharingAim.AsItIs ? Purpose : SharingAim.Find(Aim)?.PurposeFor(recipient);

    /// <summary>What was sent travels in an address, so none of it may be longer than anybody means.</summary>
    private static string? Text(StringValues values) =>
        values.Count > 0 && values[0] is { } text && text.Trim() is { Length: > 0 } trimmed ? trimmed.Cut(MostText) : null;
}
