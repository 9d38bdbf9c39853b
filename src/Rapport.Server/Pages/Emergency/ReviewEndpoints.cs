using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Emergency;

/// <summary>What an organisation's privacy officer looks at: each opening of an emergency door by somebody who works there. Nothing of any record.</summary>
internal static class ReviewEndpoints
{
    private const string Home = "/emergency/reviews";

    /// <summary>The time over which openings of one professional are counted: 30 days.</summary>
    public static readonly TimeSpan Counted = TimeSpan.FromDays(30);

    public static void MapEmergencyReviews(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Home, (HttpContext http, PeopleModule people, TimeProvider clock, string? done, CancellationToken cancel) => ShowAsync(http, people, clock, done, null, cancel));
        pages.MapPost(Home, ReviewAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, PeopleModule people, TimeProvider clock, string? done, string? problem, CancellationToken cancel)
    {
        var offices = http.GetPerson().Organisations.Where(membership => membership.IsPrivacyOfficer).Select(membership => membership.Organisation).ToList();
        if (offices.Count == 0)
        {
            return TypedResults.NotFound();
        }

        var queues = new List<ReviewQueue>();
        foreach (var office in offices)
        {
            if (await people.Directory.FindOrganisationAsync(office, cancel) is { } organisation)
            {
                queues.Add(await ReviewQueue.OfAsync(people, organisation, clock.GetUtcNow() - Counted, cancel));
            }
        }

        return new RazorComponentResult<ReviewsPage>(new Dictionary<string, object?>
        {
            [nameof(ReviewsPage.Queues)] = queues,
            [nameof(ReviewsPage.Viewer)] = http.GetPerson().Id,
            [nameof(ReviewsPage.Done)] = done,
            [nameof(ReviewsPage.Problem)] = problem,
        })
        { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    private static async Task<IResult> ReviewAsync(HttpContext http, IFormCollection fields, PeopleModule people, TimeProvider clock, CancellationToken cancel)
    {
        var officer = http.GetPerson();
        if (!OrganisationId.TryParse(fields["organisation"].ToString(), out var organisation) || !officer.Organisations.Any(membership => membership.Organisation == organisation && membership.IsPrivacyOfficer)
            || !PatientId.TryParse(fields["patient"].ToString(), out var patient) || !LocalId.TryParse(fields["opening"].ToString(), out var opening))
        {
            return TypedResults.NotFound();
        }

        if (!Enum.TryParse<EmergencyVerdict>(fields["verdict"].ToString(), out var verdict) || !Enum.IsDefined(verdict))
        {
            return await ShowAsync(http, people, clock, null, EmergencyText.ChooseVerdict, cancel);
        }

        var remark = string.Join(' ', BreakGlassForm.Short(fields["remark"]).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var reviewed = await people.Emergencies.ReviewAsync(organisation, patient, opening, verdict, remark, officer, cancel);
        return reviewed is not { } answer ? TypedResults.NotFound()
            : answer.Problem is { } problem ? await ShowAsync(http, people, clock, null, Say.Sentence(problem), cancel)
            : new SeeOther(Home + "?done=reviewed");
    }
}
