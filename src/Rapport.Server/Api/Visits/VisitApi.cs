using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Api.Conversations;
using Rapport.Server.Hosting;
using Rapport.Server.Visits;

namespace Rapport.Server.Api.Visits;

/// <summary>Lists of questions for visits, for scripts of the patient's own.</summary>
internal static class VisitApi
{
    /// <summary>The path.</summary>
    public const string Path = "/api/visits";

    private const int MostBytes = 64 * 1024, MostDepth = 8;

    public static void MapVisitApi(this IEndpointRouteBuilder app)
    {
        var visits = app.MapGroup(Path).WithTags("Visits");
        visits.MapGet("", ListAsync).WithSummary("The caller's own lists of questions for visits, the one changed last first").Produces<VisitsListed>();
        visits.MapPost("", MakeAsync).WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .WithSummary("Makes a list: of the `questions` that are sent, or, where none are, of those that the record and the conversations offer; with the same `Idempotency-Key` it is the same list")
            .Accepts<JsonElement>("application/json").Produces<VisitTold>(StatusCodes.Status201Created);
        visits.MapGet("/{id}", ReadAsync).WithSummary("A list, and what is offered beside it; what comes from sensitive entries only with `private=true`").Produces<VisitTold>();
        visits.MapPut("/{id}", ChangeAsync).WithMetadata(new RequestSizeLimitAttribute(MostBytes))
            .WithSummary("Changes a list of the `version` that was read: a question that names the `key` of one in it, or of one that is offered, keeps where it comes from").Accepts<JsonElement>("application/json").Produces<VisitTold>();
        visits.MapDelete("/{id}", RemoveAsync).WithSummary("Deletes a list for good").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task ListAsync(HttpContext http, RecordDoor door)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own)
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        var told = (await own.Visits.ListAsync(http.RequestAborted)).Select(VisitListed.Of).ToList();
        await ConversationEndpoints.WriteAsync(http, StatusCodes.Status200OK, new VisitsListed(told), VisitJson.Default.VisitsListed);
    }

    private static async Task MakeAsync(HttpContext http, RecordDoor door, VisitOffers offers)
    {
        http.Require(TokenScopes.Contribute);
        if (await door.OpenOwnAsync(http, TokenScopes.ReadOwn) is not { } own)
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        if (await BodyAsync(http, static body => VisitReader.Read(body, isChange: false)) is not { } asked || await ConversationEndpoints.OnceAsync(http) is not { } once)
        {
            return;
        }

        var (draft, _) = await offers.OfAsync(http, own, null);
        var plan = asked.PlanOf(new VisitPlan { Questions = [] }, draft);
        var made = await own.Visits.MakeAsync(once, asked.Questions is null ? plan with { Questions = [.. draft.Offered.Select(VisitWords.Kept)] } : plan, CancellationToken.None);
        if (made is null)
        {
            await http.WriteAsync(new(StatusCodes.Status409Conflict, "too-costly", $"there are {OwnVisits.Most} lists already: delete some first"));
            return;
        }

        http.Response.Headers.Location = $"{Path}/{made.Id}";
        await ConversationEndpoints.WriteAsync(http, StatusCodes.Status201Created, VisitTold.Of(made, draft, withPrivate: false), VisitJson.Default.VisitTold);
    }

    private static async Task ReadAsync(HttpContext http, string id, RecordDoor door, VisitOffers offers, string? @private)
    {
        if (await FindAsync(http, id, door, TokenScopes.ReadOwn) is var (own, visit))
        {
            await TellAsync(http, own, visit, offers, @private == "true");
        }
    }

    private static async Task ChangeAsync(HttpContext http, string id, RecordDoor door, VisitOffers offers)
    {
        http.Require(TokenScopes.Contribute);
        if (await FindAsync(http, id, door, TokenScopes.ReadOwn) is not var (own, visit) || await BodyAsync(http, static body => VisitReader.Read(body, isChange: true)) is not { } asked)
        {
            return;
        }

        var (draft, _) = await offers.OfAsync(http, own, visit.Plan.WithReference);
        if (await own.Visits.ChangeAsync(visit.Id, asked.Version, asked.PlanOf(visit.Plan, draft), CancellationToken.None) is { } next)
        {
            await TellAsync(http, own, next, offers, withPrivate: false);
            return;
        }

        await http.WriteAsync(new(StatusCodes.Status409Conflict, "conflict", "this is not the `version` of the list any more: read it again"));
    }

    private static async Task RemoveAsync(HttpContext http, string id, RecordDoor door)
    {
        if (await FindAsync(http, id, door, TokenScopes.Contribute) is not var (own, visit))
        {
            return;
        }

        await own.Visits.RemoveAsync(visit.Id, CancellationToken.None);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task TellAsync(HttpContext http, OwnAccess own, PreparedVisit visit, VisitOffers offers, bool withPrivate) => await ConversationEndpoints.WriteAsync(
        http, StatusCodes.Status200OK, VisitTold.Of(visit, (await offers.OfAsync(http, own, visit.Plan.WithReference)).Draft, withPrivate), VisitJson.Default.VisitTold);

    /// <summary>A list of the caller's own; answered where there is none.</summary>
    private static async Task<(OwnAccess Own, PreparedVisit Visit)?> FindAsync(HttpContext http, string id, RecordDoor door, TokenScopes what)
    {
        if (await door.OpenOwnAsync(http, what) is { } own && LocalId.TryParse(id, out var local) && await own.Visits.FindAsync(local, http.RequestAborted) is { } visit)
        {
            return (own, visit);
        }

        await http.WriteAsync(Failure.NothingHere);
        return null;
    }

    /// <summary>What a body says; answered where it says nothing that is understood.</summary>
    private static async Task<VisitAsked?> BodyAsync(HttpContext http, Func<JsonElement, (VisitAsked? Asked, string? Problem)> read)
    {
        if (!http.Request.HasJsonContentType())
        {
            await http.WriteAsync(Failure.Of(http, StatusCodes.Status415UnsupportedMediaType));
            return null;
        }

        var (asked, problem) = await StrictJson.ReadAsync(http.Request.Body, MostDepth, read, static problem => (null, problem), http.RequestAborted);
        if (problem is not null)
        {
            await http.WriteAsync(new(StatusCodes.Status400BadRequest, "invalid", problem));
        }

        return asked;
    }
}
