using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Rapport.Data;
using Rapport.Server.Hosting;
using Rapport.Server.Notices;
using Rapport.Server.Notices.Push;

namespace Rapport.Server.Api.Notices;

/// <summary>Where a browser says that its push service gave it another address.</summary>
internal static class NoticeApi
{
    /// <summary>The path.</summary>
    public const string Path = "/api/notices/address";

    private const int MostBytes = 8 * 1024, MostDepth = 2;

    public static void MapNoticeApi(this IEndpointRouteBuilder app) => app.MapPost(Path, MoveAsync).WithTags("Notices").WithMetadata(new RequestSizeLimitAttribute(MostBytes))
        .WithSummary("The address of a browser's push service in place of the one that this browser gave before: `{address, key, secret}`; for the session that gave that one, and for nobody else")
        .Accepts<JsonElement>("application/json").Produces(StatusCodes.Status204NoContent);

    /// <summary>The session names the device, so the old address need not be told: nobody moves by it what another browser gave.</summary>
    private static async Task MoveAsync(HttpContext http, NoticeDesk desk, ServerSettings settings)
    {
        var reader = new AddressReader(settings);
        if (await reader.TakeAsync(http, MostDepth, reader.Read) is not { } given)
        {
            return;
        }

        var session = http.FindSession()?.Id.ToString();
        var moved = session is null ? null : await desk.ChangeAsync(
            http.GetPerson(),
            choices => choices.Devices.LastOrDefault(device => device.Session == session) is not { } before ? null : choices with
            {
                // Under another id: that the old address is found gone at the same moment takes away the old one alone.
                Devices =
                [
                    .. choices.Devices.Where(device => device == before || device.Address != given.Address)
                        .Select(device => device == before ? before with { Id = LocalId.New(), Address = given.Address, Key = given.Key, Secret = given.Secret } : device),
                ],
            },
            http.RequestAborted);
        if (moved is null)
        {
            await http.WriteAsync(Failure.NothingHere);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private sealed class AddressReader(ServerSettings settings) : StrictReader
    {
        public GivenPush? Read(JsonElement body)
        {
            body = Object(body, "the body", ["address", "key", "secret"]);
            var given = GivenPush.Of(TextIn(body, "address"), TextIn(body, "key"), TextIn(body, "secret"), settings);
            Require(given is not null, "`address` is that of a push service, and `key` and `secret` what the browser gave with it");
            return given;
        }
    }
}
