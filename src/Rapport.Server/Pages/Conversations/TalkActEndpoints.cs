using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations;

/// <summary>Who is in a conversation, who has it in hand, and how it ends.</summary>
internal static class TalkActEndpoints
{
    private const string One = TalkPlaces.Home + "/{id}";
    private const int MostReference = 400;

    public static void MapTalkActs(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(One + "/people", AskPeopleAsync);
        pages.MapPost(One + "/people", AddAsync).RequireRateLimiting(RateLimits.Say);
        pages.MapPost(One + "/remove", RemoveAsync).RequireRateLimiting(RateLimits.Say);
        pages.MapPost(One + "/leave", LeaveAsync);
        pages.MapPost(One + "/end", EndAsync);
        pages.MapPost(One + "/clear", ClearAsync);
        pages.MapPost(One + "/take", TakeAsync).RequireRateLimiting(RateLimits.Say);
        pages.MapPost(One + "/close", CloseAsync).RequireRateLimiting(RateLimits.Say);
        pages.MapPost(One + "/keep/{line:long:min(1)}", KeepSummaryAsync).RequireRateLimiting(RateLimits.Say);
    }

    private static async Task<IResult> AskPeopleAsync(HttpContext http, TalkDoor door, PeopleModule people, string id, CancellationToken cancel) =>
        await TalkRequest.FindAsync(http, door, id) is { View: { IsPatients: true, State.IsEnded: false } view } request ? await PeopleAsync(people, request, null, [], cancel) : TypedResults.NotFound();

    private static async Task<IResult> AddAsync(HttpContext http, IFormCollection fields, TalkDoor door, PeopleModule people, string id, CancellationToken cancel)
    {
        if (await TalkRequest.FindAsync(http, door, id) is not { View: { IsPatients: true, State.IsEnded: false } view } request)
        {
            return TypedResults.NotFound();
        }

        if (fields["step"] == "find")
        {
            return await PeopleAsync(people, request, OneLine.Of(fields["find"].ToString()) is { Length: > 0 and <= 100 } find ? find : null, [], cancel);
        }

        return fields["with"].ToString() is not { Length: > 0 and <= MostReference } with ? await PeopleAsync(people, request, null, new() { ["with"] = ConversationText.ChooseWho }, cancel)
            : await door.MemberToAddAsync(request.Talker, view.Patient, with, cancel) is { } member && await door.Desk.AddMemberAsync(request.Talker, view, member, cancel) ? Back(view, "added")
            : await PeopleAsync(people, request, null, new() { ["with"] = ConversationText.CannotAdd }, cancel);
    }

    private static async Task<IResult> PeopleAsync(PeopleModule people, TalkRequest request, string? find, Dictionary<string, string> problems, CancellationToken cancel)
    {
        var (view, self) = (request.View, request.Talker.Person.Id);
        var recipients = new Recipients(people);
        var choices = find is not null ? await recipients.FindAsync(find, self, cancel) : view.IsOwn ? await recipients.OfCircleAsync(view.Patient, cancel) : [];
        return new RazorComponentResult<PeoplePage>(new Dictionary<string, object?>
        {
            [nameof(PeoplePage.Id)] = view.Id,
            [nameof(PeoplePage.Choices)] = choices.Where(choice => NewTalkForm.MayTalk(choice) && !choice.References.Any(reference => view.State.SeatOf(reference) is not null && choice.Kind == RecipientKind.Person)
                && view.State.SeatOf(choice.Reference) is null).ToList(),
            [nameof(PeoplePage.Find)] = find,
            [nameof(PeoplePage.Problems)] = problems,
        })
        { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    private static async Task<IResult> RemoveAsync(HttpContext http, IFormCollection fields, TalkDoor door, RecordDoor records, string id, CancellationToken cancel) =>
        await TalkRequest.FindAsync(http, door, id) is { } request && await PatientSide.OfAsync(http, records, request.View, TokenScopes.Share) is { } side
        && await door.Desk.RemoveMemberAsync(request.Talker, request.View, side.Attached, fields["member"].ToString(), cancel) ? Back(request.View, "removed") : TypedResults.NotFound();

    private static async Task<IResult> LeaveAsync(HttpContext http, IFormCollection fields, TalkDoor door, string id, CancellationToken cancel) =>
        await TalkRequest.FindAsync(http, door, id) is { } request && await door.Desk.LeaveAsync(request.Talker, request.View, http.GetActor(), cancel)
            ? new SeeOther($"{TalkPlaces.Home}?done=left") : TypedResults.NotFound();

    private static async Task<IResult> EndAsync(HttpContext http, IFormCollection fields, TalkDoor door, RecordDoor records, string id, CancellationToken cancel) =>
        await TalkRequest.FindAsync(http, door, id) is { } request && await PatientSide.OfAsync(http, records, request.View, TokenScopes.Share) is { } side
        && await door.Desk.EndAsync(request.Talker, request.View, side.Attached, cancel) ? Back(request.View, "ended") : TypedResults.NotFound();

    private static async Task<IResult> ClearAsync(HttpContext http, IFormCollection fields, TalkDoor door, string id, CancellationToken cancel)
    {
        if (await TalkRequest.FindAsync(http, door, id) is not { } request)
        {
            return TypedResults.NotFound();
        }

        await door.Desk.ClearAsync(request.Talker, request.View, cancel);
        return new SeeOther($"{TalkPlaces.Home}?done=cleared");
    }

    /// <summary>Into one's own hands, into those of somebody else of the team, or back to all of it.</summary>
    private static async Task<IResult> TakeAsync(HttpContext http, IFormCollection fields, TalkDoor door, PeopleModule people, string id, CancellationToken cancel)
    {
        if (await TalkRequest.FindAsync(http, door, id) is not { View: { IsTeam: true, State.IsEnded: false } view } request)
        {
            return TypedResults.NotFound();
        }

        var (person, hands) = (request.Talker.Person, fields["hands"].ToString());
        (PersonId Id, string Name)[] team = [(person.Id, person.DisplayName), .. await TalkPages.ColleaguesAsync(people, view.Capacity.Reference, person.Id, cancel)];
        var to = Array.Find(team, known => known.Id.ToString() == hands);
        return (hands.Length == 0 || to.Name is not null) && await door.Desk.TakeAsync(request.Talker, view, hands.Length == 0 ? null : to.Id, to.Name, cancel)
            ? Back(view, hands.Length == 0 ? "given" : "taken") : TypedResults.NotFound();
    }

    private static async Task<IResult> CloseAsync(HttpContext http, IFormCollection fields, TalkDoor door, TalkPages shown, string id, CancellationToken cancel)
    {
        if (await TalkRequest.FindAsync(http, door, id) is not { View: { IsTeam: true, State.IsEnded: false } view } request)
        {
            return TypedResults.NotFound();
        }

        var summary = MessageDraft.Lines(fields["summary"].ToString());
        if (summary.Length > ConversationDesk.MostText)
        {
            return await shown.ShowAsync(http, request, MessageDraft.Empty(), Say.Fill(ConversationText.TextTooLong, Say.Number(ConversationDesk.MostText)));
        }

        return await door.Desk.CloseAsync(request.Talker, view, summary, cancel) ? Back(view, "closed") : TypedResults.NotFound();
    }

    /// <summary>Takes what a team wrote when it closed the conversation into the patient's record, at their wish, or that of who looks after them as they would themself.</summary>
    private static async Task<IResult> KeepSummaryAsync(HttpContext http, IFormCollection fields, TalkDoor door, RecordDoor records, TalkPages shown, string id, long line, CancellationToken cancel)
    {
        if (await TalkRequest.FindAsync(http, door, id) is not { View: var view } request || line < view.From
            || (await door.Desk.LinesAsync(view, line, 1, cancel)) is not [{ Line: ClosedLine { Summary: not null } closed } found] || found.Seq != line
            || await PatientSide.OfAsync(http, records, view, TokenScopes.Contribute) is not { } side)
        {
            return TypedResults.NotFound();
        }

        try
        {
            return await ConversationSummary.TakeAsync(side, view, line, closed, cancel) ? new SeeOther($"{TalkPlaces.Of(view.Id)}?done=kept#m{line}")
                : await shown.ShowAsync(http, request, MessageDraft.Empty(), Teams.TeamText.SummaryNotTaken);
        }
        catch (RecordFullException)
        {
            return await shown.ShowAsync(http, request, MessageDraft.Empty(), Teams.TeamText.SummaryNotTaken);
        }
    }

    private static SeeOther Back(TalkView view, string done) => new($"{TalkPlaces.Of(view.Id)}?done={done}");
}
