using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Succession;

/// <summary>Somebody whom a patient named asks for access. To everybody else these pages are not there, whoever the patient is and whether there is one.</summary>
internal static class AskForAccessEndpoints
{
    public static void MapAskingForAccess(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/succession/{patient}", ShowAsync);
        pages.MapPost("/succession/{patient}", AskAsync);
        pages.MapPost("/succession/{patient}/withdraw", WithdrawAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string patient, RecordDoor door, PeopleModule people, SuccessionReasons reasons, string? draft, string? done, CancellationToken cancel) =>
        await FindAsync(http, patient, door, people, cancel) is var (named, whose)
            ? Page(named, whose, reasons.Open(http.GetPerson().Id, draft)?.Text ?? "", null, done)
            : TypedResults.NotFound();

    private static async Task<IResult> AskAsync(HttpContext http, IFormCollection fields, string patient, RecordDoor door, PeopleModule people, SuccessionReasons reasons, CancellationToken cancel)
    {
        if (await FindAsync(http, patient, door, people, cancel) is not var (named, whose))
        {
            return TypedResults.NotFound();
        }

        var place = $"/succession/{whose.Record}";
        if (named.Standing.Stage != SuccessionStage.MayAsk)
        {
            return new SeeOther(place);
        }

        // Lines are of no meaning in so short a reason.
        var typed = string.Join(' ', fields["why"].ToString().Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var checkedReason = Reason.Check(typed);
        if (checkedReason.Value is not { } reason)
        {
            return Page(named, whose, typed.Cut(Reason.MaxText), typed.Length == 0 ? SuccessionText.WriteWhy : Say.Sentence(checkedReason.Problem!), null);
        }

        if (!http.IsFreshEnough())
        {
            return new SeeOther(Fresh.ConfirmPath($"{place}?draft={reasons.Seal(http.GetPerson().Id, new SuccessionReason(reason))}"));
        }

        return await door.AskForAccessAsync(http, whose.Record!.Value, reason) is null ? TypedResults.NotFound() : new SeeOther(place + "?done=asked");
    }

    private static async Task<IResult> WithdrawAsync(HttpContext http, IFormCollection fields, string patient, RecordDoor door, PeopleModule people, CancellationToken cancel)
    {
        _ = fields; // Bound so that its antiforgery token is checked.
        return await FindAsync(http, patient, door, people, cancel) is not var (_, whose) ? TypedResults.NotFound()
            : await door.WithdrawAskAsync(http, whose.Record!.Value) ? new SeeOther($"/succession/{whose.Record}?done=withdrawn")
            : new SeeOther($"/succession/{whose.Record}");
    }

    /// <summary>What was set for the caller, by a patient in whose circle they are named still; null for all others.</summary>
    private static async Task<(NamedSuccession Named, Person Whose)?> FindAsync(HttpContext http, string patient, RecordDoor door, PeopleModule people, CancellationToken cancel) =>
        PatientId.TryParse(patient, out var id)
        && await people.Circle.FindAsync(id, http.GetPerson().Id, cancel) is { IsNamedForLater: true }
        && await door.FindSuccessionAsync(http, id) is { } named
        && await people.Accounts.FindByReferenceAsync($"Patient/{id}", cancel) is { } whose
            ? (named, whose)
            : null;

    private static RazorComponentResult<AskForAccessPage> Page(NamedSuccession named, Person whose, string reason, string? problem, string? done) => new(new Dictionary<string, object?>
    {
        [nameof(AskForAccessPage.Named)] = named,
        [nameof(AskForAccessPage.Patient)] = whose.Record!.Value,
        [nameof(AskForAccessPage.PatientName)] = whose.DisplayName,
        [nameof(AskForAccessPage.Reason)] = reason,
        [nameof(AskForAccessPage.Problem)] = problem,
        [nameof(AskForAccessPage.Done)] = done,
    })
    { StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
}

/// <summary>Why somebody asks, as typed.</summary>
/// <param name="Text">The words.</param>
public sealed record SuccessionReason(string Text);

/// <summary>Such words, while whoever wrote them shows that it is them.</summary>
/// <inheritdoc/>
internal sealed class SuccessionReasons(IDataProtectionProvider protection) : SealedDrafts<SuccessionReason>(protection, "succession-reason");
