using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing.SeriesTerms;

namespace Rapport.Server.Pages.Sharing;

/// <summary>The entry that an agreement is about.</summary>
/// <param name="Reference">Its FHIR reference.</param>
/// <param name="Line">What it is.</param>
/// <param name="Labels">What it is marked as.</param>
/// <param name="Visit">The reference of the visit it belongs to, when that is in the record.</param>
public sealed record AboutEntry(string Reference, EntryLine Line, IReadOnlyList<string> Labels, string? Visit)
{
    /// <summary>Whether it is marked as sensitive: to share it is to name it.</summary>
    public bool IsSensitive => Labels.Count > 0;

    private string Type => Reference[..Reference.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>What can go along with it: what was found, given and done at a visit; the results and medicines that belong to anything else.</summary>
    public IReadOnlyList<Kind> KindsAround =>
    [
        .. from kind in Kind.Shareable
           where Type == "Encounter" ? kind.Name is "conditions" or "results" or "reports" or "medicines" or "procedures" or "vaccines" : kind.Name is "results" or "reports" or "medicines"
           select kind,
    ];

    /// <summary>Whatever stands in relation to these goes along.</summary>
    public IReadOnlyList<string> Around => Visit is { } visit && Type != "Encounter" ? [Reference, visit] : [Reference];

    /// <summary>Whether there can be anything around it: with the person themself everything is.</summary>
    public bool HasAround => Type != "Patient";
}

/// <summary>A treatment of the record that goes on.</summary>
/// <param name="Reference">Its FHIR reference.</param>
/// <param name="Name">What it is.</param>
/// <param name="Since">When it began, as people say it; null when nobody wrote it down.</param>
public sealed record OngoingTreatment(string Reference, string Name, string? Since);

/// <summary>What a draft amounts to.</summary>
/// <param name="Draft">The draft.</param>
/// <param name="Recipient">Whom it is for; null for nobody that is known.</param>
/// <param name="About">The entry it is about; null for none.</param>
/// <param name="Overview">How much there is of what.</param>
/// <param name="Terms">What would be agreed; null when something is missing or wrong.</param>
/// <param name="Problems">What that is, by field.</param>
public sealed record DraftReading(
    SharingDraft Draft, RecipientChoice? Recipient, AboutEntry? About, RecordOverview Overview, SharingTerms? Terms, IReadOnlyDictionary<string, string> Problems)
{
    private static readonly string[] FieldsOfWho = ["who", "aim"];
    private static readonly string[] FieldsOfWhat = ["what", "about", "sensitive", "data", "pick", "series"];
    private static readonly string[] FieldsOfUntil = ["until", "from", "looks", "treatment", "may"];

    /// <summary>The entries that were ticked to go along alone.</summary>
    public IReadOnlyList<PickedEntry> Only { get; init; } = [];

    /// <summary>The entries that were ticked to stay home all the same.</summary>
    public IReadOnlyList<PickedEntry> But { get; init; } = [];

    /// <summary>The series that were ticked to go along.</summary>
    public IReadOnlyList<PickedSeries> Series { get; init; } = [];

    /// <summary>The series that were ticked to stay home all the same.</summary>
    public IReadOnlyList<PickedSeries> ButSeries { get; init; } = [];

    /// <summary>Whether something sensitive goes along because it was named.</summary>
    public bool NamesSensitive => Terms is { } terms
        && (terms.Labels.Count > 0 || (terms.Entry is not null && About?.IsSensitive == true) || (Draft.Scope == SharingScope.Entries && Only.Any(static entry => entry.IsSensitive)));

    /// <summary>What is wrong in the first step.</summary>
    public IReadOnlyDictionary<string, string> InWho => In(FieldsOfWho);

    /// <summary>What is wrong in the second.</summary>
    public IReadOnlyDictionary<string, string> InWhat => In(FieldsOfWhat);

    /// <summary>What is wrong in the third.</summary>
    public IReadOnlyDictionary<string, string> InUntil => In(FieldsOfUntil);

    /// <summary>Reads a draft; pure.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="recipient">Whom it means; null for nobody.</param>
    /// <param name="about">The entry it means; null for none.</param>
    /// <param name="treatment">The treatment it means; null for none.</param>
    /// <param name="overview">What there is in the record.</param>
    /// <param name="today">The current day.</param>
    /// <param name="only">The entries that it means to go along alone.</param>
    /// <param name="but">The entries that it means to stay home all the same.</param>
    /// <param name="series">The series that it means to go along.</param>
    /// <param name="butSeries">The series that it means to stay home all the same.</param>
    public static DraftReading Of(
        SharingDraft draft, RecipientChoice? recipient, AboutEntry? about, OngoingTreatment? treatment, RecordOverview overview, DateOnly today,
        IReadOnlyList<PickedEntry>? only = null, IReadOnlyList<PickedEntry>? but = null, IReadOnlyList<PickedSeries>? series = null, IReadOnlyList<PickedSeries>? butSeries = null)
    {
        (only, but, series, butSeries) = (only ?? [], but ?? [], series ?? [], butSeries ?? []);
        Dictionary<string, string> problems = [];
        if (recipient is null)
        {
            problems["who"] = SharingText.ChooseWho;
        }

        if (draft.Aim.Length == 0 || (recipient is not null && string.IsNullOrEmpty(draft.PurposeFor(recipient))))
        {
            problems["aim"] = SharingText.ChooseAim;
        }

        var kinds = Kind.Shareable.Where(kind => draft.Kinds.Contains(kind.Name)).ToList();
        if (draft.Scope == SharingScope.Kinds && kinds.Count == 0)
        {
            problems["what"] = SharingText.ChooseWhat;
        }
        else if (draft.Scope is SharingScope.Entry or SharingScope.Around && about is null)
        {
            problems["about"] = SharingText.ChooseAbout;
        }
        else if (draft.Scope == SharingScope.Entries && only.Count == 0)
        {
            problems["what"] = SharingText.ChooseEntries;
        }
        else if (draft.Scope == SharingScope.Series && series.Count == 0)
        {
            problems["what"] = SeriesTermsText.ChooseOne;
        }

        if (draft.TooManySeries)
        {
            problems["series"] = Say.Fill(SeriesTermsText.TooMany, Say.Number(SeriesPicks.Most));
        }
        else if (butSeries.Count > 0 && draft.Scope is SharingScope.Series or SharingScope.Entry or SharingScope.Entries)
        {
            // What was chosen is not passed over: whoever chose it counts on it.
            problems["series"] = SeriesTermsText.NotBoth;
        }
        else if (draft.ButSeries.Count > butSeries.Count || (draft.Scope == SharingScope.Series && draft.Series.Count > series.Count))
        {
            // Without it less would stay home than the patient chose, or less go along.
            problems["series"] = SeriesTermsText.Gone;
        }

        if (draft.TooManyEntries)
        {
            problems["pick"] = Say.Fill(SharingText.TooManyEntries, Say.Number(EntryPicks.Most));
        }
        else if (draft.Scope == SharingScope.Entries ? only.Any(entry => but.Any(other => other.Reference == entry.Reference)) : draft.Scope == SharingScope.Entry && but.Any(entry => entry.Reference == about?.Reference))
        {
            problems["pick"] = SharingText.PickedTwice;
        }

        var days = draft.ReadDataDays(problems);

        if (draft.TooManyLabels)
        {
            problems["sensitive"] = SharingText.TooManyLabels;
        }

        var (from, until) = draft.ReadDays(today, problems);
        var bounds = new SharingBounds { Looks = draft.ReadLooks(problems) };
        draft.ReadWhatElseIsWritten(problems);
        if (bounds.Looks is not null && draft.Actions.Contains(Consent.ConsentAction.ShareOn))
        {
            problems["may"] = SharingText.LooksAreNotSharedOn;
        }

        if (draft.Lasting == "treatment")
        {
            bounds = bounds with { Treatment = treatment?.Reference, TreatmentName = treatment?.Name };
            if (treatment is null)
            {
                problems["treatment"] = SharingText.ChooseTreatment;
            }
        }

        return new DraftReading(
            draft, recipient, about, overview,
            problems.Count > 0 ? null : Limited(TermsOf(draft, recipient!, about, kinds, overview), draft.Scope, days, only, but, series, butSeries) with { From = from, Until = until, Bounds = bounds }, problems)
        { Only = only, But = but, Series = series, ButSeries = butSeries };
    }

    /// <summary>With the days and the entries that were chosen beside, as far as they mean something for what goes along.</summary>
    private static SharingTerms Limited(
        SharingTerms terms, SharingScope scope, (DateOnly? From, DateOnly? To) days, IReadOnlyList<PickedEntry> only, IReadOnlyList<PickedEntry> but, IReadOnlyList<PickedSeries> series, IReadOnlyList<PickedSeries> butSeries)
    {
        List<NamedEntry> named = [.. only.SelectMany(static entry => entry.All)];
        terms = scope == SharingScope.Series
            ? terms with { Types = [.. series.SelectMany(static one => one.Types).Distinct()], Series = [.. series.Select(static one => one.Shared)] }
            : terms with { ButSeries = [.. butSeries.Select(static one => one.Kept)] };
        return scope switch
        {
            SharingScope.Entry => terms,
            SharingScope.Entries when named is [var single] => terms with { Types = [NamedEntry.TypeOf(single.Reference)], Labels = [], Entry = single.Reference, EntryName = single.Name },
            SharingScope.Entries => terms with { Types = [.. named.Select(static entry => NamedEntry.TypeOf(entry.Reference)).Distinct()], Labels = [], Entries = named },
            _ => terms with { DataFrom = days.From, DataTo = days.To, But = [.. but.SelectMany(static entry => entry.All)] },
        };
    }

    private static SharingTerms TermsOf(SharingDraft draft, RecipientChoice recipient, AboutEntry? about, List<Kind> kinds, RecordOverview overview)
    {
        var isEntry = draft.Scope is SharingScope.Entry or SharingScope.Around;
        return new SharingTerms
        {
            Recipient = recipient.Reference,
            RecipientName = recipient.Name,
            Purpose = draft.PurposeFor(recipient)!,
            Types = draft.Scope switch
            {
                SharingScope.Everything => null,
                SharingScope.Entry => [about!.Reference[..about!.Reference.IndexOf('/', StringComparison.Ordinal)]],
                SharingScope.Around => [.. about!.KindsAround.SelectMany(kind => kind.Types)],
                _ => [.. kinds.SelectMany(kind => kind == Kind.Other ? kind.TypesAmong(overview.ByType.Keys) : kind.Types)],
            },
            Entry = isEntry ? about!.Reference : null,
            EntryName = isEntry ? about!.Line.Name : null,
            Around = draft.Scope == SharingScope.Around ? about!.Around : [],
            Labels = draft.Scope == SharingScope.Entry ? [] : [.. draft.Labels.Where(overview.ByLabel.ContainsKey)],
            Actions = recipient.Kind == RecipientKind.App ? [] : [.. SharingActions.All.Where(draft.Actions.Contains)],
            TellsOfMore = !draft.Quiet,
            Answers = RequestId.TryParse(draft.Answers, out var request) ? request : null,
        };
    }

    private Dictionary<string, string> In(string[] fields) => Problems.Where(problem => fields.Contains(problem.Key)).ToDictionary();
}

/// <summary>Reads drafts against a record and the people here.</summary>
internal sealed class DraftReader(HttpContext http, OwnAccess own, PeopleModule people, TimeProvider clock)
{
    /// <summary>Entries that are looked through for treatments that go on: the newest.</summary>
    private const int MostTreatments = 500;

    /// <summary>The current day where the patient is.</summary>
    public DateOnly Today { get; } = TimeZones.DayOf(clock.GetUtcNow());

    /// <summary>What a draft amounts to now.</summary>
    public async Task<DraftReading> ReadAsync(SharingDraft draft, CancellationToken cancel)
    {
        var recipient = await new Recipients(people).ResolveAsync(draft.Who, http.GetPerson().Id, cancel, await ToldAsync(draft.Who, cancel));
        var about = await FindAsync(draft.About, cancel);
        var overview = await own.OverviewAsync(cancel);
        var treatment = draft.Lasting == "treatment" ? (await TreatmentsAsync(cancel)).FirstOrDefault(known => known.Reference == draft.Treatment) : null;
        var (only, but) = (await EntryPicks.NamedAsync(own, draft.Only, cancel), await EntryPicks.NamedAsync(own, draft.But, cancel));
        var picks = draft.Series.Count + draft.ButSeries.Count > 0 ? await SeriesAsync(draft, cancel) : null;
        return DraftReading.Of(draft, recipient, about, treatment, overview, Today, only, but, picks?.Named(draft.Series), picks?.Named(draft.ButSeries));
    }

    /// <summary>The series of the record, and those of the agreement that a draft changes.</summary>
    public async Task<SeriesPicks> SeriesAsync(SharingDraft draft, CancellationToken cancel)
    {
        var changed = draft.IsChange ? (await own.ConsentsAsync(cancel)).FirstOrDefault(consent => consent.Entry.Id == $"{own.Patient}.{draft.Changes}") : null;
        return await SeriesPicks.OfAsync(own, changed is null ? null : SharingTerms.TryRead(changed.Resource), cancel);
    }

    /// <summary>The key of the series that an entry is of; null for none.</summary>
    public async Task<string?> SeriesOfAsync(string reference, CancellationToken cancel) =>
        reference.IndexOf('/', StringComparison.Ordinal) is var slash && LocalReference.TryParseId(reference.AsSpan(slash + 1), out _, out var local)
            ? (await SeriesPicks.OfAsync(own, null, cancel)).KeyOf(reference[..slash], local) : null;

    /// <summary>The name by which an agreement of the patient's names somebody; null where none does.</summary>
    private async Task<string?> ToldAsync(string? who, CancellationToken cancel) => who is null ? null
        : (await own.ConsentsAsync(cancel)).Where(consent => consent.Consent.Recipients.Contains(who)).Select(consent => Recipients.NameIn(consent.Resource, who)).FirstOrDefault(static name => name is not null);

    /// <summary>The treatments of the record that go on, newest first.</summary>
    public async Task<IReadOnlyList<OngoingTreatment>> TreatmentsAsync(CancellationToken cancel)
    {
        var answer = await own.QueryAsync(new RecordQuery.Timeline(Count: MostTreatments) { Types = Treatment.Types }, cancel);
        var now = clock.GetUtcNow();
        return
        [
            .. from i in Enumerable.Range(0, answer.Count)
               let resource = answer.ReadResource(i)
               where Treatment.EndOf(resource) is not { } end || end > now
               let line = EntryReader.Line(resource)
               select new OngoingTreatment(answer.Entries[i].Reference, line.Name, line.Date),
        ];
    }

    /// <summary>An entry of the record that may be shared; null for none.</summary>
    public async Task<AboutEntry?> FindAsync(string? reference, CancellationToken cancel)
    {
        var slash = reference?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 1 || !LocalReference.TryParseId(reference!.AsSpan(slash + 1), out var patient, out var local) || patient != own.Patient)
        {
            return null;
        }

        var answer = await own.QueryAsync(new RecordQuery.ById(reference![..slash], local), cancel);
        if (answer.Count == 0 || Kind.Of(answer.Entries[0].ResourceType) == Kind.Agreements)
        {
            return null;
        }

        var resource = answer.ReadResource(0);
        var visit = resource.Root.TryGetChild("encounter", out var encounter) ? encounter.Text("reference") : null;
        return new AboutEntry(
            answer.Entries[0].Reference, EntryReader.Line(resource), [.. answer.Entries[0].Labels.Where(label => Consent.SecurityLabels.IsSensitive("", label))],
            visit is not null && answer.Leads(visit) ? visit : null);
    }
}
