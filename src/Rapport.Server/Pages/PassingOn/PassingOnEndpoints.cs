using Microsoft.AspNetCore.Http.HttpResults;
using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.SharedWithMe;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.PassingOn;

/// <summary>Sharing on what one sees of somebody else's record, where its patient lets one; and ending that again.</summary>
internal static class PassingOnEndpoints
{
    private const int MostText = 100;

    public static void MapPassingOn(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/shared/{patient}/pass-on", ShowAsync);
        pages.MapPost("/shared/{patient}/pass-on", PassOnAsync).RequireRateLimiting(RateLimits.Acting);
        pages.MapPost("/shared/{patient}/pass-on/stop", StopAsync);
        pages.MapGet("/acting/{patient}/pass-on", ShowAsync);
        pages.MapPost("/acting/{patient}/pass-on", PassOnAsync).RequireRateLimiting(RateLimits.Acting);
        pages.MapPost("/acting/{patient}/pass-on/stop", StopAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, RecordDoor door, PeopleModule people, string patient, string? find, string? done, CancellationToken cancel) =>
        await OpenAsync(http, door, patient) is { } page ? await PageAsync(http, people, page with { Done = done }, Typed(find), StatusCodes.Status200OK, cancel) : TypedResults.NotFound();

    private static async Task<IResult> PassOnAsync(HttpContext http, RecordDoor door, PeopleModule people, IFormCollection fields, string patient, CancellationToken cancel)
    {
        if (await OpenAsync(http, door, patient) is not { Offers.Count: > 0 } page)
        {
            return TypedResults.NotFound();
        }

        var find = Typed(fields["find"]);
        var offer = page.Offers.FirstOrDefault(known => known.Agreement.ToString() == fields["agreement"]) ?? (page.Offers is [var only] ? only : null);
        if (fields["step"] == "find" || offer is null || await RecipientAsync(people, fields["who"], http.GetPerson(), offer, page.Shared.Patient, cancel) is not { } to)
        {
            return await PageAsync(http, people, page with { Problem = fields["step"] == "find" ? null : PassingOnText.ChooseBoth }, find, fields["step"] == "find" ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity, cancel);
        }

        return await door.PassOnAsync(http, new PassOnAsk(http.GetActor(), page.Shared.Patient, offer.Agreement, to.Reference, to.Name, offer.IsActing ? to.Purpose : null)) switch
        {
            PassOnOutcome.Done => new SeeOther(page.Place + "?done=passed"),
            PassOnOutcome.DoneBefore => new SeeOther(page.Place + "?done=before"),
            PassOnOutcome.TooMany => await PageAsync(http, people, page with { Problem = Say.Fill(PassingOnText.TooMany, Say.Number(PassingOnDoor.Most)) }, find, StatusCodes.Status422UnprocessableEntity, cancel),
            PassOnOutcome.Refused => await PageAsync(http, people, page with { Problem = Say.Fill(PassingOnText.Refused, page.Shared.PatientName, to.Name) }, find, StatusCodes.Status422UnprocessableEntity, cancel),
            _ => TypedResults.NotFound(),
        };
    }

    private static async Task<IResult> StopAsync(HttpContext http, RecordDoor door, IFormCollection fields, string patient) =>
        PatientId.TryParse(patient, out var id) && LocalId.TryParse(fields["id"], out var passed) && await door.TakeBackPassedOnAsync(http, id, passed) ? new SeeOther($"{(IsActing(http) ? "/acting" : "/shared")}/{id}/pass-on?done=stopped") : TypedResults.NotFound();

    /// <summary>What one may share on of a record; null where that is nothing and nothing was, as for a record that is not there. Who acts for the patient shares on from their own pages.</summary>
    private static async Task<PassingOnView?> OpenAsync(HttpContext http, RecordDoor door, string patient)
    {
        if (!PatientId.TryParse(patient, out var id) || await door.FindSharedAsync(http, id) is not { } shared)
        {
            return null;
        }

        var offers = (await door.PassableAsync(http, id)).ToLookup(offer => offer.IsActing == IsActing(http));
        var passed = (await door.PassedOnAsync(http, id)).Where(passed => offers[false].All(other => other.Agreement != passed.Agreement)).ToList();
        return offers[true].Any() || passed.Count > 0 ? new PassingOnView(shared, [.. offers[true]], passed) { IsActing = IsActing(http) } : null;
    }

    private static bool IsActing(HttpContext http) => http.Request.Path.StartsWithSegments("/acting", StringComparison.OrdinalIgnoreCase);

    /// <summary>A verified professional or an organisation; by a parent whoever a patient shares with; null for anybody else.</summary>
    private static async Task<(string Reference, string Name, string Purpose)?> RecipientAsync(
        PeopleModule people, string? reference, Person self, PassableAgreement offer, PatientId patient, CancellationToken cancel)
    {
        if (reference is not { Length: > 0 and <= MostText } || await new Recipients(people).ResolveAsync(reference, self.Id, cancel) is not { } choice
            || !MayGet(choice, offer.IsParental) || choice.Reference == $"Patient/{patient}" || self.RecipientReferences.Contains(choice.Reference))
        {
            return null;
        }

        if (choice.Kind != RecipientKind.Person)
        {
            return (choice.Reference, choice.Name, PassingOnView.ActingFor);
        }

        // A professional is meant as long as an organisation vouches for them; by a parent also somebody close, who helps.
        return await people.Accounts.FindByReferenceAsync(choice.Reference, cancel) switch
        {
            { IsVerified: true } person => (person.VerifiedReference, person.DisplayName, PassingOnView.ActingFor),
            { } person when offer.IsParental => (choice.Reference, person.DisplayName, choice.UsualPurpose),
            _ => null,
        };
    }

    private static bool MayGet(RecipientChoice choice, bool byParent) => byParent ? choice.Kind != RecipientKind.App : IsColleague(choice);

    private static bool IsColleague(RecipientChoice choice) => choice.Kind == RecipientKind.Organisation || (choice.Kind == RecipientKind.Person && choice.Reference.StartsWith("Practitioner/", StringComparison.Ordinal));

    private static string? Typed(string? find) => find?.Trim() is { Length: > 0 } text ? text.Cut(MostText) : null;

    private static async Task<IResult> PageAsync(HttpContext http, PeopleModule people, PassingOnView view, string? find, int status, CancellationToken cancel)
    {
        var found = find is null ? null : (await new Recipients(people).FindAsync(find, http.GetPerson().Id, cancel)).Where(choice => MayGet(choice, view.IsByParent) && choice.Reference != $"Patient/{view.Shared.Patient}").Where(choice => !http.GetPerson().RecipientReferences.Contains(choice.Reference)).ToList();
        return new RazorComponentResult<PassingOnPage>(new Dictionary<string, object?>
        {
            [nameof(PassingOnPage.View)] = view,
            [nameof(PassingOnPage.Find)] = find,
            [nameof(PassingOnPage.Found)] = found,
            [nameof(PassingOnPage.Purpose)] = Purposes.UsualFor(http.GetPerson(), view.Shared),
        })
        { StatusCode = status };
    }
}

/// <summary>What somebody may share on of a record, and did.</summary>
/// <param name="Shared">The record.</param>
/// <param name="Offers">The agreements by which they may.</param>
/// <param name="Passed">What is open that they shared on.</param>
public sealed record PassingOnView(SharedRecord Shared, IReadOnlyList<PassableAgreement> Offers, IReadOnlyList<PassedOnAgreement> Passed)
{
    /// <summary>What whoever acts for a patient shares on for: so that somebody is treated.</summary>
    public const string ActingFor = PurposeOfUse.Treatment;

    /// <summary>Whether they do so for the patient.</summary>
    public bool IsActing { get; init; }

    /// <summary>Whether they act because the patient is a child: then they share with whoever a patient shares with.</summary>
    public bool IsByParent => Offers.Any(static offer => offer.IsParental);

    /// <summary>Where the page is.</summary>
    public string Place => $"{(IsActing ? "/acting" : "/shared")}/{Shared.Patient}/pass-on";

    /// <summary>What was just done.</summary>
    public string? Done { get; init; }

    /// <summary>What is missing or wrong.</summary>
    public string? Problem { get; init; }
}
