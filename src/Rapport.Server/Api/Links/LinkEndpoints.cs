using System.Text.Json;
using System.Text.Json.Serialization;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Api.Links;

/// <summary>Links for scripts: to give one, to see how they were used, to end one.</summary>
internal static class LinkEndpoints
{
    /// <summary>The path.</summary>
    public const string Path = "/api/links";

    private const int MostBytes = 64 * 1024;

    private const int MostDepth = 16;

    public static void MapLinks(this IEndpointRouteBuilder app)
    {
        var links = app.MapGroup(Path).WithTags("Links");
        links.MapPost("", GiveAsync).WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MostBytes))
            .WithSummary("Gives a SMART Health Link: whoever has it sees what is named, until it ends").Accepts<JsonElement>("application/json").Produces<LinkMade>(StatusCodes.Status201Created);
        links.MapGet("", ListAsync).WithSummary("The links that were given, newest first").Produces<LinkList>();
        links.MapDelete("/{id}", EndAsync).WithSummary("Ends a link at once; one that is over stays over").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task GiveAsync(HttpContext http, RecordDoor door, LinkGiving giving, TimeProvider clock)
    {
        http.RequireFreshSession();
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        var reader = new LinkAskReader(clock.GetUtcNow());
        if (await reader.TakeAsync(http, MostDepth, reader.Read) is not { } draft)
        {
            return;
        }

        foreach (var entry in draft.Terms.Entries)
        {
            if (!await OwnEntry.IsThereAsync(own, entry, http.RequestAborted))
            {
                await http.WriteAsync(new(StatusCodes.Status400BadRequest, "invalid", $"`{Failure.Short(entry)}` is no entry of your record: write it like `Observation/{own.Patient}.…`"));
                return;
            }
        }

        if (await giving.GiveAsync(http, own, draft) is not { } link)
        {
            await http.WriteAsync(new(StatusCodes.Status409Conflict, "too-costly", $"there are {OwnLinks.Most} links already: end some first"));
            return;
        }

        http.Response.StatusCode = StatusCodes.Status201Created;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Location = $"{Path}/{link.FullId}";
        await http.Response.WriteAsJsonAsync(new LinkMade(link.FullId, ShlinkText.Of(link)!, ShlinkText.WithViewer(link)!), GivenLinkJson.Default.LinkMade, cancellationToken: http.RequestAborted);
    }

    private static async Task ListAsync(HttpContext http, RecordDoor door, TimeProvider clock)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own)
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        var now = clock.GetUtcNow();
        var links = (await own.Links.ListAsync(http.RequestAborted)).Select(link => new LinkListed(
            link.FullId, link.Label, StateOf(link, now), link.MadeAt, link.ExpiresAt, link.Openings, link.MostOpenings, link.NeedsPasscode, link.IsLongTerm, link.IsDirect, link.WrongPasscodes));
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsJsonAsync(new LinkList([.. links]), GivenLinkJson.Default.LinkList, cancellationToken: http.RequestAborted);
    }

    private static async Task EndAsync(HttpContext http, string id, RecordDoor door)
    {
        if (await door.OpenOwnAsync(http, TokenScopes.Share) is not { } own
            || !LocalReference.TryParseId(id, out var patient, out var local) || patient != own.Patient || local is null
            || await own.Links.FindAsync(local.Value, http.RequestAborted) is null
            || !await SharingEndpoints.EndAsync(own, local.Value, http.RequestAborted))
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static string StateOf(GivenLink link, DateTimeOffset now) =>
        link.Secret is null ? "ended" : link.ExpiresAt <= now ? "expired" : link.IsLocked ? "locked" : link.IsUsedUp ? "used-up" : "open";
}

/// <summary>A link that was just given.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Shlink">What programs open. Whoever has it has what is behind it.</param>
/// <param name="ViewerUrl">The same for browsers.</param>
internal sealed record LinkMade(string Id, string Shlink, string ViewerUrl);

/// <summary>Links.</summary>
/// <param name="Links">Newest first.</param>
internal sealed record LinkList(IReadOnlyList<LinkListed> Links);

/// <summary>What is told of a link; what opens it is not.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Label">What it is called.</param>
/// <param name="State"><c>open</c>, <c>ended</c>, <c>expired</c>, <c>used-up</c> or <c>locked</c> after too many wrong passcodes.</param>
/// <param name="Made">When it was made.</param>
/// <param name="Expires">When it ends.</param>
/// <param name="Opened">How often it was opened.</param>
/// <param name="Openings">How often it may be.</param>
/// <param name="Passcode">Whether it has one.</param>
/// <param name="LongTerm">Whether it may be asked again and again.</param>
/// <param name="Direct">Whether it leads to one file.</param>
/// <param name="WrongPasscodes">How many were given.</param>
internal sealed record LinkListed(
    string Id, string Label, string State, DateTimeOffset Made, DateTimeOffset? Expires, int Opened, int? Openings, bool Passcode, bool LongTerm, bool Direct, int WrongPasscodes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LinkMade))]
[JsonSerializable(typeof(LinkList))]
internal sealed partial class GivenLinkJson : JsonSerializerContext;
