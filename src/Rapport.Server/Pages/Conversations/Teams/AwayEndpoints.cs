using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations.Teams;

/// <summary>Who of a care team is away, said by each of themself.</summary>
internal static class AwayEndpoints
{
    private const string One = TalkPlaces.Teams + "/{team}/away";

    public static void MapTeamAway(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(One, ShowAsync);
        pages.MapPost(One, SetAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, TalkDoor door, PeopleModule people, TimeProvider clock, string team, string? done, CancellationToken cancel)
    {
        if (TeamPlaces.TeamOf(http, team) is not { } id)
        {
            return TypedResults.NotFound();
        }

        var (away, self) = (await door.Desk.Absences.FindAsync(id, cancel), http.GetPerson().Id);
        var own = away.All.FirstOrDefault(absence => absence.Person == self && absence.Until >= away.DayOf(clock.GetUtcNow()));
        var form = own is null ? AwayForm.Empty : new AwayForm(AwayForm.Day(own.From), AwayForm.Day(own.Until), own.StandIn?.ToString() ?? "", own.IsKept);
        return await PageAsync(http, door, people, clock, id, form, null, done, cancel);
    }

    private static async Task<IResult> SetAsync(HttpContext http, IFormCollection fields, TalkDoor door, PeopleModule people, TimeProvider clock, string team, CancellationToken cancel)
    {
        if (TeamPlaces.TeamOf(http, team) is not { } id)
        {
            return TypedResults.NotFound();
        }

        var self = http.GetPerson();
        if (fields["step"] == "back")
        {
            return await door.Desk.Absences.EndAsync(id, self.Id, cancel) ? new SeeOther(TeamPlaces.AwayOf(id) + "?done=back") : await AgainAsync(AwayForm.Read(fields), TeamText.Busy);
        }

        var form = AwayForm.Read(fields);
        var standIn = (await TalkPages.ColleaguesAsync(people, id.Reference, self.Id, cancel)).FirstOrDefault(known => known.Id.ToString() == form.StandIn);
        var status = form.Days is var (from, until) && (form.StandIn.Length == 0 || standIn.Name is not null)
            ? await door.Desk.Absences.SetAsync(id, new Absence(self.Id, self.DisplayName, from, until, standIn.Name is null ? null : standIn.Id, standIn.Name, form.IsKept), cancel)
            : AbsenceStatus.WrongDays;
        return status == AbsenceStatus.Set ? new SeeOther(TeamPlaces.AwayOf(id) + "?done=away") : await AgainAsync(form, status == AbsenceStatus.Busy ? TeamText.Busy : TeamText.AwayProblem);

        Task<IResult> AgainAsync(AwayForm again, string problem) => PageAsync(http, door, people, clock, id, again, problem, null, cancel);
    }

    private static async Task<IResult> PageAsync(
        HttpContext http, TalkDoor door, PeopleModule people, TimeProvider clock, CareTeamId team, AwayForm form, string? problem, string? done, CancellationToken cancel)
    {
        var (away, self) = (await door.Desk.Absences.FindAsync(team, cancel), http.GetPerson().Id);
        var today = away.DayOf(clock.GetUtcNow());
        var known = away.All.Where(absence => absence.Until >= today).OrderBy(static absence => absence.From).ToList();
        return new RazorComponentResult<AwayPage>(new Dictionary<string, object?>
        {
            [nameof(AwayPage.Title)] = await TeamPlaces.TitleAsync(http, people, team, cancel),
            [nameof(AwayPage.Action)] = TeamPlaces.AwayOf(team),
            [nameof(AwayPage.Form)] = form,
            [nameof(AwayPage.Colleagues)] = await TalkPages.ColleaguesAsync(people, team.Reference, self, cancel),
            [nameof(AwayPage.Away)] = known,
            [nameof(AwayPage.IsAway)] = known.Any(absence => absence.Person == self),
            [nameof(AwayPage.Problem)] = problem,
            [nameof(AwayPage.Done)] = done,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }
}

/// <summary>That somebody is away, as a form has it.</summary>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day.</param>
/// <param name="StandIn">Who stands in; empty for the team.</param>
/// <param name="IsKept">Whether what went elsewhere stays there.</param>
public sealed record AwayForm(string From, string Until, string StandIn, bool IsKept)
{
    private const string OfYear = "yyyy-MM-dd";

    /// <summary>Nothing filled in.</summary>
    public static AwayForm Empty { get; } = new("", "", "", false);

    /// <summary>The days; null where they are none.</summary>
    public (DateOnly From, DateOnly Until)? Days =>
        DateOnly.TryParseExact(From, OfYear, CultureInfo.InvariantCulture, DateTimeStyles.None, out var from) && DateOnly.TryParseExact(Until, OfYear, CultureInfo.InvariantCulture, DateTimeStyles.None, out var until)
            ? (from, until) : null;

    /// <summary>A day as a form has it.</summary>
    public static string Day(DateOnly day) => day.ToString(OfYear, CultureInfo.InvariantCulture);

    /// <summary>What a form sent.</summary>
    public static AwayForm Read(IFormCollection form) => new(Short(form["from"].ToString()), Short(form["until"].ToString()), Short(form["stand-in"].ToString()), form["kept"] == "yes");

    private static string Short(string text) => text.Length <= 40 ? text : "";
}
