using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Succession;

/// <summary>A patient names somebody for the case that they cannot decide any more, and answers when that person asks.</summary>
internal static class SetSuccessionEndpoints
{
    private const string Home = "/share/succession";
    private const string Review = Home + "/review";
    private const string Items = Home + "/items";
    private const string Sees = Home + "/sees";
    private const string NotSet = Home + "?done=not-set";

    public static void MapSettingSuccession(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Home, ShowAsync);
        pages.MapPost(Home, ChooseAsync);
        pages.MapGet(Review, ReviewAsync);
        pages.MapPost(Review, SetAsync);
        pages.MapGet(Items, ListAsync);
        pages.MapGet(Sees, SeesAsync);
        pages.MapPost(Home + "/end", EndAsync);
        pages.MapPost(Home + "/object", ObjectAsync);
        pages.MapPost(Home + "/agree", AgreeAsync);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, RecordDoor door, PeopleModule people, SuccessionDrafts drafts, string? draft, string? change, string? done, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var set = await SetSuccession.AllAsync(own, people, http.GetPerson().Id, cancel);
        var form = drafts.Open(http.GetPerson().Id, draft)
            ?? (set.FirstOrDefault(known => known.LocalId.ToString() == change) is { Terms: { } terms } changed ? SuccessionDraft.Of(terms, changed.Over) : SuccessionDraft.Usual(null));
        return await PageAsync(http, own, people, set, form, new Dictionary<string, string>(), done, cancel);
    }

    private static async Task<IResult> ChooseAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, SuccessionDrafts drafts, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var draft = SuccessionDraft.Read(fields, (await own.OverviewAsync(cancel)).ByLabel.Keys.Where(static label => SecurityLabels.IsSensitive("", label)));
        var (recipient, terms, problems, known, set) = await ReadAsync(http, own, people, clock, draft, cancel);
        if (draft.Over is not null && set.All(known => known.Over != draft.Over))
        {
            // The form told of something that was changed or taken back since.
            return new SeeOther(NotSet);
        }

        var sealedDraft = terms is null ? null : drafts.Fit(http.GetPerson().Id, draft with { What = draft.What with { Who = recipient!.Value, Name = null }, Over = known?.Over });
        return sealedDraft is not null
            ? new SeeOther($"{Review}?draft={sealedDraft}")
            : await PageAsync(http, own, people, set, draft, terms is null ? problems : new Dictionary<string, string> { ["sensitive"] = SharingText.TooManyLabels }, null, cancel);
    }

    private static async Task<IResult> ReviewAsync(HttpContext http, RecordDoor door, PeopleModule people, SuccessionDrafts drafts, TimeProvider clock, string? draft, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        if (drafts.Open(http.GetPerson().Id, draft) is not { } form)
        {
            return new SeeOther(Home);
        }

        if (await ReadAsync(http, own, people, clock, form, cancel) is not { Terms: { } terms } reading || reading.Known?.Over != form.Over)
        {
            return new SeeOther(NotSet);
        }

        // What opens when the patient cannot speak is set by the patient, and not by whoever finds their device open.
        if (!http.IsFresh())
        {
            return new SeeOther(Fresh.ConfirmPath($"{Review}?draft={draft}"));
        }

        return new RazorComponentResult<SuccessionReviewPage>(new Dictionary<string, object?>
        {
            [nameof(SuccessionReviewPage.Terms)] = terms,
            [nameof(SuccessionReviewPage.Draft)] = draft,
            [nameof(SuccessionReviewPage.Preview)] = await PreviewAsync(http, own, clock, reading.Recipient!, terms, reading.Known, cancel),
            [nameof(SuccessionReviewPage.EndsSomething)] = reading.Known?.Standing.Stage is SuccessionStage.Waits or SuccessionStage.Open,
        });
    }

    /// <summary>The entries of one kind that they would see, or that stay home: of what is being set, or was.</summary>
    private static async Task<IResult> ListAsync(
        HttpContext http, RecordDoor door, PeopleModule people, SuccessionDrafts drafts, TimeProvider clock, string? draft, string? set, string? @in, int? page, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        if (set is not null)
        {
            return await PreviewSetAsync(http, own, people, clock, set, cancel) is (_, { } known) ? known.Items(@in, page, $"{Sees}?set={set}", Items, ("set", set)) : TypedResults.NotFound();
        }

        return drafts.Open(http.GetPerson().Id, draft) is { } form && await ReadAsync(http, own, people, clock, form, cancel) is { Recipient: { } recipient, Terms: { } terms } reading
            ? (await PreviewAsync(http, own, clock, recipient, terms, reading.Known, cancel)).Items(@in, page, $"{Review}?draft={draft}", Items, ("draft", draft!))
            : new SeeOther(Home);
    }

    /// <summary>What somebody who was named would see if it were open now.</summary>
    private static async Task<IResult> SeesAsync(HttpContext http, RecordDoor door, PeopleModule people, TimeProvider clock, string? set, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.Share) is { } own && await PreviewSetAsync(http, own, people, clock, set, cancel) is ({ } known, { } preview)
            ? new RazorComponentResult<SuccessionSeesPage>(new Dictionary<string, object?> { [nameof(SuccessionSeesPage.Set)] = known, [nameof(SuccessionSeesPage.Preview)] = preview })
            : TypedResults.NotFound();

    private static async Task<(SetSuccession? Set, ActingPreview? Preview)> PreviewSetAsync(HttpContext http, OwnAccess own, PeopleModule people, TimeProvider clock, string? set, CancellationToken cancel)
    {
        var self = http.GetPerson().Id;
        if ((await SetSuccession.AllAsync(own, people, self, cancel)).FirstOrDefault(known => known.LocalId.ToString() == set) is not { Terms: { } terms } found)
        {
            return (null, null);
        }

        var recipient = await new Recipients(people).ResolveAsync(found.Who, self, cancel) ?? new RecipientChoice(found.Who, found.Name, null, PurposeOfUse.ActingForPatient, [found.Who]);
        return (found, await PreviewAsync(http, own, clock, recipient, terms, found, cancel));
    }

    /// <summary>As if it were open; what was asked for under what was set before ends with it.</summary>
    private static Task<ActingPreview> PreviewAsync(
        HttpContext http, OwnAccess own, TimeProvider clock, RecipientChoice recipient, SuccessionTerms terms, SetSuccession? known, CancellationToken cancel) =>
        ActingPreview.OfAsync(http, own, clock, recipient, terms.Acts, cancel, consent => known is not null && consent.Asked?.SetBy == known.LocalId.ToString());

    private static async Task<IResult> SetAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, SuccessionDrafts drafts, TimeProvider clock, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var draft = fields["draft"].ToString();
        if (drafts.Open(http.GetPerson().Id, draft) is not { } form)
        {
            return new SeeOther(Home);
        }

        if (fields["step"] == "back")
        {
            return new SeeOther($"{Home}?draft={draft}#name-somebody");
        }

        // Set as it was looked at, and not over what was done since in another tab.
        if (await ReadAsync(http, own, people, clock, form, cancel) is not { Recipient: { } recipient, Terms: { } terms, Known: var known } || known?.Over != form.Over)
        {
            return new SeeOther(NotSet);
        }

        if (!http.IsFreshEnough())
        {
            return new SeeOther(Fresh.ConfirmPath($"{Review}?draft={draft}"));
        }

        // First where they find it, which opens nothing: so whoever is named finds it.
        var person = (await people.Accounts.FindByReferenceAsync(recipient.Reference, cancel))!;
        await people.Circle.SetNamedForLaterAsync(own.Patient, person, true, Relation.Trusted, cancel);
        var consent = terms.ToConsent(own.Patient, http.GetPerson().DisplayName, clock.GetUtcNow());
        if ((await own.PutConsentAsync(known?.LocalId, consent, known?.Consent.Entry.Version, cancel)).Status is ConsentWriteStatus.Created or ConsentWriteStatus.Updated)
        {
            return new SeeOther(Home + "?done=set");
        }

        await SetSuccession.UnnameAsync(own, people, person, cancel);
        return new SeeOther(NotSet);
    }

    private static async Task<IResult> EndAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || !LocalId.TryParse(fields["id"].ToString(), out var id)
            || (await SetSuccession.AllAsync(own, people, http.GetPerson().Id, cancel)).FirstOrDefault(known => known.LocalId == id) is not { } set)
        {
            return TypedResults.NotFound();
        }

        await SharingEndpoints.EndAsync(own, id, cancel);
        if (await people.Accounts.FindByReferenceAsync(set.Who, cancel) is { } person)
        {
            await SetSuccession.EndForAsync(own, people, person, cancel);
        }

        return new SeeOther(Home + "?done=ended");
    }

    /// <summary>One tap, at once, and never asked who one is: it closes.</summary>
    private static async Task<IResult> ObjectAsync(HttpContext http, IFormCollection fields, RecordDoor door, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || !LocalId.TryParse(fields["id"].ToString(), out var id))
        {
            return TypedResults.NotFound();
        }

        if ((await own.ConsentsAsync(cancel)).All(consent => consent.Entry.Id != $"{own.Patient}.{id}" || consent.Consent.Asked is null))
        {
            return TypedResults.NotFound();
        }

        await SharingEndpoints.EndAsync(own, id, cancel);
        return new SeeOther(Home + "?done=objected");
    }

    private static async Task<IResult> AgreeAsync(HttpContext http, IFormCollection fields, RecordDoor door, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || !LocalId.TryParse(fields["id"].ToString(), out var id))
        {
            return TypedResults.NotFound();
        }

        return new SeeOther(await own.Succession.AgreeAsync(id, http.IsFreshEnough(), cancel) switch
        {
            true => Home + "?done=agreed",
            false => Home + "?done=gone",
            null => Fresh.ConfirmPath(Home + "?done=once-more"),
        });
    }

    /// <summary>What somebody is to get, what is wrong with it, and what is set: for them, and altogether.</summary>
    private sealed record Reading(RecipientChoice? Recipient, SuccessionTerms? Terms, IReadOnlyDictionary<string, string> Problems, SetSuccession? Known, IReadOnlyList<SetSuccession> Set);

    private static async Task<Reading> ReadAsync(
        HttpContext http, OwnAccess own, PeopleModule people, TimeProvider clock, SuccessionDraft draft, CancellationToken cancel)
    {
        var recipient = await DelegationEndpoints.FindAsync(http, people, draft.What, cancel);
        var terms = draft.ToTerms(recipient, TimeZones.DayOf(clock.GetUtcNow()), out var problems);
        var set = await SetSuccession.AllAsync(own, people, http.GetPerson().Id, cancel);
        var known = set.FirstOrDefault(known => recipient?.References.Contains(known.Who) == true);
        var most = Rapport.Consent.Succession.MostNamed;
        return known is null && terms is not null && set.Count >= most
            ? new Reading(recipient, null, new Dictionary<string, string> { ["who"] = Say.Fill(SuccessionText.TooMany, Say.Number(most)) }, null, set)
            : new Reading(recipient, terms, problems, known, set);
    }

    private static async Task<IResult> PageAsync(
        HttpContext http, OwnAccess own, PeopleModule people, IReadOnlyList<SetSuccession> set, SuccessionDraft draft, IReadOnlyDictionary<string, string> problems, string? done, CancellationToken cancel) =>
        new RazorComponentResult<SuccessionPage>(new Dictionary<string, object?>
        {
            [nameof(SuccessionPage.Set)] = set,
            [nameof(SuccessionPage.Form)] = draft,
            [nameof(SuccessionPage.Problems)] = problems,
            [nameof(SuccessionPage.Circle)] = await new Recipients(people).OfCircleAsync(own.Patient, cancel),
            [nameof(SuccessionPage.Chosen)] = await new Recipients(people).ResolveAsync(draft.What.Who, http.GetPerson().Id, cancel),
            [nameof(SuccessionPage.Overview)] = await own.OverviewAsync(cancel),
            [nameof(SuccessionPage.Done)] = done,
        })
        { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
}
