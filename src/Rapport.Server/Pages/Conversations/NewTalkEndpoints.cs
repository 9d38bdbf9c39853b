using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Visits;
using Rapport.Server.Talks;
using Rapport.Server.Visits;

namespace Rapport.Server.Pages.Conversations;

/// <summary>How somebody begins a conversation: a patient with people and teams, whoever knows a patient with them.</summary>
internal static class NewTalkEndpoints
{
    private const int MostReference = 400;

    public static void MapNewTalk(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(TalkPlaces.New, AskAsync);
        pages.MapPost(TalkPlaces.New, TakeAsync).RequireRateLimiting(RateLimits.Talk);
    }

    private static async Task<IResult> AskAsync(
        HttpContext http, TalkDoor door, RecordDoor records, PeopleModule people, NewTalkDrafts drafts, TimeProvider clock, string? with, string? about, string? visit, string? draft, string? check, CancellationToken cancel)
    {
        var talker = await door.OpenAsync(http);
        var filled = drafts.Open(talker.Person.Id, draft) ?? new NewTalkDraft { About = about, With = with is { Length: > 0 and <= MostReference } ? [with] : [] };
        if (draft is null && visit is not null && await VisitEndpoints.FindAsync(http, records, TokenScopes.ReadOwn, visit) is var (_, prepared))
        {
            filled = filled with { Subject = VisitWords.Subject(prepared.Plan), Visit = prepared.Id.ToString() };
        }

        if (filled.About is null && talker.Person.Record is null)
        {
            // Who keeps no record here writes to a patient, from where they find them.
            return TypedResults.LocalRedirect(talker.Person.IsProfessional ? "/shared" : "/circle");
        }

        if (await NewTalkForm.OfAsync(http, door, records, people, clock, talker, filled, cancel) is not { } form)
        {
            return TypedResults.NotFound();
        }

        var problems = check is null ? [] : filled.Problems(form.IsPatients);
        if (check == "who")
        {
            problems["with"] = ConversationText.CannotWrite;
        }
        else if (check == "another")
        {
            problems["with"] = ConversationText.BegunBefore;
        }

        return new RazorComponentResult<NewTalkPage>(new Dictionary<string, object?>
        {
            [nameof(NewTalkPage.Draft)] = filled,
            [nameof(NewTalkPage.Form)] = form,
            [nameof(NewTalkPage.Problems)] = problems,
        })
        { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    private static async Task<IResult> TakeAsync(
        HttpContext http, IFormCollection fields, TalkDoor door, RecordDoor records, PeopleModule people, NewTalkDrafts drafts, TimeProvider clock, CancellationToken cancel)
    {
        var talker = await door.OpenAsync(http);
        var filled = drafts.Fit(talker.Person.Id, NewTalkDraft.Read(fields));
        if (await NewTalkForm.OfAsync(http, door, records, people, clock, talker, filled, cancel) is not { } form)
        {
            return TypedResults.NotFound();
        }

        if (fields["step"] == "find" || (fields["step"] == "enter" && filled.Find is not null))
        {
            return To("#with");
        }

        filled = filled with { Find = null };
        if (filled.Problems(form.IsPatients).Count > 0)
        {
            return To("&check=1");
        }

        if (await door.MembersAsync(talker, http.GetActor(), form.About, filled.Topic, filled.With, filled.IsPrivate ?? form.IsUsuallyAlone, cancel) is not { } members
            || await door.Desk.BeginAsync(talker, new NewConversation(form.About, filled.Subject, filled.Topic, members, filled.Once), CancellationToken.None) is not { } begun)
        {
            return To("&check=who");
        }

        if (begun.View is { } view)
        {
            return new SeeOther(LocalId.TryParse(filled.Visit ?? "", out var visit) ? $"{VisitPlaces.Send(visit)}?to={view.Id}" : TalkPlaces.NewestOf(view.Id));
        }

        // Whoever went back and changed what they had begun begins another one, and sees that they do.
        filled = filled with { Once = FormKey.New() };
        return To("&check=another");

        SeeOther To(string more) => new($"{TalkPlaces.New}?draft={drafts.Seal(talker.Person.Id, filled)}{more}");
    }
}
