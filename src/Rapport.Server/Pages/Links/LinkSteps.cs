using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Summaries;

namespace Rapport.Server.Pages.Links;

/// <summary>What a link form amounts to.</summary>
/// <param name="Form">The form.</param>
/// <param name="About">The entry that it is about; null for none.</param>
/// <param name="Overview">How much there is of what.</param>
/// <param name="Draft">The link; null when something is missing or wrong.</param>
/// <param name="Problems">What that is, by field.</param>
internal sealed record LinkReading(LinkForm Form, AboutEntry? About, RecordOverview Overview, LinkDraft? Draft, IReadOnlyDictionary<string, string> Problems)
{
    private static readonly string[] FieldsOfWhat = ["what", "sensitive"];

    /// <summary>What is wrong in the first step.</summary>
    public IReadOnlyDictionary<string, string> InWhat => Problems.Where(problem => FieldsOfWhat.Contains(problem.Key)).ToDictionary();

    /// <summary>What is wrong in the second.</summary>
    public IReadOnlyDictionary<string, string> InUntil => Problems.Where(problem => !FieldsOfWhat.Contains(problem.Key)).ToDictionary();

    /// <summary>Whether something sensitive goes along because it was named.</summary>
    public bool NamesSensitive => Draft is { } draft && (draft.Terms.Labels.Count > 0 || (draft.Terms.Entries.Count > 0 && About?.IsSensitive == true));
}

/// <summary>What every step needs: the record, the forms, the clock. One for each request.</summary>
internal sealed class LinkSteps(RecordDoor door, PeopleModule people, LinkForms forms, TimeProvider clock)
{
    private HttpContext? _http;
    private OwnAccess? _own;

    public OwnAccess Own => _own!;

    public DateTimeOffset Now => clock.GetUtcNow();

    private PersonId Self => _http!.GetPerson().Id;

    /// <summary>Opens the caller's own record; false when they have none.</summary>
    public async Task<bool> OpenAsync(HttpContext http)
    {
        _http = http;
        _own = await door.OpenOwnAsync(http, TokenScopes.Share);
        return _own is not null;
    }

    public LinkForm? Unseal(string? draft) => forms.Open(Self, draft);

    public string Seal(LinkForm form) => forms.Seal(Self, form);

    public LinkForm Fit(LinkForm form) => forms.Fit(Self, form);

    public SeeOther To(string step, LinkForm form, string more = "") => new($"{step}?draft={Seal(form)}{more}");

    /// <summary>What a form amounts to now.</summary>
    public async Task<LinkReading> ReadAsync(LinkForm form, CancellationToken cancel)
    {
        var about = await FindAsync(form.About, cancel);
        var overview = await Own.OverviewAsync(cancel);
        var draft = form.Read(about, overview.ByLabel.Keys, overview.ByType.Keys, Now, out var problems);
        return new LinkReading(form, about, overview, draft, problems);
    }

    /// <summary>An entry of the record that may be behind a link; null for none.</summary>
    public Task<AboutEntry?> FindAsync(string? reference, CancellationToken cancel) => new DraftReader(_http!, Own, people, clock).FindAsync(reference, cancel);

    /// <summary>Back to the first step in which something is missing or wrong.</summary>
    public SeeOther ToMend(LinkReading? reading) => reading switch
    {
        null => new SeeOther(LinkPlaces.What),
        { InWhat.Count: > 0 } => To(LinkPlaces.What, reading.Form, "&check=1"),
        _ => To(LinkPlaces.Until, reading.Form, "&check=1"),
    };

    /// <summary>What whoever has the link would see of the record as it is now.</summary>
    public async Task<LinkPreview> PreviewAsync(LinkReading reading, CancellationToken cancel)
    {
        var draft = reading.Draft!;
        var wish = draft.ToWish();
        var id = LocalId.New();
        var holder = GivenLink.HolderOf(Own.Patient, id);
        var proposed = PatientConsent.ReadProposed(draft.Terms.ToConsent(Own.Patient, id, wish.HolderName, Now));
        var others = (await Own.ConsentsAsync(cancel)).Select(consent => consent.Consent);
        var preview = await Own.PreviewAsync(new Actor(Self, holder, wish.HolderName, [holder]), draft.Terms.Purpose, [.. others, proposed], cancel);
        var terms = new SharingTerms
        {
            Recipient = holder,
            RecipientName = wish.HolderName,
            Purpose = draft.Terms.Purpose,
            Types = draft.Terms.Types.Count == 0 ? null : draft.Terms.Types,
            Entry = draft.Terms.Entries is [var entry, ..] ? entry : null,
        };
        if (!draft.IsSummary)
        {
            return new LinkPreview(preview, terms, null);
        }

        return new LinkPreview(preview, terms, await LinkPreview.NotInSummaryAsync(preview, cancel));
    }
}

/// <summary>What whoever has a link would see of the record as it is now.</summary>
/// <param name="Preview">What would be permitted.</param>
/// <param name="Terms">What was chosen.</param>
/// <param name="LeavesOut">What of it is no part of a summary; null where nothing is left out.</param>
internal sealed record LinkPreview(SharingPreview Preview, SharingTerms Terms, Func<AnsweredEntry, DecisionReason?>? LeavesOut)
{
    public SharingSummary Summary => SharingSummary.Of(Preview, [Terms], LeavesOut);

    /// <summary>What a summary leaves out of what is permitted: all that opening it would not release.</summary>
    public static async Task<Func<AnsweredEntry, DecisionReason?>> NotInSummaryAsync(SharingPreview preview, CancellationToken cancel)
    {
        var held = await preview.SelectAsync(PatientSummary.Query, cancel);
        var why = new DecisionReason(ReasonKind.NotIncluded, LinkPagesText.NotInSummary, []);
        return entry => held.Contains(entry.Reference) ? null : why;
    }
}
