using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Stories;

namespace Rapport.Server.Pages.Operator;

/// <summary>What whoever runs the server sees and does here: organisations, the professionals they vouch for, how the system is. Nothing of any patient.</summary>
internal static class OperatorEndpoints
{
    private const string Home = "/operator";

    public static void MapOperator(this IEndpointRouteBuilder pages)
    {
        // To everybody else it looks as if there were nothing; and a device left open changes nothing.
        var operators = pages.MapGroup(Home).AddEndpointFilter(async (context, next) =>
            context.HttpContext.GetPerson().IsOperator ? await next(context) : TypedResults.NotFound());
        operators.MapGet("", ShowAsync);
        operators.MapGet("/organisations/{id}", ShowOrganisationAsync);
        var guarded = operators.MapGroup("").AddEndpointFilter(async (context, next) =>
            context.HttpContext.IsFreshEnough() ? await next(context) : new SeeOther(Fresh.ConfirmPath(Home)));
        operators.MapReportedStories(guarded);
        guarded.MapPost("/organisations", AddOrganisationAsync);
        guarded.MapPost("/organisations/{id}/vouch", VouchAsync);
        guarded.MapPost("/organisations/{id}/end", EndAsync);
        guarded.MapPost("/organisations/{id}/officers", SetOfficerAsync);
        guarded.MapPost("/organisations/{id}/teams", ChangeTeamsAsync);
        guarded.MapPost("/organisations/{id}/teams/{team}/members", SetTeamMemberAsync);
    }

    private static Task<IResult> ShowAsync(HttpContext http, PeopleModule people, SystemHealth health, CancellationToken cancel) =>
        PageAsync(people, health, null, cancel);

    private static async Task<IResult> PageAsync(PeopleModule people, SystemHealth health, string? problem, CancellationToken cancel) =>
        new RazorComponentResult<OperatorPage>(new Dictionary<string, object?>
        {
            [nameof(OperatorPage.Organisations)] = await people.Directory.ListOrganisationsAsync(cancel),
            [nameof(OperatorPage.Facts)] = await health.ReadAsync(cancel),
            [nameof(OperatorPage.Problem)] = problem,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };

    private static async Task<IResult> AddOrganisationAsync(IFormCollection form, PeopleModule people, SystemHealth health, CancellationToken cancel)
    {
        var added = await people.Directory.AddOrganisationAsync(form["name"].ToString(), cancel);
        return added.Value is { } organisation ? new SeeOther($"{Home}/organisations/{organisation.Id}") : await PageAsync(people, health, added.Problem, cancel);
    }

    private static async Task<IResult> ShowOrganisationAsync(string id, HttpContext http, PeopleModule people, TimeProvider clock, CancellationToken cancel) =>
        await FindAsync(people, id, cancel) is { } organisation
            ? await OrganisationPageAsync(people, organisation, clock, VouchingForm.Empty, null, cancel)
            : TypedResults.NotFound();

    private static async Task<IResult> VouchAsync(string id, IFormCollection form, HttpContext http, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await FindAsync(people, id, cancel) is not { } organisation)
        {
            return TypedResults.NotFound();
        }

        var typed = VouchingForm.Read(form);
        var (vouching, problem) = typed.ToVouching(http.GetPerson().DisplayName);
        if (vouching is not null)
        {
            var person = await people.Accounts.FindBySignInNameAsync(typed.SignInName, cancel);
            problem = person is null
                ? Say.Fill(OperatorText.NobodyCalled, Failure.Short(typed.SignInName))
                : (await people.Directory.VouchAsync(organisation.Id, person.Id, vouching, cancel)).Problem;
        }

        return problem is null
            ? new SeeOther($"{Home}/organisations/{organisation.Id}")
            : await OrganisationPageAsync(people, organisation, clock, typed, problem, cancel);
    }

    private static async Task<IResult> EndAsync(string id, IFormCollection form, PeopleModule people, CancellationToken cancel)
    {
        if (await FindAsync(people, id, cancel) is not { } organisation || !PersonId.TryParse(form["person"].ToString(), out var person))
        {
            return TypedResults.NotFound();
        }

        await people.Directory.EndMemberAsync(organisation.Id, person, cancel);
        return new SeeOther($"{Home}/organisations/{organisation.Id}");
    }

    /// <summary>Who looks at emergency openings: somebody more, by their sign-in name, or somebody no longer.</summary>
    private static async Task<IResult> SetOfficerAsync(string id, IFormCollection form, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await FindAsync(people, id, cancel) is not { } organisation)
        {
            return TypedResults.NotFound();
        }

        if (PersonId.TryParse(form["end"].ToString(), out var officer))
        {
            await people.Directory.SetPrivacyOfficerAsync(organisation.Id, officer, false, cancel);
        }
        else if (await people.Accounts.FindBySignInNameAsync(form["officer"].ToString(), cancel) is { } person)
        {
            await people.Directory.SetPrivacyOfficerAsync(organisation.Id, person.Id, true, cancel);
        }
        else
        {
            return await OrganisationPageAsync(people, organisation, clock, VouchingForm.Empty, Say.Fill(OperatorText.NobodyCalled, Failure.Short(form["officer"].ToString())), cancel);
        }

        return new SeeOther($"{Home}/organisations/{organisation.Id}");
    }

    /// <summary>A team more, or one in which nobody is any more taken away.</summary>
    private static async Task<IResult> ChangeTeamsAsync(string id, IFormCollection form, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        if (await FindAsync(people, id, cancel) is not { } organisation)
        {
            return TypedResults.NotFound();
        }

        if (CareTeamId.TryParse($"{id}.{form["remove"]}", out var team))
        {
            await people.CareTeams.RemoveAsync(team, cancel);
            return ToTeams(organisation.Id);
        }

        var name = form["team"].ToString();
        var added = await people.CareTeams.AddAsync(organisation.Id, name, cancel);
        return added.Value is not null ? ToTeams(organisation.Id) : await OrganisationPageAsync(people, organisation, clock, VouchingForm.Empty, null, cancel, (name, added.Problem!));
    }

    /// <summary>Somebody joins a team or leaves it. From then on they see what is shared with it, or no longer.</summary>
    private static async Task<IResult> SetTeamMemberAsync(string id, string team, IFormCollection form, PeopleModule people, CancellationToken cancel)
    {
        if (!CareTeamId.TryParse($"{id}.{team}", out var found) || !PersonId.TryParse(form["person"].ToString(), out var person))
        {
            return TypedResults.NotFound();
        }

        await people.CareTeams.SetMemberAsync(found, person, form["step"] != "end", cancel);
        return ToTeams(found.Organisation);
    }

    private static SeeOther ToTeams(OrganisationId organisation) => new($"{Home}/organisations/{organisation}#teams");

    private static async Task<Organisation?> FindAsync(PeopleModule people, string id, CancellationToken cancel) =>
        OrganisationId.TryParse(id, out var organisation) ? await people.Directory.FindOrganisationAsync(organisation, cancel) : null;

    private static async Task<IResult> OrganisationPageAsync(
        PeopleModule people, Organisation organisation, TimeProvider clock, VouchingForm form, string? problem, CancellationToken cancel, (string Name, string Problem)? team = null) =>
        new RazorComponentResult<OrganisationPage>(new Dictionary<string, object?>
        {
            [nameof(OrganisationPage.Organisation)] = organisation,
            [nameof(OrganisationPage.Members)] = await people.Directory.ListMembersAsync(organisation.Id, cancel),
            [nameof(OrganisationPage.Officers)] = await people.Directory.ListPrivacyOfficersAsync(organisation.Id, cancel),
            [nameof(OrganisationPage.Now)] = clock.GetUtcNow(),
            [nameof(OrganisationPage.Form)] = form,
            [nameof(OrganisationPage.Problem)] = problem,
            [nameof(OrganisationPage.TeamProblem)] = team?.Problem,
            [nameof(OrganisationPage.TeamName)] = team?.Name,
        })
        { StatusCode = problem is null && team is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
}
