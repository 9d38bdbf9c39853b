using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.SharedWithMe;

namespace Rapport.Server.Pages.Acting;

/// <summary>Beginning a record for a child.</summary>
internal static class ChildEndpoints
{
    public static void MapChildren(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/circle/child", (ServerSettings settings) => Page(settings, new ChildForm("", "", Delegation.Parent), new Dictionary<string, string>()));
        pages.MapPost("/circle/child", BeginAsync).RequireRateLimiting(RateLimits.Child);
    }

    private static async Task<IResult> BeginAsync(HttpContext http, IFormCollection fields, RecordDoor door, Modules modules, ServerSettings settings, TimeProvider clock, CancellationToken cancel)
    {
        var form = new ChildForm(fields["name"].ToString().Trim(), fields["born"].ToString(), fields["role"] == Delegation.Guardian ? Delegation.Guardian : Delegation.Parent);
        Dictionary<string, string> problems = [];
        var today = TimeZones.DayOf(clock.GetUtcNow());
        if (form.Name.Length is 0 or > 100)
        {
            problems["name"] = ActingText.ChildName;
        }

        if (!DateOnly.TryParseExact(form.Born, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var born) || born > today || MinorPolicy.Birthday(born, settings.Minors.AdultFrom) <= clock.GetUtcNow())
        {
            problems["born"] = Say.Fill(ActingText.ChildBorn, Say.Number(settings.Minors.AdultFrom));
        }

        if (fields["lawful"] != "on")
        {
            problems["lawful"] = ActingText.ChildLawful;
        }

        if (problems.Count == 0 && (await door.SharedWithAsync(http)).Count(Purposes.MayAct) >= ChildRecord.Most)
        {
            problems["name"] = Say.Fill(ActingText.TooManyChildren, Say.Number(ChildRecord.Most));
        }

        if (problems.Count > 0)
        {
            return Page(settings, form, problems);
        }

        var (child, problem) = await ChildRecord.BeginAsync(modules, http.GetPerson(), form.Name, born, form.Role, cancel);
        return child is not null ? new SeeOther($"/acting/{child.Record}?done=begun") : Page(settings, form, new Dictionary<string, string> { ["name"] = Say.Sentence(problem!) });
    }

    private static RazorComponentResult<ChildPage> Page(ServerSettings settings, ChildForm form, Dictionary<string, string> problems) => new(new Dictionary<string, object?>
    {
        [nameof(ChildPage.Form)] = form,
        [nameof(ChildPage.Minors)] = settings.Minors,
        [nameof(ChildPage.Problems)] = problems,
    })
    { StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
}

/// <summary>What was typed to begin a record for a child.</summary>
/// <param name="Name">The child's name.</param>
/// <param name="Born">The birth date.</param>
/// <param name="Role">What whoever begins it is to the child: an HL7 code.</param>
public sealed record ChildForm(string Name, string Born, string Role);
