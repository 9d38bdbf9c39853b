using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Stories;

/// <summary>What came of sharing, told to others without a name: a patient tells it from the place where it stands in their ledger, and takes it back there; everybody here reads what enough people told.</summary>
internal static class StoryEndpoints
{
    /// <summary>Where others read it, and report it.</summary>
    public const string Home = "/stories", Report = Home + "/report";

    /// <summary>The steps of telling it, and taking it back.</summary>
    public const string Tell = "/ledger/story", Review = Tell + "/review", TakeBack = Tell + "/take-back";

    /// <summary>Where whoever runs the server looks at what was reported.</summary>
    public const string Reported = "/operator/stories";

    public static void MapStories(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Home, ListAsync);
        pages.MapPost(Report, ReportAsync).RequireRateLimiting(RateLimits.Report);
        pages.MapGet(Tell, AskAsync);
        pages.MapPost(Tell, TakeAsync);
        pages.MapGet(Review, ReviewAsync);
        pages.MapPost(Review, TellAsync);
        pages.MapPost(TakeBack, TakeBackAsync);
    }

    /// <summary>What whoever runs the server sees of stories: those that were reported, and of nobody whose they are.</summary>
    public static void MapReportedStories(this IEndpointRouteBuilder operators, IEndpointRouteBuilder guarded)
    {
        operators.MapGet("/stories", async (StoryShelf shelf, StoryMarks marks, string? done, CancellationToken cancel) => new RazorComponentResult<ReportedPage>(new Dictionary<string, object?>
        {
            [nameof(ReportedPage.Stories)] = (await shelf.ReportedAsync(cancel)).Select(story => (story, marks.Seal(story.Key))).ToList(),
            [nameof(ReportedPage.IsDone)] = done is not null,
        }));
        guarded.MapPost("/stories", async Task<IResult> (IFormCollection fields, StoryShelf shelf, StoryMarks marks, CancellationToken cancel) =>
        {
            if (marks.Open(fields["story"]) is not { } key || fields["step"].ToString() is not ("stays" or "goes"))
            {
                return TypedResults.NotFound();
            }

            await shelf.JudgeAsync(key, fields["step"] == "stays", cancel);
            return new SeeOther(Reported + "?done=1");
        });
    }

    private static async Task<IResult> ListAsync(StoryShelf shelf, StoryMarks marks, string? aim, string? done, CancellationToken cancel)
    {
        List<(string, StoryNumbers, IReadOnlyList<(ToldStory, string)>)> told = [];
        foreach (var known in SharingAim.All.Where(known => aim is null || known.Code == aim))
        {
            if (await shelf.NumbersAsync(known.Code, cancel) is { } numbers)
            {
                told.Add((known.Code, numbers, [.. (await shelf.StoriesAsync(known.Code, cancel)).Take(StoriesPage.MostStories).Select(story => (story, marks.Seal(story.Key)))]));
            }
        }

        return new RazorComponentResult<StoriesPage>(new Dictionary<string, object?> { [nameof(StoriesPage.Told)] = told, [nameof(StoriesPage.IsReported)] = done == "reported" });
    }

    private static async Task<IResult> ReportAsync(IFormCollection fields, StoryShelf shelf, StoryMarks marks, CancellationToken cancel)
    {
        if (marks.Open(fields["story"]) is not { } key)
        {
            return TypedResults.NotFound();
        }

        await shelf.ReportAsync(key, cancel);
        return new SeeOther(Home + "?done=reported");
    }

    private static async Task<IResult> AskAsync(HttpContext http, RecordDoor door, StoryDrafts drafts, StoryDesk desk, long? look, string? draft, string? check, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        var form = drafts.Open(http.GetPerson().Id, draft) ?? (look is { } position ? await NewAsync(own, desk, position, cancel) : null);
        if (form is null || await desk.TextOfAsync(own, form.ToWish(), cancel) is not { } text || await AimsAsync(own, form.Look, cancel) is not { } aims)
        {
            return draft is null ? TypedResults.NotFound() : new SeeOther("/ledger");
        }

        return new RazorComponentResult<StoryFormPage>(new Dictionary<string, object?>
        {
            [nameof(StoryFormPage.Form)] = form,
            [nameof(StoryFormPage.Text)] = text,
            [nameof(StoryFormPage.Aims)] = aims,
            [nameof(StoryFormPage.Problems)] = check is null ? [] : form.Problems(),
        });
    }

    private static async Task<IResult> TakeAsync(HttpContext http, IFormCollection fields, RecordDoor door, StoryDrafts drafts, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || LookOf(fields) is not { } look || await AimsAsync(own, look, cancel) is not { } aims)
        {
            return TypedResults.NotFound();
        }

        var form = StoryDraft.Read(look, aims, fields);
        var draft = drafts.Seal(http.GetPerson().Id, form);
        return new SeeOther(form.Problems().Count > 0 ? $"{Tell}?draft={draft}&check=1" : $"{Review}?draft={draft}");
    }

    private static async Task<IResult> ReviewAsync(HttpContext http, RecordDoor door, PeopleModule people, StoryDrafts drafts, StoryDesk desk, string? draft, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        if (drafts.Open(http.GetPerson().Id, draft) is not { } form || form.Problems().Count > 0 || await desk.TextOfAsync(own, form.ToWish(), cancel) is not { } text)
        {
            return new SeeOther("/ledger");
        }

        var deeds = (await own.HistoryAsync(cancel)).Deeds;
        var notes = OwnStories.LastIn(deeds);
        return new RazorComponentResult<StoryReviewPage>(new Dictionary<string, object?>
        {
            [nameof(StoryReviewPage.Form)] = form,
            [nameof(StoryReviewPage.Draft)] = draft,
            [nameof(StoryReviewPage.Text)] = text,
            [nameof(StoryReviewPage.Warnings)] = text.Sentence is null ? [] : SentenceCheck.WarningsOf(text.Sentence, await KnownNames.OfAsync(own, http.GetPerson(), people, cancel)),
            [nameof(StoryReviewPage.IsInstead)] = notes.GetValueOrDefault(form.Aim) is { IsTakenBack: false },
            [nameof(StoryReviewPage.IsInsteadOfThis)] = notes.Values.Any(note => note.Aim != form.Aim && StoryDesk.IsOfVisit(deeds, form.Look, note)),
        });
    }

    private static async Task<IResult> TellAsync(HttpContext http, IFormCollection fields, RecordDoor door, StoryDrafts drafts, StoryDesk desk, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            return TypedResults.NotFound();
        }

        if (drafts.Open(http.GetPerson().Id, fields["draft"]) is not { } form || form.Problems().Count > 0)
        {
            return new SeeOther("/ledger");
        }

        return fields["step"] == "back" ? new SeeOther($"{Tell}?draft={fields["draft"]}") : To(form.Look, await desk.TellAsync(own, form.ToWish(), cancel) switch
        {
            StoryTold.Told => "story-told",
            StoryTold.TooOften => "story-often",
            _ => "story-gone",
        });
    }

    private static async Task<IResult> TakeBackAsync(HttpContext http, IFormCollection fields, RecordDoor door, StoryDesk desk, CancellationToken cancel)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || LookOf(fields) is not { } look || SharingAim.Find(fields["aim"].ToString()) is not { } aim)
        {
            return TypedResults.NotFound();
        }

        var (before, isCountedOn) = (await desk.FindAsync(own, aim.Code, cancel), fields["step"] == "story");
        return await desk.TakeBackAsync(own, aim.Code, isCountedOn, cancel) ? To(look, isCountedOn ? "story-back-story" : before?.Text is null ? "story-back-count" : "story-back") : TypedResults.NotFound();
    }

    /// <summary>What a look may have been for; null when there is no such look.</summary>
    private static async Task<IReadOnlyList<SharingAim>?> AimsAsync(OwnAccess own, long look, CancellationToken cancel) =>
        Visit.Find((await own.HistoryAsync(cancel)).Deeds, look) is { } visit ? SharingAim.OfLook(visit.First.Purpose) : null;

    /// <summary>What is proposed first: what was told of it before, else the aim that the agreement behind the look names, and nothing ticked.</summary>
    private static async Task<StoryDraft?> NewAsync(OwnAccess own, StoryDesk desk, long look, CancellationToken cancel)
    {
        var deeds = (await own.HistoryAsync(cancel)).Deeds;
        if (Visit.Find(deeds, look) is not { } visit)
        {
            return null;
        }

        foreach (var note in OwnStories.LastIn(deeds).Values.Where(note => visit.Looks.Any(known => known.Index == note.Look)))
        {
            if (await desk.FindAsync(own, note.Aim, cancel) is { } known && (known.IsCounted || known.Text is not null))
            {
                return new StoryDraft(look)
                {
                    Aim = note.Aim, IsCounted = known.IsCounted, IsTold = known.Text is not null,
                    Recipient = known.Text?.Recipient ?? "", Condition = known.Text?.Condition ?? "", Sentence = known.Text?.Sentence ?? "",
                };
            }
        }

        var agreed = visit.First.Consents.ToHashSet();
        var isOpinion = (await own.ConsentsAsync(cancel)).Any(consent => consent.Consent.OpinionOn is not null && agreed.Contains(consent.Entry.Id));
        return new StoryDraft(look) { Aim = (isOpinion ? SharingAim.Opinion : SharingAim.OfPurpose(visit.First.Purpose ?? ""))?.Code ?? "" };
    }

    private static long? LookOf(IFormCollection fields) => long.TryParse(fields["look"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var look) ? look : null;

    private static SeeOther To(long look, string done) => new($"/ledger/{look.ToString(CultureInfo.InvariantCulture)}?done={done}#story");
}
