using System.Text.Json;
using System.Text.Json.Serialization;
using Rapport.Consent;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.CdsHooks;

/// <summary>
/// A decision service for other systems, as CDS Hooks has it, for the hook <c>patient-consent-consult</c>: before they give data of a patient to somebody, they ask what the patient's consents here say of it. Who asks has
/// standing: the patient, or whoever would receive the data, about themself and where they work.
/// </summary>
internal static class CdsEndpoints
{
    /// <summary>The hook, and the id of the one service.</summary>
    public const string Hook = "patient-consent-consult";

    /// <summary>The code system of FHIR's resource types.</summary>
    public const string ResourceTypes = "http://hl7.org/fhir/resource-types";

    /// <summary>LOINC.</summary>
    public const string Loinc = "http://loinc.org";

    private const string Path = "/cds-services";
    private const int MostBytes = 2 * 1024 * 1024;

    private const int MostDepth = 64;

    public static void MapCdsHooks(this IEndpointRouteBuilder app)
    {
        var services = app.MapGroup(Path).WithTags("Decisions");
        services.MapGet("", static () => TypedResults.Json(Discovery, CdsJson.Default.CdsDiscovery)).WithSummary("The services there are, as CDS Hooks lists them").Produces<CdsDiscovery>();
        services.MapPost($"/{Hook}", ConsultAsync).RequireRateLimiting(RateLimits.Import).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MostBytes))
            .WithSummary("What a patient's consents say of data that another system would give to somebody").Accepts<JsonElement>("application/json").Produces<CdsCards>();
    }

    private static CdsDiscovery Discovery { get; } = new([
        new CdsService(Hook, Hook, "Consent decision", "What a patient's consents say of data that would be given to somebody: permit, deny or no consent, and what to keep back", new Dictionary<string, string>())]);

    private static async Task ConsultAsync(HttpContext http, Consultations consultations, ILogger<Consultations> log)
    {
        var (cancel, reader) = (http.RequestAborted, new ConsultReader());
        if (await reader.TakeAsync(http, MostDepth, reader.Read) is not { } ask)
        {
            return;
        }

        var caller = http.GetPerson();
        var known = http.GetActor().RecipientReferences;
        var isPatient = ask.Patient is { } own && RecordDoor.IsOwn(http, own);
        http.Require(isPatient ? TokenScopes.Share : TokenScopes.ReadShared);
        if (!isPatient && !ask.Actors.All(known.Contains))
        {
            await http.WriteAsync(new(StatusCodes.Status403Forbidden, "forbidden", "you may ask about yourself and where you work: `context.actor` names somebody else"));
            return;
        }

        // The patient asks about others by the references they give; everybody else is known here, and by more than they say.
        var recipient = isPatient
            ? new Actor(caller.Id, ask.Actors[0], ask.Actors[0], ask.Actors)
            : http.GetActor() with { RecipientReferences = [.. ask.Actors.Union(known)] };
        var purposes = ask.Purposes.Count > 0 ? ask.Purposes : [isPatient ? Consent.PurposeOfUse.Treatment : caller.DefaultPurpose];
        var resources = ask.Content is { } content ? content.OfType<Rapport.Fhir.Resource>().ToList() : ConsultProbes.Of(ask.Classes);
        var consultation = ask.Patient is not { } patient ? null
            : await log.UnlessDamagedAsync(() => consultations.ConsultAsync(patient, recipient, purposes, resources, cancel), null);
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsJsonAsync(ConsultAnswer.Of(ask, consultation), CdsJson.Default.CdsCards, cancellationToken: cancel);
    }
}

/// <summary>What CDS Hooks lists.</summary>
internal sealed record CdsDiscovery(IReadOnlyList<CdsService> Services);

/// <summary>A service.</summary>
internal sealed record CdsService(string Hook, string Id, string Title, string Description, IReadOnlyDictionary<string, string> Prefetch);

/// <summary>The answer.</summary>
internal sealed record CdsCards(IReadOnlyList<CdsCard> Cards);

/// <summary>The one card of it.</summary>
/// <param name="Summary"><c>CONSENT_PERMIT</c>, <c>CONSENT_DENY</c> or <c>NO_CONSENT</c>.</param>
/// <param name="Detail">The same for people.</param>
/// <param name="Indicator"><c>info</c> or <c>warning</c>.</param>
/// <param name="Source">Who says so.</param>
/// <param name="Extension">The same for programs.</param>
internal sealed record CdsCard(string Summary, string Detail, string Indicator, CdsSource Source, CdsDecision Extension);

/// <summary>Who decides.</summary>
internal sealed record CdsSource(string Label, string Url);

/// <summary>A decision for programs.</summary>
/// <param name="Decision">As the summary.</param>
/// <param name="Obligations">What must be done with what is permitted.</param>
/// <param name="Content">Of each resource that was asked about, in the order of the content: whether it may be given; absent where none was given.</param>
internal sealed record CdsDecision(string Decision, IReadOnlyList<CdsObligation> Obligations, IReadOnlyList<string>? Content);

/// <summary>Something that must be done.</summary>
internal sealed record CdsObligation(CdsCode Id, CdsParameters Parameters);

/// <summary>What it is about: data that carry one of these labels.</summary>
internal sealed record CdsParameters(IReadOnlyList<CdsCode> Codes);

/// <summary>A code.</summary>
internal sealed record CdsCode(string System, string Code);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CdsDiscovery))]
[JsonSerializable(typeof(CdsCards))]
internal sealed partial class CdsJson : JsonSerializerContext;
