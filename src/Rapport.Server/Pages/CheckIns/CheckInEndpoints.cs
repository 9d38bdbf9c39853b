using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.CheckIns;

/// <summary>Check-ins: a team asks for one, the patient answers it or says no, and both look at what was answered.</summary>
internal static class CheckInEndpoints
{
    private const string Root = TalkPlaces.Home + "/{id}/check-ins", One = Root + "/{line:long:min(1)}";

    public static void MapCheckIns(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Root + "/new", ShowFormAsync);
        pages.MapPost(Root + "/new", AskAsync).RequireRateLimiting(RateLimits.Say);
        pages.MapGet(One, ShowAsync);
        pages.MapGet(One + "/answer", ShowAnswerAsync);
        pages.MapPost(One + "/answer", AnswerAsync).RequireRateLimiting(RateLimits.Say);
        pages.MapPost(One + "/end", EndAsync).RequireRateLimiting(RateLimits.Say);
    }

    private static async Task<IResult> ShowFormAsync(HttpContext http, TalkDoor door, TalkPages talks, string id) =>
        await TalkRequest.FindAsync(http, door, id) is { } request && CheckInDesk.MayAsk(request.View)
            ? await AskPages.ShowAsync(http, talks, request.View, await AskPages.OwnAsync(door, request.View, http.RequestAborted), CheckInAskForm.Empty()) : TypedResults.NotFound();

    /// <summary>The form for asking: what is offered is filled in, a question comes or goes, or it is asked.</summary>
    private static async Task<IResult> AskAsync(HttpContext http, IFormCollection fields, TalkDoor door, TalkPages talks, TimeProvider clock, string id)
    {
        if (await TalkRequest.FindAsync(http, door, id) is not { } request || !CheckInDesk.MayAsk(request.View))
        {
            return TypedResults.NotFound();
        }

        var (form, view, step) = (CheckInAskForm.Read(fields), request.View, fields["step"].ToString());
        if (await AskPages.OfTeamAsync(http, door, talks, view, form, step) is { } kept)
        {
            return kept;
        }

        var own = await AskPages.OwnAsync(door, view, http.RequestAborted);
        if (step.StartsWith("offered-", StringComparison.Ordinal) && OfferedCheckIns.All.FirstOrDefault(known => step == $"offered-{known.Name}.{known.Language}") is { } offered)
        {
            return await AskPages.ShowAsync(http, talks, view, own, form.With(offered.Form));
        }

        if (step == "add" || step == "again" || step.StartsWith("remove-", StringComparison.Ordinal))
        {
            var gone = int.TryParse(step.AsSpan(step.IndexOf('-', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : -1;
            List<AskedQuestion> questions = [.. form.Questions.Where((_, i) => i != gone), .. step == "add" && form.Questions.Count < CheckInForm.MostQuestions ? [AskedQuestion.Empty] : Array.Empty<AskedQuestion>()];
            return await AskPages.ShowAsync(http, talks, view, own, form with { Questions = questions });
        }

        var (questionnaire, times, problems) = form.Check(TimeZones.DayOf(clock.GetUtcNow()), TimeZones.Current, own);
        if (questionnaire is null || times is null)
        {
            return await AskPages.ShowAsync(http, talks, view, own, form, problems);
        }

        var asked = await door.Desk.CheckIns.AskAsync(request.Talker, view, questionnaire, times, form.Once, CancellationToken.None);
        return asked.Status switch
        {
            AskedStatus.Asked => new SeeOther($"{TalkPlaces.Of(view.Id)}#m{asked.Seq}"),
            AskedStatus.TooMany => await AskPages.ShowAsync(http, talks, view, own, form, problem: CheckInText.ProblemTooMany),
            AskedStatus.KeyUsedBefore => await AskPages.ShowAsync(http, talks, view, own, form with { Once = CheckInAskForm.Empty().Once }, problem: CheckInText.ProblemAgain),
            _ => TypedResults.NotFound(),
        };
    }

    private static async Task<IResult> ShowAsync(HttpContext http, TalkDoor door, RecordDoor records, string id, long line, string? done) =>
        await FindAsync(http, door, id, line) is var (request, checkIn) ? await PageAsync(http, door, records, request.View, checkIn, done, null) : TypedResults.NotFound();

    private static async Task<IResult> PageAsync(HttpContext http, TalkDoor door, RecordDoor records, TalkView view, CheckIn checkIn, string? done, string? problem)
    {
        var seen = await SeenAnswers.ReadAsync(http, records, view, checkIn);
        return new RazorComponentResult<CheckInPage>(new Dictionary<string, object?>
        {
            [nameof(CheckInPage.View)] = view,
            [nameof(CheckInPage.CheckIn)] = checkIn,
            [nameof(CheckInPage.Seen)] = seen,
            [nameof(CheckInPage.Series)] = CheckInSeries.Of(checkIn, seen, http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()),
            [nameof(CheckInPage.MayAnswer)] = checkIn.Waits is not null && await MayAnswerAsync(http, door, view),
            [nameof(CheckInPage.Agreement)] = view.IsOwn && checkIn.Answers.Count > 0 && await records.OpenOwnAsync(http, TokenScopes.ReadOwn) is { } own
                ? (await CheckInDesk.AgreementAsync(own, view, checkIn, http.RequestAborted))?.Entry.Id[(PatientId.TextLength + 1)..] : null,
            [nameof(CheckInPage.Done)] = done,
            [nameof(CheckInPage.Problem)] = problem,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    private static async Task<IResult> ShowAnswerAsync(HttpContext http, TalkDoor door, RecordDoor records, TalkPages talks, UrgentHelp help, string id, long line)
    {
        if (await FindAsync(http, door, id, line) is not var (request, checkIn) || !request.View.IsPatients)
        {
            return TypedResults.NotFound();
        }

        return checkIn.Waits is null ? await PageAsync(http, door, records, request.View, checkIn, null, CheckInText.NotWaiting)
            : await MayAnswerAsync(http, door, request.View) ? await AnswerPageAsync(http, talks, help, request.View, checkIn, AnswerDraft.Empty())
            : await PageAsync(http, door, records, request.View, checkIn, null, CheckInText.NotPermitted);
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, IFormCollection fields, TalkDoor door, RecordDoor records, TalkPages talks, UrgentHelp help, string id, long line)
    {
        if (await FindAsync(http, door, id, line) is not var (request, checkIn) || !request.View.IsPatients)
        {
            return TypedResults.NotFound();
        }

        var (draft, view) = (AnswerDraft.Read(fields), request.View);
        var (answers, problems) = draft.Check(checkIn.Form);
        if (fields["step"] == "edit" || problems.Count > 0)
        {
            return await AnswerPageAsync(http, talks, help, view, checkIn, draft, fields["step"] == "edit" ? null : problems);
        }

        var look = UrgentGuard.Look(answers.Words);
        if (look is not null && !draft.IsSure)
        {
            return new RazorComponentResult<UrgentAnswerPage>(new Dictionary<string, object?>
            {
                [nameof(UrgentAnswerPage.Action)] = CheckInPlaces.Answer(view.Id, line),
                [nameof(UrgentAnswerPage.Draft)] = draft,
                [nameof(UrgentAnswerPage.Words)] = answers.Words,
                [nameof(UrgentAnswerPage.Look)] = look,
                [nameof(UrgentAnswerPage.Help)] = help,
            });
        }

        http.Require(TokenScopes.Contribute | TokenScopes.Share);
        var own = view.IsOwn ? await records.OpenOwnAsync(http, TokenScopes.Contribute | TokenScopes.Share) : null;
        var by = new Answering(own, http.GetActor(), Say.Fill(CheckInText.SourceName, checkIn.Form.Title), look is not null);
        AnsweredStatus status;
        try
        {
            status = await door.Desk.CheckIns.AnswerAsync(request.Talker, view, checkIn, answers, by, draft.Once, CancellationToken.None);
        }
        catch (RecordFullException)
        {
            return await AnswerPageAsync(http, talks, help, view, checkIn, draft, problem: CheckInText.RecordFull);
        }

        return status switch
        {
            AnsweredStatus.Answered => new SeeOther($"{CheckInPlaces.Of(view.Id, line)}?done=answered"),
            AnsweredStatus.NotPermitted => await AnswerPageAsync(http, talks, help, view, checkIn, draft, problem: CheckInText.NotPermitted),
            AnsweredStatus.TooManyAgreements => await AnswerPageAsync(http, talks, help, view, checkIn, draft, problem: CheckInText.TooManyAgreements),
            AnsweredStatus.NothingHere => TypedResults.NotFound(),
            AnsweredStatus.KeyUsedBefore when checkIn.Waits is not null => await AnswerPageAsync(http, talks, help, view, checkIn, draft with { Once = AnswerDraft.Empty().Once }, problem: CheckInText.AnsweredByThisForm),
            _ => await PageAsync(http, door, records, view, checkIn, null, CheckInText.NotWaiting),
        };
    }

    private static async Task<IResult> AnswerPageAsync(HttpContext http, TalkPages talks, UrgentHelp help, TalkView view, CheckIn checkIn, AnswerDraft draft, IReadOnlyDictionary<int, string>? problems = null, string? problem = null) =>
        new RazorComponentResult<AnswerPage>(new Dictionary<string, object?>
        {
            [nameof(AnswerPage.Id)] = view.Id,
            [nameof(AnswerPage.CheckIn)] = checkIn,
            [nameof(AnswerPage.Draft)] = draft,
            [nameof(AnswerPage.Asker)] = CheckInWords.AskerOf(view, checkIn),
            [nameof(AnswerPage.EmergencyNumber)] = help.Number,
            [nameof(AnswerPage.For)] = view.IsOwn ? null : await talks.PatientNameAsync(view, http.RequestAborted),
            [nameof(AnswerPage.IsPrivate)] = view.IsPrivate,
            [nameof(AnswerPage.Problems)] = problems ?? new Dictionary<int, string>(),
            [nameof(AnswerPage.Problem)] = problem,
        })
        { StatusCode = problems is null && problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };

    private static async Task<IResult> EndAsync(HttpContext http, IFormCollection fields, TalkDoor door, string id, long line) =>
        await FindAsync(http, door, id, line) is var (request, checkIn) && await door.Desk.CheckIns.EndAsync(request.Talker, request.View, checkIn.Seq, http.RequestAborted)
            ? new SeeOther($"{CheckInPlaces.Of(request.View.Id, line)}?done=ended") : TypedResults.NotFound();

    private static Task<bool> MayAnswerAsync(HttpContext http, TalkDoor door, TalkView view) => door.Desk.CheckIns.MayAnswerAsync(view, http.GetActor(), http.RequestAborted);

    /// <summary>The check-in of an address; null where there is none, or whoever asks is not in its conversation: they cannot tell which.</summary>
    internal static async Task<(TalkRequest Request, CheckIn CheckIn)?> FindAsync(HttpContext http, TalkDoor door, string id, long line) =>
        await TalkRequest.FindAsync(http, door, id) is { } request && await door.Desk.CheckIns.FindAsync(request.View, line, http.RequestAborted) is { } checkIn ? (request, checkIn) : null;
}
