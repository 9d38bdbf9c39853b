using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;
using Rapport.Server.Visits;

namespace Rapport.Server.Pages.Visits;

/// <summary>
/// What somebody could ask who acts for a patient: of what they see of the record, and so a look like any other. It is kept nowhere: the patient's lists are the patient's own, and nothing of theirs is told here.
/// </summary>
internal static class ActingVisitEndpoints
{
    private const int MostShown = 20;

    public static void MapActingVisits(this IEndpointRouteBuilder pages) => pages.MapGet("/acting/{patient}/visit", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, TalkDoor talks, TimeProvider clock, string patient, string? all, CancellationToken cancel)
    {
        if (!PatientId.TryParse(patient, out var id) || await door.OpenActingAsync(http, id) is not { } acting)
        {
            return TypedResults.NotFound();
        }

        var (now, isAll) = (clock.GetUtcNow(), all == "1");
        var draft = await door.AskAsync(http, id, PurposeOfUse.ActingForPatient, VisitReading.QueryAt(now)) is { } answer ? VisitDraft.Of(VisitReading.Read(answer, now)) : new VisitDraft([], []);
        var asked = isAll ? [.. draft.Offered, .. draft.Private] : draft.Offered;
        var talker = await talks.OpenAsync(http);
        return new RazorComponentResult<ActingVisitPage>(new Dictionary<string, object?>
        {
            [nameof(ActingVisitPage.Acting)] = acting,
            [nameof(ActingVisitPage.Asked)] = asked,
            [nameof(ActingVisitPage.HeldBack)] = isAll ? 0 : draft.Private.Count,
            [nameof(ActingVisitPage.Text)] = VisitWords.Message(new VisitPlan { Questions = [.. asked.Select(VisitWords.Kept)] }),
            [nameof(ActingVisitPage.Open)] = (await talks.Desk.ListAsync(talker, cancel)).Where(view => view.Capacity.For == id && !view.State.IsEnded).Take(MostShown).ToList(),
        });
    }
}
