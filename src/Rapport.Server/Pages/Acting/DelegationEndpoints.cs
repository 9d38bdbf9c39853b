using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Acting;

/// <summary>A patient lets somebody act for them: chosen on one page, agreed to on the next, ended as every agreement is.</summary>
internal static class DelegationEndpoints
{
    private const string Home = "/share/acting";
    private const string Review = Home + "/review";
    private const string Items = Home + "/items";

    public static void MapDelegations(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Home, ShowAsync);
        pages.MapPost(Home, ChooseAsync);
        pages.MapGet(Review, ReviewAsync);
        pages.MapPost(Review, AgreeAsync);
        pages.MapGet(Items, ListAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, PeopleModule people, ActingDrafts drafts, TimeProvider clock, string? draft, string? who, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Share) is { } own
            ? await PageAsync(http, own, people, clock, drafts.Open(http.GetPerson().Id, draft) ?? ActingDraft.Least(who), new Dictionary<string, string>(), cancel)
            : TypedResults.NotFound();

    private static async Task<IResult> ChooseAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, ActingDrafts drafts, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var draft = ActingDraft.Read(fields, (await own.OverviewAsync(cancel)).ByLabel.Keys.Where(static label => SecurityLabels.IsSensitive("", label)));
        var (recipient, terms, problems) = await ReadAsync(http, people, clock, draft, cancel);
        if (terms is null)
        {
            return await PageAsync(http, own, people, clock, draft, problems, cancel);
        }

        return drafts.Fit(http.GetPerson().Id, draft with { Who = recipient!.Value, Name = null }) is { } sealedDraft
            ? new SeeOther($"{Review}?draft={sealedDraft}")
            : await PageAsync(http, own, people, clock, draft, new Dictionary<string, string> { ["sensitive"] = SharingText.TooManyLabels }, cancel);
    }

    private static async Task<IResult> ReviewAsync(HttpContext http, RecordDoor door, PeopleModule people, ActingDrafts drafts, TimeProvider clock, string? draft, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        if (drafts.Open(http.GetPerson().Id, draft) is not { } form || await ReadAsync(http, people, clock, form, cancel) is not (_, { } terms, _) reading)
        {
            return new SeeOther(Home);
        }

        // Who acts for a patient can do much: the patient lets them, and not whoever finds their device open.
        if (!http.IsFresh())
        {
            return new SeeOther(Fresh.ConfirmPath($"{Review}?draft={draft}"));
        }

        return new RazorComponentResult<DelegationReviewPage>(new Dictionary<string, object?>
        {
            [nameof(DelegationReviewPage.Terms)] = terms,
            [nameof(DelegationReviewPage.Draft)] = draft,
            [nameof(DelegationReviewPage.Preview)] = await ActingPreview.OfAsync(http, own, clock, reading.Recipient!, terms, cancel),
        });
    }

    private static async Task<IResult> ListAsync(
        HttpContext http, RecordDoor door, PeopleModule people, ActingDrafts drafts, TimeProvider clock, string? draft, string? @in, int? page, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        return drafts.Open(http.GetPerson().Id, draft) is { } form && await ReadAsync(http, people, clock, form, cancel) is ({ } recipient, { } terms, _)
            ? (await ActingPreview.OfAsync(http, own, clock, recipient, terms, cancel)).Items(@in, page, $"{Review}?draft={draft}", Items, ("draft", draft!))
            : new SeeOther(Home);
    }

    private static async Task<IResult> AgreeAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, ActingDrafts drafts, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var draft = fields["draft"].ToString();
        if (drafts.Open(http.GetPerson().Id, draft) is not { } form || (await ReadAsync(http, people, clock, form, cancel)).Terms is not { } terms)
        {
            return new SeeOther(Home);
        }

        if (fields["step"] == "back")
        {
            return new SeeOther($"{Home}?draft={draft}");
        }

        if (!http.IsFreshEnough())
        {
            return new SeeOther(Fresh.ConfirmPath($"{Review}?draft={draft}"));
        }

        // Who comes back to the summary and agrees again wants what they have, and not twice of it.
        var (name, now) = (http.GetPerson().DisplayName, clock.GetUtcNow());
        var consent = terms.ToConsent(own.Patient, name, now);
        if ((await own.ConsentsAsync(cancel)).Any(known => known.Consent.Status == "active" && SharingTerms.IsAllOf(known.Resource) && ActingTerms.TryRead(known) is { } agreed
            && agreed.ToConsent(own.Patient, name, now).Json.Span.SequenceEqual(consent.Json.Span)))
        {
            return AfterAgreeing.To(ConsentWriteStatus.Created, "acting");
        }

        return AfterAgreeing.To((await own.PutConsentAsync(null, consent, null, cancel)).Status, "acting");
    }

    private static async Task<(RecipientChoice? Recipient, ActingTerms? Terms, IReadOnlyDictionary<string, string> Problems)> ReadAsync(
        HttpContext http, PeopleModule people, TimeProvider clock, ActingDraft draft, CancellationToken cancel)
    {
        var recipient = await FindAsync(http, people, draft, cancel);
        var terms = draft.ToTerms(recipient, TimeZones.DayOf(clock.GetUtcNow()), out var problems);
        return (recipient, terms, problems);
    }

    /// <summary>Who is meant; null for nobody that is known, and for oneself.</summary>
    internal static async Task<RecipientChoice?> FindAsync(HttpContext http, PeopleModule people, ActingDraft draft, CancellationToken cancel)
    {
        var recipients = new Recipients(people);
        var self = http.GetPerson().Id;

        // A name that was typed is meant, whatever is ticked above it. Only an exact one is found: nobody looks through the people of an installation.
        var typed = draft.Name is { } name ? await people.Accounts.LookUpAsync(self, name, cancel) : null;
        return draft.Name is null ? await recipients.ResolveAsync(draft.Who, self, cancel)
            : typed is not null && typed.Id != self ? recipients.Introduce(typed, self) : null;
    }

    private static async Task<IResult> PageAsync(
        HttpContext http, OwnAccess own, PeopleModule people, TimeProvider clock, ActingDraft draft, IReadOnlyDictionary<string, string> problems, CancellationToken cancel) =>
        new RazorComponentResult<DelegationPage>(new Dictionary<string, object?>
        {
            [nameof(DelegationPage.Form)] = draft,
            [nameof(DelegationPage.Problems)] = problems,
            [nameof(DelegationPage.Circle)] = await new Recipients(people).OfCircleAsync(own.Patient, cancel),
            [nameof(DelegationPage.Chosen)] = await new Recipients(people).ResolveAsync(draft.Who, http.GetPerson().Id, cancel),
            [nameof(DelegationPage.Overview)] = await own.OverviewAsync(cancel),
            [nameof(DelegationPage.Today)] = TimeZones.DayOf(clock.GetUtcNow()),
        })
        { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
}
