using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Rapport.Conversations;
using Rapport.Fhir;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Api.Fhir;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.CheckIns;
using Rapport.Server.Talks;

namespace Rapport.Server.Api.Conversations.CheckIns;

/// <summary>Check-ins for scripts: to ask for one, to answer it, to read what was answered, in FHIR's shapes.</summary>
internal static class CheckInApi
{
    private const string Root = "/{id}/check-ins", One = Root + "/{line:long:min(1)}";
    private const int MostBytes = 128 * 1024, MostDepth = 16;

    public static void MapCheckInApi(this IEndpointRouteBuilder talks)
    {
        talks.MapGet(Root, ListAsync).WithSummary("The check-ins that go on in a conversation").Produces<CheckInList>();
        talks.MapPost(Root, AskAsync).RequireRateLimiting(RateLimits.Say).WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .WithSummary("Asks the patient a few questions, once, or each day, week or month until a day: `{questionnaire, every, until, zone}`; with the same `Idempotency-Key` it is the same check-in")
            .Accepts<JsonElement>("application/json").Produces<CheckInMade>(StatusCodes.Status201Created);
        talks.MapGet(One, ReadAsync).WithSummary("One check-in: what is asked, and where each answer is read").Produces<CheckInTold>();
        talks.MapPost(One + "/answers", AnswerAsync).RequireRateLimiting(RateLimits.Say).WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .WithSummary("Answers a check-in with a QuestionnaireResponse: it is put into the patient's record, and shared with who asked for as long as the conversation lasts; with the same `Idempotency-Key` it is the same answer. `200` where its words may mean an emergency, with the number to call")
            .Accepts<JsonElement>("application/fhir+json").Produces(StatusCodes.Status204NoContent).Produces<AnswerMade>();
        talks.MapGet(One + "/answers/{number:int:min(0)}", ReadAnswerAsync)
            .WithSummary("An answer, as at `/fhir`: as far as it is shared with the caller, and each look is recorded").Produces<JsonElement>(StatusCodes.Status200OK, "application/fhir+json");
        talks.MapPost(One + "/end", EndAsync).RequireRateLimiting(RateLimits.Say)
            .WithSummary("Ends a check-in: the patient says no, or who asked takes it back").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task ListAsync(HttpContext http, string id, TalkDoor door, TimeProvider clock)
    {
        if (await ConversationEndpoints.FindAsync(http, id, door) is var (_, view))
        {
            var now = clock.GetUtcNow();
            var told = CheckInDesk.Running(view).Where(known => !known.IsOver(now)).Select(known => CheckInTold.Of(known, now)).ToList();
            await ConversationEndpoints.WriteAsync(http, StatusCodes.Status200OK, new CheckInList(told), CheckInJson.Default.CheckInList);
        }
    }

    private static async Task AskAsync(HttpContext http, string id, TalkDoor door, TimeProvider clock)
    {
        if (await ConversationEndpoints.FindAsync(http, id, door) is not var (talker, view) || await ConversationEndpoints.OnceAsync(http) is not { } once)
        {
            return;
        }

        if (!http.Request.HasJsonContentType())
        {
            await http.WriteAsync(Failure.Of(http, StatusCodes.Status415UnsupportedMediaType));
            return;
        }

        var (asked, problem) = await StrictJson.ReadAsync(http.Request.Body, MostDepth, CheckInAsked.Read, static problem => (null, problem), http.RequestAborted);
        if (asked is null)
        {
            await http.WriteAsync(new(StatusCodes.Status400BadRequest, "invalid", problem!));
            return;
        }

        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), asked.Zone).DateTime);
        var times = asked.Until is { } last ? new CheckInTimes(asked.Every, today, last, asked.Zone.Id) : CheckInTimes.Once(today, asked.Zone);
        if (!times.IsPossible)
        {
            await http.WriteAsync(new(StatusCodes.Status422UnprocessableEntity, "invalid", $"`until` is a day from today to `{CheckInTimes.LatestEnd(asked.Every, today):yyyy-MM-dd}`"));
            return;
        }

        var answer = await door.Desk.CheckIns.AskAsync(talker, view, asked.Questionnaire, times, once, CancellationToken.None);
        if (answer.Status != AskedStatus.Asked)
        {
            await http.WriteAsync(answer.Status switch
            {
                AskedStatus.TooMany => new(StatusCodes.Status409Conflict, "business-rule", $"{RunningCheckIn.Most} check-ins go on in this conversation: end one first"),
                AskedStatus.KeyUsedBefore => new(StatusCodes.Status409Conflict, "conflict", "this `Idempotency-Key` was sent before with something else: take a new one"),
                AskedStatus.Ended => new(StatusCodes.Status409Conflict, "business-rule", "the patient ended this conversation"),
                _ => new(StatusCodes.Status403Forbidden, "forbidden", "only a professional or a care team asks for a check-in"),
            });
            return;
        }

        var seq = answer.Seq.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers.Location = $"{ConversationEndpoints.Path}/{view.Id}/check-ins/{seq}";
        await ConversationEndpoints.WriteAsync(http, StatusCodes.Status201Created, new CheckInMade(seq), CheckInJson.Default.CheckInMade);
    }

    private static async Task ReadAsync(HttpContext http, string id, long line, TalkDoor door)
    {
        if (await FindAsync(http, id, line, door) is var (_, view, checkIn))
        {
            await ConversationEndpoints.WriteAsync(http, StatusCodes.Status200OK, CheckInTold.Of(view.Id, checkIn), CheckInJson.Default.CheckInTold);
        }
    }

    private static async Task AnswerAsync(HttpContext http, string id, long line, TalkDoor door, RecordDoor records, UrgentHelp help)
    {
        if (await FindAsync(http, id, line, door) is not var (talker, view, checkIn) || await ConversationEndpoints.OnceAsync(http) is not { } once || await RequestBody.ReadAsync(http, MostBytes) is not { } body)
        {
            return;
        }

        if (!view.IsPatients)
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        // What is sent here is shared: a page would have shown with whom.
        http.Require(TokenScopes.Contribute | TokenScopes.Share);
        http.RequireFreshSession();
        var read = Resource.Parse(body);
        if (read.Resource is not { TypeName: "QuestionnaireResponse" } response)
        {
            await http.WriteAsync(new(StatusCodes.Status400BadRequest, "invalid", read.Issues.FirstOrDefault(static issue => issue.Severity != IssueSeverity.Warning)?.Text ?? "the body is a `QuestionnaireResponse`"));
            return;
        }

        var (answers, problems, unknown) = CheckInAnswers.Read(checkIn.Form, response);
        if (unknown is not null || problems.Count > 0 || answers.IsEmpty)
        {
            await http.WriteAsync(new(StatusCodes.Status422UnprocessableEntity, "invalid",
                unknown is not null ? $"`{Failure.Short(unknown)}` is no question of this check-in, or is answered more than once"
                : problems.Count > 0 ? $"`{Failure.Short(problems.First().Key)}` is not answered as it is asked" : "nothing is answered"));
            return;
        }

        var own = view.IsOwn ? await records.OpenOwnAsync(http, TokenScopes.Contribute | TokenScopes.Share) : null;
        var look = UrgentGuard.Look(answers.Words);
        var by = new Answering(own, http.GetActor(), Say.Fill(CheckInText.SourceName, checkIn.Form.Title), look is not null);
        AnsweredStatus status;
        try
        {
            status = await door.Desk.CheckIns.AnswerAsync(talker, view, checkIn, answers, by, once, CancellationToken.None);
        }
        catch (RecordFullException)
        {
            await http.WriteAsync(new(StatusCodes.Status409Conflict, "too-costly", "there is no room for it in the record"));
            return;
        }

        if (status == AnsweredStatus.Answered)
        {
            if (look is not null)
            {
                await ConversationEndpoints.WriteAsync(http, StatusCodes.Status200OK, new AnswerMade(UrgentTold.Of(look, help)), CheckInJson.Default.AnswerMade);
                return;
            }

            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await http.WriteAsync(status switch
        {
            AnsweredStatus.NotWaiting => new(StatusCodes.Status409Conflict, "business-rule", "this check-in waits for no answer: it was answered, is over, or was taken back"),
            AnsweredStatus.KeyUsedBefore => new(StatusCodes.Status409Conflict, "conflict", "this `Idempotency-Key` was sent before with something else: take a new one"),
            AnsweredStatus.TooManyAgreements => new(StatusCodes.Status409Conflict, "too-costly", "the patient's agreements say together as much as can be kept: end some first"),
            AnsweredStatus.NotPermitted => new(StatusCodes.Status403Forbidden, "forbidden", "you may not add answers to the record, or not share them on"),
            _ => Failure.NothingHere,
        });
    }

    /// <summary>An answer, by the gate. Where it is not shared any more it looks like one that was never given.</summary>
    private static async Task ReadAnswerAsync(HttpContext http, string id, long line, int number, TalkDoor door, RecordDoor records)
    {
        if (await FindAsync(http, id, line, door) is not var (_, _, checkIn))
        {
            return;
        }

        if (number < checkIn.Answers.Count && checkIn.Answers[number].Entry.Split('/') is [var type, var resource])
        {
            await ReadEndpoints.ReadAsync(http, type, resource, records);
            return;
        }

        await http.WriteAsync(Failure.NothingHere);
    }

    private static async Task EndAsync(HttpContext http, string id, long line, TalkDoor door)
    {
        if (await FindAsync(http, id, line, door) is not var (talker, view, checkIn))
        {
            return;
        }

        if (await door.Desk.CheckIns.EndAsync(talker, view, checkIn.Seq, http.RequestAborted))
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await http.WriteAsync(new(StatusCodes.Status409Conflict, "business-rule", "this check-in does not go on, or is not yours to end"));
    }

    /// <summary>The check-in of an address, as the caller sees it; answered where there is none.</summary>
    private static async Task<(Talker Talker, TalkView View, CheckIn CheckIn)?> FindAsync(HttpContext http, string id, long line, TalkDoor door)
    {
        if (await ConversationEndpoints.FindAsync(http, id, door) is not var (talker, view))
        {
            return null;
        }

        if (await door.Desk.CheckIns.FindAsync(view, line, http.RequestAborted) is { } checkIn)
        {
            return (talker, view, checkIn);
        }

        await http.WriteAsync(Failure.NothingHere);
        return null;
    }
}
