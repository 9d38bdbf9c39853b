using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Opinions;

/// <summary>How a professional whom a patient asks looks at the question, asks for more, answers or declines. What they see comes through the gate.</summary>
internal static class OpinionAskedEndpoints
{
    /// <summary>Where they find who asks.</summary>
    public const string Home = "/opinions/asked";

    private const string One = Home + "/{patient}/{invitation}";

    public static void MapOpinionsAsked(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Home, ListAsync);
        pages.MapGet(One, (HttpContext http, RecordDoor door, string patient, string invitation, string? done, string? see) => ShowAsync(http, door, patient, invitation, AnswerForm.Empty, [], null, done, see == "all"));
        pages.MapPost(One, AnswerAsync);
        pages.MapPost(One + "/more", AskForMoreAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext http, RecordDoor door, PeopleModule people, string? done, CancellationToken cancel) => new RazorComponentResult<AskedListPage>(new Dictionary<string, object?>
    {
        [nameof(AskedListPage.Asked)] = await AskedOpinion.HeardAsync(people, http.GetPerson().Id, await door.SharedWithAsync(http), cancel),
        [nameof(AskedListPage.Done)] = done,
    });

    private static async Task<IResult> ShowAsync(
        HttpContext http, RecordDoor door, string patient, string invitation, AnswerForm form, Dictionary<string, string> problems, string? refusal, string? done, bool seesAlong = false)
    {
        if (await FindAsync(http, door, patient, invitation) is not var (asked, question))
        {
            return TypedResults.NotFound();
        }

        return new RazorComponentResult<AskedPage>(new Dictionary<string, object?>
        {
            [nameof(AskedPage.Asked)] = asked,
            [nameof(AskedPage.Question)] = question,
            [nameof(AskedPage.Form)] = form,
            [nameof(AskedPage.Problems)] = problems,
            [nameof(AskedPage.Refusal)] = refusal,
            [nameof(AskedPage.Done)] = done,
            [nameof(AskedPage.Along)] = seesAlong ? await AlongAsync(http, door, asked, question) : null,
        })
        { StatusCode = problems.Count == 0 && refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    private static async Task<IResult> AnswerAsync(
        HttpContext http, IFormCollection fields, RecordDoor door, OpinionDesk desk, ILogger<AskedPage> log, string patient, string invitation, CancellationToken cancel)
    {
        if (await FindAsync(http, door, patient, invitation) is not var (asked, question))
        {
            return fields.ContainsKey("step") ? new SeeOther($"{Home}?done=gone") : TypedResults.NotFound();
        }

        var declines = fields["step"] == "decline";
        var form = AnswerForm.Read(fields);
        if (!declines && form.Problems() is { Count: > 0 } problems)
        {
            return await ShowAsync(http, door, patient, invitation, form, problems, null, null);
        }

        var opinion = declines ? null : form.ToOpinion();
        var given = await log.UnlessDamagedAsync(
            () => desk.GiveAsync(http.GetPerson(), http.GetActor(), asked.Patient, asked.Invitation, question, opinion, OpinionText.OpinionName, cancel), OpinionGiven.NothingHere);
        return new SeeOther($"{Home}?done={(given == OpinionGiven.NothingHere ? "gone" : declines ? "declined" : "answered")}");
    }

    private static async Task<IResult> AskForMoreAsync(
        HttpContext http, IFormCollection fields, RecordDoor door, PeopleModule people, string patient, string invitation, CancellationToken cancel)
    {
        if (await FindAsync(http, door, patient, invitation) is not var (asked, question) || await people.Accounts.FindByReferenceAsync($"Patient/{asked.Patient}", cancel) is not { } person)
        {
            return TypedResults.NotFound();
        }

        var kinds = fields["kind"].ToHashSet();
        List<string> chosen = [.. Kind.Shareable.Select(static kind => kind.Name).Where(kinds.Contains)];
        var why = string.Join(' ', fields["why"].ToString().Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        if (chosen.Count == 0 || why.Length == 0)
        {
            return await ShowAsync(http, door, patient, invitation, AnswerForm.Empty, new() { ["more"] = OpinionText.MoreProblem }, null, null);
        }

        // It ends with the opinion; a month is the shortest time that a request knows.
        var sent = await people.Requests.AskForOpinionAsync(
            http.GetPerson(), person, asked.PatientName, new RequestTerms("opinion", chosen, 1, why.Cut(RequestTerms.MaxReason + 1)) { OpinionOn = question.Id.ToString() }, cancel);
        return sent.IsOk ? new SeeOther(asked.Href + "?done=more") : await ShowAsync(http, door, patient, invitation, AnswerForm.Empty, [], sent.Problem, null);
    }

    /// <summary>What the patient sent along with the question, and nothing of what they share otherwise: one look.</summary>
    private static async Task<IReadOnlyList<(string Reference, EntryLine Line)>> AlongAsync(HttpContext http, RecordDoor door, AskedOpinion asked, OpinionQuestion question)
    {
        var searches = from reference in question.Sent
                       let parts = reference.Split('/')
                       where parts.Length == 2
                       group parts[1] by parts[0] into type
                       let query = SearchQuery.Parse(type.Key, SearchQuery.SplitUrlQuery($"_id={string.Join(',', type)}&_count={OpinionQuestion.MostSent}")).Query
                       where query is not null
                       select query;
        return await door.AskAsync(http, asked.Patient, OpinionDesk.Purpose, new RecordQuery.Several([.. searches])) is { } answer
            ? [.. Enumerable.Range(0, answer.MatchCount).Select(i => (answer.Entries[i].Reference, EntryReader.Line(answer.ReadResource(i))))]
            : [];
    }

    /// <summary>The invitation, and the question behind it; null when there is none for who asks now. Looking at the question is a look like any other.</summary>
    private static async Task<(AskedOpinion Asked, OpinionQuestion Question)?> FindAsync(HttpContext http, RecordDoor door, string patient, string invitation)
    {
        if (!PatientId.TryParse(patient, out var id) || RecordDoor.IsOwn(http, id) || !LocalId.TryParse(invitation, out var agreement)
            || await door.FindSharedAsync(http, id) is not { } shared || AskedOpinion.Among([shared]).FirstOrDefault(asked => asked.Invitation == agreement) is not { } asked)
        {
            return null;
        }

        return await door.AskAsync(http, id, OpinionDesk.Purpose, new RecordQuery.ById("ServiceRequest", asked.Question, OpinionQuestion.AsWritten)) is { Count: 1 } answer
            && OpinionQuestion.Read(asked.Question, answer.ReadResource(0)) is { } question ? (asked, question) : null;
    }
}
