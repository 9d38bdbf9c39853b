using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Requests.Childs;

/// <summary>
/// How whoever looks after a small child says yes to what somebody asks of it: to all of it, or to less, after looking through what would be seen of what they see themself. The agreement names the request, so that of two who look
/// after the child one alone answers.
/// </summary>
internal static class ChildsAnswerEndpoints
{
    public static void MapChildsAnswers(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(AskedPlace.ChildsHome + "/answer", BeginAsync);
        pages.MapGet(AskedPlace.ChildsHome + "/what", ShowWhatAsync);
        pages.MapPost(AskedPlace.ChildsHome + "/what", ChooseAsync);
        pages.MapGet(AskedPlace.ChildsHome + "/review", ReviewAsync);
        pages.MapGet(AskedPlace.ChildsHome + "/items", ListItemsAsync);
        pages.MapPost(AskedPlace.ChildsHome, AgreeAsync).RequireRateLimiting(RateLimits.Acting);
    }

    private static async Task<IResult> BeginAsync(HttpContext http, RecordDoor door, PeopleModule people, ChildsAnswerDrafts drafts, TimeProvider clock, string? request, string? choose, CancellationToken cancel)
    {
        if (await ChildsRequestDesk.OpenAsync(http, door, people) is not { } desk || !RequestId.TryParse(request, out var id))
        {
            return TypedResults.NotFound();
        }

        if (await desk.FindAsync(people, id, cancel) is not { } asked)
        {
            return await desk.GoneAsync(people, id, cancel);
        }

        var draft = ChildsAnswerReading.Begin(desk.Guardian.Patient, asked, ChildsAnswerReading.LastDayOf(asked, TimeZones.DayOf(clock.GetUtcNow()), await desk.Guardian.Answering.LatestAsync(cancel)));
        return choose is null && await ReadAsync(desk, people, clock, draft, cancel) is { Terms: not null } reading ? ToReview(desk, drafts, reading) : To(desk.Place.What, desk, drafts, draft);
    }

    private static async Task<IResult> ShowWhatAsync(HttpContext http, RecordDoor door, PeopleModule people, ChildsAnswerDrafts drafts, TimeProvider clock, string? draft, CancellationToken cancel)
    {
        var (desk, reading, otherwise) = await OpenAsync(http, door, people, drafts, clock, draft, cancel);
        return reading is null ? otherwise! : WhatPage(desk!, drafts, reading, isSent: false);
    }

    private static async Task<IResult> ChooseAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, ChildsAnswerDrafts drafts, TimeProvider clock, CancellationToken cancel)
    {
        var (desk, reading, otherwise) = await OpenAsync(http, door, people, drafts, clock, fields["draft"], cancel);
        if (reading is null)
        {
            return otherwise!;
        }

        var chosen = fields["kind"].ToHashSet();
        var draft = reading.Draft with { Kinds = [.. reading.Request.Terms.Kinds().Select(static kind => kind.Name).Where(chosen.Contains)], Until = fields["until"].ToString().Trim().Cut(20), Shown = null };
        return await ReadAsync(desk!, people, clock, draft, cancel) is not { } changed ? desk!.Done("gone")
            : changed.Terms is null ? WhatPage(desk!, drafts, changed, isSent: true) : ToReview(desk!, drafts, changed);
    }

    private static async Task<IResult> ReviewAsync(HttpContext http, RecordDoor door, PeopleModule people, ChildsAnswerDrafts drafts, TimeProvider clock, string? draft, string? check, CancellationToken cancel)
    {
        var (desk, reading, otherwise) = await OpenAsync(http, door, people, drafts, clock, draft, cancel);
        if (reading is null)
        {
            return otherwise!;
        }

        if (reading.Terms is not { } terms)
        {
            return To(desk!.Place.What, desk, drafts, reading.Draft);
        }

        return !reading.IsAsShown(desk!.Guardian.Patient) ? ToReview(desk, drafts, reading) : await ReviewPageAsync(desk, clock, reading, terms, draft!, check is not null, problem: null, cancel);
    }

    /// <summary>The entries of one kind that would be seen, or that stay home, one by one. It is a look at the record like any other, and stands in the ledger.</summary>
    private static async Task<IResult> ListItemsAsync(HttpContext http, RecordDoor door, PeopleModule people, ChildsAnswerDrafts drafts, TimeProvider clock, string? draft, string? @in, int? page, CancellationToken cancel)
    {
        var (desk, reading, otherwise) = await OpenAsync(http, door, people, drafts, clock, draft, cancel);
        if (reading is null)
        {
            return otherwise!;
        }

        if (reading.Terms is not { } terms || ItemsPage.Find(@in) is not ((SummarySide.Seen or SummarySide.Home) and var side, var kind) || await PreviewAsync(desk!, clock, reading, terms, cancel) is not { } view)
        {
            return TypedResults.NotFound();
        }

        return await ChildsItems.ShowAsync(http, door, desk!.Guardian.Patient, (view.Then, view.Sight), (side, kind), page, static reason => WhyOf(reason.Kind), new()
        {
            [nameof(ItemsPage.Back)] = $"{desk.Place.Review}?draft={draft}",
            [nameof(ItemsPage.Action)] = desk.Place.Items,
            [nameof(ItemsPage.Fields)] = (IReadOnlyList<(string, string)>)[("draft", draft!)],
            [nameof(ItemsPage.Recipient)] = reading.Recipient,
            [nameof(ItemsPage.Place)] = RecordPlace.SharedBy(desk.Guardian.Patient, PurposeOfUse.ActingForPatient),
            [nameof(ItemsPage.Child)] = desk.Guardian.PatientName,
        });
    }

    private static async Task<IResult> AgreeAsync(HttpContext http, IFormCollection fields, RecordDoor door, Modules modules, ChildsAnswerDrafts drafts, TimeProvider clock, CancellationToken cancel)
    {
        var (desk, reading, otherwise) = await OpenAsync(http, door, modules.People, drafts, clock, fields["draft"], cancel);
        if (reading is null)
        {
            return otherwise!;
        }

        if (reading.Terms is not { } terms || fields["step"] == "back")
        {
            return To(desk!.Place.What, desk, drafts, reading.Draft);
        }

        // What was looked through is what is written, or it is looked through again.
        var guardian = desk!.Guardian;
        if (!reading.IsAsShown(guardian.Patient))
        {
            return ToReview(desk, drafts, reading);
        }

        switch (await guardian.Answering.AgreeAsync(terms.ToConsent(guardian.Patient, clock.GetUtcNow()), reading.Recipient.Named, cancel))
        {
            case AnswerOutcome.Agreed:
                return desk.Done(await desk.GrantAsync(modules, reading.Request) ? "granted" : "answered");
            case AnswerOutcome.AnsweredBefore:
                return await desk.GoneAsync(modules.People, reading.Request.Id, cancel);
            case AnswerOutcome.TooMany:
                return await ReviewPageAsync(desk, clock, reading, terms, fields["draft"]!, isOther: false, Say.Fill(ChildsRequestText.TooMany, Say.Number(PassingOnDoor.Most), "", guardian.PatientName), cancel);
            case AnswerOutcome.Refused:
                return await ReviewPageAsync(desk, clock, reading, terms, fields["draft"]!, isOther: false, Say.Fill(ChildsRequestText.OtherStopped, reading.Recipient.Name, "", guardian.PatientName), cancel);
            default:
                return TypedResults.NotFound();
        }
    }

    /// <summary>The desk with what a draft amounts to; else what to answer.</summary>
    private static async Task<(ChildsRequestDesk? Desk, ChildsAnswerReading? Reading, IResult? Otherwise)> OpenAsync(
        HttpContext http, RecordDoor door, PeopleModule people, ChildsAnswerDrafts drafts, TimeProvider clock, string? draft, CancellationToken cancel)
    {
        if (await ChildsRequestDesk.OpenAsync(http, door, people) is not { } desk)
        {
            return (null, null, TypedResults.NotFound());
        }

        if (drafts.Open(desk.Reader.Id, draft) is not { } opened || opened.Child != desk.Guardian.Patient.ToString() || !RequestId.TryParse(opened.Request, out var id))
        {
            return (desk, null, new SeeOther(desk.Place.Home));
        }

        return await ReadAsync(desk, people, clock, opened, cancel) is { } reading ? (desk, reading, null) : (desk, null, await desk.GoneAsync(people, id, cancel));
    }

    /// <summary>What a draft amounts to now; null where what it answers waits no more.</summary>
    private static async Task<ChildsAnswerReading?> ReadAsync(ChildsRequestDesk desk, PeopleModule people, TimeProvider clock, ChildsAnswerDraft draft, CancellationToken cancel)
    {
        if (!RequestId.TryParse(draft.Request, out var id) || await desk.FindAsync(people, id, cancel) is not { } request)
        {
            return null;
        }

        var today = TimeZones.DayOf(clock.GetUtcNow());
        var last = ChildsAnswerReading.LastDayOf(request, today, await desk.Guardian.Answering.LatestAsync(cancel));
        return ChildsAnswerReading.Of(draft, request, new Recipients(people).Introduce(request.Asker, desk.Reader.Id), (today, last), request.Terms.Kinds().Contains(Kind.Other) ? await desk.Guardian.SeenTypesAsync(cancel) : []);
    }

    private static Task<AnswerView?> PreviewAsync(ChildsRequestDesk desk, TimeProvider clock, ChildsAnswerReading reading, SharingTerms terms, CancellationToken cancel) => desk.Guardian.Answering.PreviewAsync(
        new Actor(desk.Reader.Id, reading.Recipient.Reference, reading.Recipient.Name, reading.Recipient.References), terms.Purpose, terms.ToConsent(desk.Guardian.Patient, clock.GetUtcNow()), cancel);

    private static async Task<IResult> ReviewPageAsync(
        ChildsRequestDesk desk, TimeProvider clock, ChildsAnswerReading reading, SharingTerms terms, string draft, bool isOther, string? problem, CancellationToken cancel) =>
        await PreviewAsync(desk, clock, reading, terms, cancel) is not { } view ? TypedResults.NotFound()
            : new RazorComponentResult<ChildsReviewPage>(new Dictionary<string, object?>
            {
                [nameof(ChildsReviewPage.Place)] = desk.Place,
                [nameof(ChildsReviewPage.Reading)] = reading,
                [nameof(ChildsReviewPage.Terms)] = terms,
                [nameof(ChildsReviewPage.Draft)] = draft,
                [nameof(ChildsReviewPage.Seen)] = ChildsItems.Kinds(view.Then, view.Sight, isSeen: true),
                [nameof(ChildsReviewPage.Home)] = ChildsItems.Kinds(view.Then, view.Sight, isSeen: false),
                [nameof(ChildsReviewPage.IsOther)] = isOther,
                [nameof(ChildsReviewPage.Problem)] = problem,
            })
            { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };

    private static RazorComponentResult<ChildsAnswerPage> WhatPage(ChildsRequestDesk desk, ChildsAnswerDrafts drafts, ChildsAnswerReading reading, bool isSent) => new(new Dictionary<string, object?>
    {
        [nameof(ChildsAnswerPage.Place)] = desk.Place,
        [nameof(ChildsAnswerPage.Reading)] = reading,
        [nameof(ChildsAnswerPage.Draft)] = drafts.Seal(desk.Reader.Id, reading.Draft),
        [nameof(ChildsAnswerPage.Problems)] = isSent ? reading.Problems : new Dictionary<string, string>(),
    })
    { StatusCode = isSent ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK };

    private static SeeOther To(string page, ChildsRequestDesk desk, ChildsAnswerDrafts drafts, ChildsAnswerDraft draft, string more = "") => new($"{page}?draft={drafts.Seal(desk.Reader.Id, draft)}{more}");

    /// <summary>On to what a draft comes to now; told when it is another than was shown before.</summary>
    private static SeeOther ToReview(ChildsRequestDesk desk, ChildsAnswerDrafts drafts, ChildsAnswerReading reading) =>
        To(desk.Place.Review, desk, drafts, reading.Draft with { Shown = reading.Terms!.Digest(desk.Guardian.Patient) }, reading.Draft.Shown is null ? "" : "&check=1");

    /// <summary>Why an entry is on its side, as it is told to who looks after a child: the decision speaks to whose record it is.</summary>
    private static string WhyOf(ReasonKind why) => why switch
    {
        ReasonKind.Shared => ChildsRequestText.Shown,
        ReasonKind.Sensitive => ChildsRequestText.Sensitive,
        ReasonKind.Withheld => ChildsRequestText.Withheld,
        _ => ChildsRequestText.NotShown,
    };
}
