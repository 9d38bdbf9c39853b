using System.Globalization;
using System.Text.Json;
using Rapport.Records;
using Rapport.Server.Api;
using Rapport.Server.Hosting;

namespace Rapport.Server.LinksGiven;

/// <summary>
/// The protocol of SMART Health Links, for whoever has one (HL7 SMART Health Cards and Links, "links specification"). Nobody signs in: the secret part of the address is what opens. A link that there never was, one
/// that is over and one with nothing behind it answer the same.
/// </summary>
internal static class HolderEndpoints
{
    /// <summary>What the addresses of links begin with.</summary>
    public const string Path = "/shl";

    /// <summary>What stands before the name of a file.</summary>
    public const string Files = "files";

    /// <summary>By which our own viewer sends something back; viewers of other sites do not see it.</summary>
    private const string ReplyHeader = "X-Reply";

    private const int MostBody = 16 * 1024;
    private const int MostPasscode = 200;
    private const string Jose = "application/jose";

    private static readonly Failure NoRecipient = new(
        StatusCodes.Status400BadRequest, "required", $"say who you are in `recipient`, such as your name or your organisation's: 1 to {LinkKnock.MostSaid} letters");

    public static void MapHolders(this IEndpointRouteBuilder app)
    {
        var links = app.MapGroup(Path).AllowAnonymous().RequireRateLimiting(RateLimits.Holder).WithTags("Whoever has a link");
        links.MapPost("/{secret}", OpenAsync).DisableAntiforgery().WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MostBody))
            .WithSummary("The manifest of a SMART Health Link").Accepts<JsonElement>("application/json").Produces<JsonElement>();
        links.MapGet("/{secret}", OpenDirectAsync).WithSummary("The one file of a SMART Health Link with the flag U").Produces<string>(contentType: Jose);
        links.MapGet("/{secret}/" + Files + "/{file}", FetchAsync).WithSummary("A file that a manifest names, once").Produces<string>(contentType: Jose);
    }

    private static async Task OpenAsync(HttpContext http, string secret, LinkDoor door, LinkManifests manifests, LinkPasses passes)
    {
        if (!http.Request.HasJsonContentType())
        {
            await http.WriteAsync(Failure.Of(http, StatusCodes.Status415UnsupportedMediaType));
            return;
        }

        var (ask, failure) = await ManifestAsk.ReadAsync(http.Request.Body, http.RequestAborted);
        if (ask is null)
        {
            await http.WriteAsync(failure);
            return;
        }

        var opening = await door.OpenAsync(secret, new LinkKnock(ask.Recipient, ask.Passcode), http.RequestAborted);
        if (opening.Outcome != LinkOutcome.Opened)
        {
            await RefuseAsync(http, opening);
            return;
        }

        var manifest = await manifests.ManifestAsync(opening, ask.EmbeddedLengthMax, http);
        http.Response.Headers[ReplyHeader] = passes.Seal(secret, opening.ReplyTo!);
        if (opening.Link!.IsLongTerm)
        {
            http.Response.Headers.RetryAfter = ((int)LinkManifests.LookAgain.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        await WriteAsync(http, "application/json", manifest);
    }

    private static async Task OpenDirectAsync(HttpContext http, string secret, LinkDoor door, LinkManifests manifests, LinkPasses passes, string? recipient = null)
    {
        if (Holders.NameOf(recipient) is not { } said)
        {
            await http.WriteAsync(NoRecipient);
            return;
        }

        var opening = await door.OpenAsync(secret, new LinkKnock(said, IsDirect: true), http.RequestAborted);
        if (opening.ReplyTo is { } reply)
        {
            http.Response.Headers[ReplyHeader] = passes.Seal(secret, reply);
        }

        await GiveAsync(http, opening, manifests);
    }

    private static async Task FetchAsync(HttpContext http, string secret, string file, LinkDoor door, LinkManifests manifests) =>
        await GiveAsync(http, await door.FetchAsync(secret, file, http.RequestAborted), manifests);

    private static async Task GiveAsync(HttpContext http, LinkOpening opening, LinkManifests manifests)
    {
        if (opening.Outcome != LinkOutcome.Opened)
        {
            await RefuseAsync(http, opening);
        }
        else if (await manifests.FileAsync(opening, http) is { } file)
        {
            await WriteAsync(http, Jose, System.Text.Encoding.ASCII.GetBytes(file));
        }
        else
        {
            await http.WriteAsync(Failure.NothingHere);
        }
    }

    private static async Task RefuseAsync(HttpContext http, LinkOpening opening)
    {
        switch (opening.Outcome)
        {
            case LinkOutcome.WrongPasscode:
                http.Response.StatusCode = StatusCodes.Status401Unauthorized;
                await WriteAsync(http, "application/json", JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, int> { ["remainingAttempts"] = opening.AttemptsLeft }));
                break;
            case LinkOutcome.TooOften:
                http.Response.Headers.RetryAfter = ((int)Math.Ceiling(opening.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                await http.WriteAsync(new(StatusCodes.Status429TooManyRequests, "throttled", "this link was opened very often within an hour: wait, then try again"));
                break;
            default:
                await http.WriteAsync(Failure.NothingHere);
                break;
        }
    }

    private static Task WriteAsync(HttpContext http, string contentType, byte[] body)
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    /// <summary>What is asked for with a manifest. What else stands in it is left alone, as the guide wants.</summary>
    private sealed record ManifestAsk(string Recipient, string? Passcode, int? EmbeddedLengthMax)
    {
        public static Task<(ManifestAsk? Ask, Failure Failure)> ReadAsync(Stream body, CancellationToken cancel) => StrictJson.ReadAsync(body, 16, Read, static problem => (null, Bad(problem)), cancel);

        private static (ManifestAsk? Ask, Failure Failure) Read(JsonElement root)
        {
            if (root.ValueKind != JsonValueKind.Object)
            {
                return (null, Bad("the body is a JSON object with `recipient`"));
            }

            if (!root.TryGetProperty("recipient", out var recipient) || recipient.ValueKind != JsonValueKind.String || Holders.NameOf(recipient.GetString()) is not { } said)
            {
                return (null, NoRecipient);
            }

            string? passcode = null;
            if (root.TryGetProperty("passcode", out var given) && given.ValueKind != JsonValueKind.Null)
            {
                passcode = given.ValueKind == JsonValueKind.String ? given.GetString()! : null;
                if (passcode is not { Length: <= MostPasscode })
                {
                    return (null, Bad($"`passcode` is a text of at most {MostPasscode} letters"));
                }
            }

            int? most = null;
            if (root.TryGetProperty("embeddedLengthMax", out var length) && length.ValueKind != JsonValueKind.Null)
            {
                if (length.ValueKind != JsonValueKind.Number || !length.TryGetInt64(out var letters) || letters < 0)
                {
                    return (null, Bad("`embeddedLengthMax` is a whole number from 0"));
                }

                most = (int)Math.Min(letters, int.MaxValue);
            }

            return (new ManifestAsk(said, passcode, most), default);
        }

        private static Failure Bad(string text) => new(StatusCodes.Status400BadRequest, "invalid", text);
    }
}
