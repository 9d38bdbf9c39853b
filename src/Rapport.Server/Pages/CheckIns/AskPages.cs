using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Teams;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.CheckIns;

/// <summary>The page where somebody asks for a check-in, with what their team keeps to ask for it again.</summary>
internal static class AskPages
{
    private const string Use = "own-", Drop = "drop-", Keep = "keep";

    /// <summary>What the team keeps as which somebody is in a conversation; none for who is there as nobody of a team.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<IReadOnlyList<TeamQuestionnaire>> OwnAsync(TalkDoor door, TalkView view, CancellationToken cancel) =>
        TeamOf(view) is { } team ? (await door.Desk.Questionnaires.FindAsync(team, cancel)).All : [];

    /// <summary>Fills in what the team keeps, keeps what is written, or keeps something no longer; null where none of that was wanted.</summary>
    public static async Task<IResult?> OfTeamAsync(HttpContext http, TalkDoor door, TalkPages talks, TalkView view, CheckInAskForm form, string step)
    {
        var (kept, cancel) = (door.Desk.Questionnaires, http.RequestAborted);
        if (TeamOf(view) is not { } team)
        {
            return null;
        }

        var own = await OwnAsync(door, view, cancel);
        if (step.StartsWith(Use, StringComparison.Ordinal))
        {
            return await ShowAsync(http, talks, view, own, own.FirstOrDefault(one => one.Form.Title == step[Use.Length..]) is { } chosen ? form.With(chosen.Form) : form);
        }

        if (step.StartsWith(Drop, StringComparison.Ordinal))
        {
            var isDropped = await kept.DropAsync(team, step[Drop.Length..], cancel);
            return await ShowAsync(http, talks, view, await OwnAsync(door, view, cancel), form, problem: isDropped ? null : TeamText.Busy);
        }

        if (step != Keep)
        {
            return null;
        }

        var (questionnaire, problems) = form.Write(own);
        if (questionnaire is null)
        {
            return await ShowAsync(http, talks, view, own, form, problems);
        }

        var problem = await kept.KeepAsync(team, questionnaire, cancel) switch
        {
            KeptStatus.TooMany => Say.Fill(CheckInText.ProblemTooManyOwn, Say.Number(TeamQuestionnaires.Most)),
            KeptStatus.Busy => TeamText.Busy,
            _ => null,
        };
        return await ShowAsync(http, talks, view, await OwnAsync(door, view, cancel), form, problem: problem, isKept: problem is null);
    }

    /// <summary>The form, with what is wrong with it.</summary>
    public static async Task<IResult> ShowAsync(
        HttpContext http, TalkPages talks, TalkView view, IReadOnlyList<TeamQuestionnaire> own, CheckInAskForm form, IReadOnlyDictionary<string, string>? problems = null, string? problem = null, bool isKept = false) =>
        new RazorComponentResult<AskPage>(new Dictionary<string, object?>
        {
            [nameof(AskPage.Id)] = view.Id,
            [nameof(AskPage.Form)] = form,
            [nameof(AskPage.Own)] = own.Select(static one => one.Form.Title).ToList(),
            [nameof(AskPage.IsTeam)] = view.IsTeam,
            [nameof(AskPage.IsKept)] = isKept,
            [nameof(AskPage.PatientName)] = await talks.PatientNameAsync(view, http.RequestAborted),
            [nameof(AskPage.Problems)] = problems ?? new Dictionary<string, string>(),
            [nameof(AskPage.Problem)] = problem,
        })
        { StatusCode = problems is null && problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };

    private static CareTeamId? TeamOf(TalkView view) => CareTeamId.TryParseReference(view.Capacity.Reference, out var team) ? team : null;
}
