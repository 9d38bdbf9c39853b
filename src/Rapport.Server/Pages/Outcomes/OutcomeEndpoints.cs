using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Pages.Outcomes;

/// <summary>What came of looks: whoever looked says it of their own, the patient says how it was for them.</summary>
internal static class OutcomeEndpoints
{
    /// <summary>Where somebody has what they looked at.</summary>
    public const string Looked = "/looked";

    /// <summary>Where the patient says how it was for them.</summary>
    public const string Felt = "/ledger/felt";

    /// <summary>How far back looks are told: 90 days.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromDays(90);

    private const int MostAnswered = 30;

    private const int MostUnanswered = 60;

    public static void MapOutcomes(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Looked, (HttpContext http, Looks looks, LookMarks marks, TimeProvider clock, string? done) => ShowAsync(http, looks, marks, clock, done, null, null));
        pages.MapPost(Looked, TellAsync);
        pages.MapPost(Felt, FeelAsync);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, Looks looks, LookMarks marks, TimeProvider clock, string? done, OutcomeForm? form, (Data.PatientId Patient, long Look)? about)
    {
        http.Require(TokenScopes.ReadShared);
        var visits = await looks.ListAsync(http.GetActor(), clock.GetUtcNow() - Reach, http.RequestAborted);
        var shown = visits.Where(static visit => visit.Visit.SaidLast is null).Take(MostUnanswered).Concat(visits.Where(static visit => visit.Visit.SaidLast is not null).Take(MostAnswered)).ToList();
        LookedView View(LookedAt visit) => new(visit.PatientName, visit.Visit, marks.Seal(http.GetPerson().Id, visit.Patient, visit.Visit.First.Index));
        return new RazorComponentResult<LookedPage>(new Dictionary<string, object?>
        {
            [nameof(LookedPage.Unanswered)] = shown.Where(static visit => visit.Visit.SaidLast is null).Select(View).ToList(),
            [nameof(LookedPage.Answered)] = shown.Where(static visit => visit.Visit.SaidLast is not null).Select(View).ToList(),
            [nameof(LookedPage.Patients)] = shown.Select(static visit => visit.Patient).ToList(),
            [nameof(LookedPage.Done)] = done,
            [nameof(LookedPage.Form)] = form,
            [nameof(LookedPage.About)] = about,
        })
        { StatusCode = form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    private static async Task<IResult> TellAsync(HttpContext http, IFormCollection fields, RecordDoor door, Looks looks, LookMarks marks, TimeProvider clock)
    {
        http.Require(TokenScopes.ReadShared);
        var form = OutcomeForm.Read(fields, Outcome.OfLookers);
        if (form.Kind is null || marks.Open(http.GetPerson().Id, fields["look"].ToString()) is not var (patient, look))
        {
            return TypedResults.NotFound();
        }

        if (!form.TryMake(look, out var outcome))
        {
            return await ShowAsync(http, looks, marks, clock, null, form, (patient, look));
        }

        var told = await looks.TellAsync(http.GetActor(), patient, outcome, http.RequestAborted) switch { OutcomeTold.Told => "told", OutcomeTold.TooOften => "often", _ => "gone" };

        // Back with the patient, as long as that is a page for them.
        return OutcomeReturn.To(patient, fields["back"], told) is { } back && await door.FindSharedAsync(http, patient) is not null ? new SeeOther(back) : new SeeOther($"{Looked}?done={told}");
    }

    private static async Task<IResult> FeelAsync(HttpContext http, IFormCollection fields, RecordDoor door)
    {
        var form = OutcomeForm.Read(fields, Outcome.OfPatients);
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own || form.Kind is null
            || !long.TryParse(fields["look"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var look))
        {
            return TypedResults.NotFound();
        }

        if (!form.TryMake(look, out var outcome))
        {
            return new SeeOther($"/ledger/{look}?done={(form.Words.Length == 0 ? "wordless" : "long")}#outcome");
        }

        return await own.TellAsync(outcome, http.RequestAborted) switch
        {
            OutcomeTold.Told => new SeeOther($"/ledger/{look}?done=felt#outcome"),
            OutcomeTold.TooOften => new SeeOther($"/ledger/{look}?done=often#outcome"),
            _ => TypedResults.NotFound(),
        };
    }
}
