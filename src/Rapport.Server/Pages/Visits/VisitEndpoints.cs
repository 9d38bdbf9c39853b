using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Visits;

namespace Rapport.Server.Pages.Visits;

/// <summary>Preparing a visit: lists of questions, each as a draft that the patient changes, for paper, or to be sent.</summary>
internal static class VisitEndpoints
{
    private const string One = VisitPlaces.Home + "/{id}";

    public static void MapVisits(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(VisitPlaces.Home, ListAsync);
        pages.MapPost(VisitPlaces.Home, MakeAsync);
        pages.MapGet(One, ShowAsync);
        pages.MapPost(One, ChangeAsync);
        pages.MapGet(One + "/print", PrintAsync);
        pages.MapPost(One + "/remove", RemoveAsync);
        pages.MapVisitSending();
    }

    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, PeopleModule people, string? with, string? done, CancellationToken cancel) =>
        await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is { } own
            ? await ListPageAsync(http, own, people, new VisitForm { Who = with is { Length: <= 400 } ? with : "" }, [], done == "removed", cancel) : TypedResults.NotFound();

    private static async Task<IResult> MakeAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, VisitOffers offers, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Contribute) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var form = VisitForm.Read(fields, []);
        var problems = form.Problems();
        if (problems.Count == 0)
        {
            var plan = await PlanAsync(http, own, people, form, [], null, cancel);
            var (draft, _) = await offers.OfAsync(http, own, plan.WithReference);
            if (await own.Visits.MakeAsync(form.Once, plan with { Questions = [.. draft.Offered.Select(VisitWords.Kept)] }, CancellationToken.None) is { } made)
            {
                return new SeeOther($"{VisitPlaces.Of(made.Id)}?done=made");
            }

            problems[""] = Say.Fill(VisitPagesText.TooMany, Say.Number(OwnVisits.Most));
        }

        return await ListPageAsync(http, own, people, form, problems, false, cancel);
    }

    private static async Task<IResult> ListPageAsync(HttpContext http, OwnAccess own, PeopleModule people, VisitForm form, Dictionary<string, string> problems, bool isRemoved, CancellationToken cancel) =>
        new RazorComponentResult<VisitsPage>(new Dictionary<string, object?>
        {
            [nameof(VisitsPage.Visits)] = await own.Visits.ListAsync(cancel),
            [nameof(VisitsPage.People)] = await PeopleAsync(http, own, people, form.Who, cancel),
            [nameof(VisitsPage.Form)] = form,
            [nameof(VisitsPage.Problems)] = problems,
            [nameof(VisitsPage.IsRemoved)] = isRemoved,
        })
        { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, PeopleModule people, VisitOffers offers, string id, string? done, string? all) =>
        await FindAsync(http, door, TokenScopes.ReadOwn, id) is var (own, visit)
            ? await PageAsync(http, own, people, offers, visit, VisitForm.Of(visit), [], done, all == "1") : TypedResults.NotFound();

    /// <summary>The form of a list: whatever its button does, what was typed is kept first.</summary>
    private static async Task<IResult> ChangeAsync(HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, VisitOffers offers, string id)
    {
        if (await FindAsync(http, door, TokenScopes.Contribute, id) is not var (own, visit))
        {
            return TypedResults.NotFound();
        }

        var (form, step, isAll) = (VisitForm.Read(fields, visit.Plan.Questions), fields["step"].ToString(), fields["all"] == "1");
        var problems = form.Version == visit.Version ? form.Problems() : new() { [""] = VisitPagesText.ChangedMeanwhile };
        if (problems.Count > 0)
        {
            // What is typed stays on the page; saved again, it takes the place of what somebody wrote meanwhile.
            return await PageAsync(http, own, people, offers, visit, form with { Version = visit.Version }, problems, null, isAll);
        }

        var draft = step.StartsWith("take:", StringComparison.Ordinal) ? (await offers.OfAsync(http, own, visit.Plan.WithReference)).Draft : new VisitDraft([], []);
        var (questions, at) = VisitSteps.Do(form, step, draft);
        if (await own.Visits.ChangeAsync(visit.Id, visit.Version, await PlanAsync(http, own, people, form, questions, visit.Plan, http.RequestAborted), CancellationToken.None) is null)
        {
            return await FindAsync(http, door, TokenScopes.ReadOwn, id) is var (_, now)
                ? await PageAsync(http, own, people, offers, now, form with { Version = now.Version }, new() { [""] = VisitPagesText.ChangedMeanwhile }, null, isAll) : TypedResults.NotFound();
        }

        return new SeeOther(step switch
        {
            "print" => VisitPlaces.Print(visit.Id),
            "send" => VisitPlaces.Send(visit.Id),
            "show" => $"{VisitPlaces.Of(visit.Id)}?all=1#more",
            "save" => $"{VisitPlaces.Of(visit.Id)}?done=saved{(isAll ? "&all=1" : "")}",
            _ => $"{VisitPlaces.Of(visit.Id)}{(isAll ? "?all=1" : "")}#{(at is { } number ? $"question-{number}" : "questions")}",
        });
    }

    private static async Task<IResult> PageAsync(HttpContext http, OwnAccess own, PeopleModule people, VisitOffers offers, PreparedVisit visit, VisitForm form, Dictionary<string, string> problems, string? done, bool isAll)
    {
        var (draft, answer) = await offers.OfAsync(http, own, visit.Plan.WithReference);
        var kept = form.Questions.Select(static question => question.Key).OfType<string>().ToHashSet();
        return new RazorComponentResult<VisitPage>(new Dictionary<string, object?>
        {
            [nameof(VisitPage.Visit)] = visit,
            [nameof(VisitPage.Form)] = form,
            [nameof(VisitPage.People)] = await PeopleAsync(http, own, people, form.Who, http.RequestAborted),
            [nameof(VisitPage.Offered)] = draft.Offered.Where(offer => !kept.Contains(offer.Key)).ToList(),
            [nameof(VisitPage.Private)] = draft.Private.Where(offer => !kept.Contains(offer.Key)).ToList(),
            [nameof(VisitPage.ShowsPrivate)] = isAll,
            [nameof(VisitPage.Problems)] = problems,
            [nameof(VisitPage.Done)] = done,

            // What was taken back, or deleted, leads nowhere.
            [nameof(VisitPage.Gone)] = form.Questions.Select(static question => question.Entry).OfType<string>().Where(entry => !answer.Leads(entry)).ToHashSet(),
        })
        { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : problems.ContainsKey("") ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity };
    }

    private static async Task<IResult> PrintAsync(HttpContext http, RecordDoor door, string id) => await FindAsync(http, door, TokenScopes.ReadOwn, id) is var (_, visit)
        ? new RazorComponentResult<VisitPrintPage>(new Dictionary<string, object?> { [nameof(VisitPrintPage.Visit)] = visit, [nameof(VisitPrintPage.Name)] = http.GetPerson().DisplayName }) : TypedResults.NotFound();

    private static async Task<IResult> RemoveAsync(HttpContext http, IFormCollection fields, RecordDoor door, string id) =>
        await FindAsync(http, door, TokenScopes.Contribute, id) is var (own, visit) && await own.Visits.RemoveAsync(visit.Id, CancellationToken.None) ? new SeeOther(VisitPlaces.Home + "?done=removed") : TypedResults.NotFound();

    /// <summary>A list of the caller's own; null where there is none: whoever asks for somebody else's cannot tell.</summary>
    internal static async Task<(OwnAccess Own, PreparedVisit Visit)?> FindAsync(HttpContext http, RecordDoor door, TokenScopes what, string id) =>
        await door.OpenOwnAsync(http, what) is { } own && LocalId.TryParse(id, out var local) && await own.Visits.FindAsync(local, http.RequestAborted) is { } visit ? (own, visit) : null;

    /// <summary>What a form says: somebody whom the page offers is named as they are known.</summary>
    private static async Task<VisitPlan> PlanAsync(HttpContext http, OwnAccess own, PeopleModule people, VisitForm form, IReadOnlyList<VisitQuestion> questions, VisitPlan? known, CancellationToken cancel)
    {
        if (form.With.Length == 0 && known?.WithReference is not null && known.WithReference == form.Who)
        {
            // Whom somebody was introduced to once stays named, also when nobody introduces them again.
            return known with { On = form.Day, Questions = questions };
        }

        var who = form.With.Length > 0 ? null : (await PeopleAsync(http, own, people, form.Who, cancel)).FirstOrDefault(choice => choice.Value == form.Who || choice.Reference == form.Who);
        return new VisitPlan { With = who is not null ? who.Title.Cut(VisitPlan.MostWith) : form.With.Length > 0 ? form.With : null, WithReference = who?.Reference, On = form.Day, Questions = questions };
    }

    /// <summary>Who is visited: whoever is around the patient and could be talked with, and who was chosen.</summary>
    private static async Task<IReadOnlyList<RecipientChoice>> PeopleAsync(HttpContext http, OwnAccess own, PeopleModule people, string chosen, CancellationToken cancel)
    {
        var recipients = new Recipients(people);
        List<RecipientChoice> near = [.. (await recipients.OfCircleAsync(own.Patient, cancel)).Where(NewTalkForm.MayTalk)];
        if (chosen.Length > 0 && near.TrueForAll(choice => choice.Value != chosen && choice.Reference != chosen) && await recipients.ResolveAsync(chosen, http.GetPerson().Id, cancel) is { } other && NewTalkForm.MayTalk(other))
        {
            near.Add(other);
        }

        return near;
    }
}
